import type { CameraCodec, HardwareEnd, HardwareKind, HardwareWant, Location, Motion } from "#protocol";

/** What a device may borrow of the person who steers it (docs/protocol.md, B). What comes of it: `OpenDevice.hardware`. */
export interface HardwareWishes {
  /**
   * Ask for hardware of this kind. `purpose` is for the person: the app that wants it, at most 64 UTF-16 units. Another
   * wish of the same kind replaces this one. It stands until `done`: whoever steers next is asked as well.
   */
  ask(purpose: string, want: HardwareWant): void;
  done(kind: HardwareKind): void;
}

/** What comes of the wishes. Times are microseconds of Unix time, this machine's clock. */
export type LentHardware =
  /** From now on it comes, in this measure. */
  | { readonly type: "granted"; readonly want: HardwareWant; readonly codec?: CameraCodec | undefined }
  /** It comes no more, for now: the person may still change their mind, and for `nobody` the next one is asked. */
  | { readonly type: "ended"; readonly kind: HardwareKind; readonly reason: HardwareEnd }
  | ({ readonly type: "location" } & Location)
  | ({ readonly type: "motion" } & Motion)
  | LentFrame;

/** A picture of a camera in the granted codec, the first a keyframe; or an Opus packet of one channel. */
export interface LentFrame {
  readonly type: "frame";
  readonly kind: "camera" | "microphone";
  readonly keyframe: boolean;
  readonly capturedAtMicros: number;
  /** Belongs to the receiver. */
  readonly data: Uint8Array;
}
