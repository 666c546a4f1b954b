import type { CloseName, DeviceDescription } from "#protocol";

/** What a mirror is to its home when it attaches. */
export interface MirrorState {
  /** The mirror's name within its session: `<location hint>-<number>`. */
  readonly mirror: string;
  /** The link was cut, so that what was under way on it may be lost; false after a rest, and at first. */
  readonly cut: boolean;
  /** The last video frame that its seats were sent, when they had all since a keyframe. */
  readonly video?: number;
  /** Whether those who join are served from a cache that it has. */
  readonly hasPicture: boolean;
  /** Every viewer's socket that it holds, those included that have just come. */
  readonly sockets: readonly MirrorSocket[];
}

export interface MirrorSocket {
  readonly seat: string;
  readonly connection: number;
  /** Whether the home has welcomed it. */
  readonly welcomed: boolean;
}

export type Attachment =
  /** The stream of records from the home. */
  | { readonly attached: true; readonly device: DeviceDescription; readonly down: ReadableStream<Uint8Array> }
  /** The session has ended, or never was. */
  | { readonly attached: false };

/** The newest frame of the home, for seats that have all before it. */
export interface NextFrame {
  readonly device: DeviceDescription;
  readonly message: ArrayBuffer;
}

/** The methods of a mirror that its home calls. */
export interface MirrorRpc {
  /**
   * The home has something to say, or wants to know who is there: attach, if anybody is.
   * @param next shown at once where it follows, since what comes on the link comes a whole way there and back later
   */
  wake(next?: NextFrame): Promise<{ readonly anybody: boolean }>;
  /** The session is over. */
  end(reason: CloseName): Promise<void>;
}
