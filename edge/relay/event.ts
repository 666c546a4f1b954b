import type { FrameHeader, InputMessage, OriginMessage, Right, ViewerMessage } from "#protocol";
import type { Connection, SeatTerms } from "./state.ts";

/** A seat's new socket. */
export interface ViewerSocket {
  readonly seat: string;
  readonly rights: readonly Right[];
  readonly connection: Connection;
  /** The mirror that holds it. */
  readonly mirror?: string;
}

/** One that was opened with the seat's resume token. */
export interface ResumedSocket extends ViewerSocket {
  /** The last video frame that its page has with all before it, and can go on from. */
  readonly seen?: number;
}

/** What happened, with `at` in Unix milliseconds. Frames take their own way: `frameArrived`. */
export type RelayEvent =
  /** A seat was given out; its socket must come before its time is over. */
  | {
      readonly type: "seat-admitted";
      readonly at: number;
      readonly seat: string;
      readonly rights: readonly Right[];
      readonly allowance?: SeatTerms["allowance"];
      readonly times?: SeatTerms["times"];
      /** The mirror that is to serve it. */
      readonly mirror?: string;
    }
  /** What the seat may do was decided anew. */
  | { readonly type: "seat-changed"; readonly at: number; readonly seat: string; readonly terms: SeatTerms }
  /** Its person or link may see this no more. */
  | { readonly type: "seat-revoked"; readonly at: number; readonly seat: string }
  | ({ readonly type: "viewer-connected"; readonly at: number } & ViewerSocket)
  /** By its resume token: it says no hello. */
  | ({ readonly type: "viewer-resumed"; readonly at: number } & ResumedSocket)
  | { readonly type: "viewer-said"; readonly at: number; readonly seat: string; readonly message: ViewerMessage }
  | {
      readonly type: "input-arrived";
      readonly at: number;
      readonly seat: string;
      readonly input: InputMessage;
      readonly message: ArrayBuffer;
    }
  | { readonly type: "viewer-left"; readonly at: number; readonly seat: string; readonly connection: Connection }
  | { readonly type: "origin-connected"; readonly at: number; readonly connection: Connection }
  | { readonly type: "origin-said"; readonly at: number; readonly message: OriginMessage }
  | { readonly type: "origin-left"; readonly at: number; readonly connection: Connection }
  | MirrorEvent
  /** A wake that `nextWake` asked for, or any other moment to look at the clock. */
  | { readonly type: "woke"; readonly at: number };

/** What mirrors say for themselves; what their viewers say comes as from any seat. */
export type MirrorEvent =
  /** `video`: the last frame that its seats have with all since a keyframe; `hasPicture`: so has its cache. */
  | {
      readonly type: "mirror-attached";
      readonly at: number;
      readonly mirror: string;
      readonly connection: Connection;
      readonly video?: number;
      readonly hasPicture: boolean;
    }
  | {
      readonly type: "mirror-acknowledged";
      readonly at: number;
      readonly mirror: string;
      readonly video: number | undefined;
    }
  /** Bits a second that the seats at the mirror can take. */
  | { readonly type: "mirror-limited"; readonly at: number; readonly mirror: string; readonly bitrate: number }
  | { readonly type: "mirror-wished-keyframe"; readonly at: number; readonly mirror: string }
  | { readonly type: "mirror-detached"; readonly at: number; readonly mirror: string; readonly cut: boolean }
  /** A viewer's socket at a mirror outlived the link to it, or what this object knew of it. */
  | {
      readonly type: "viewer-continued";
      readonly at: number;
      readonly seat: string;
      readonly mirror: string;
      readonly connection: Connection;
    };

/** A frame of the origin, its header read. */
export interface ArrivedFrame {
  readonly at: number;
  readonly header: FrameHeader;
  /** The whole message, header included. */
  readonly message: ArrayBuffer;
}
