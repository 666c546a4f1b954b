import type { FrameHeader, InputMessage, OriginMessage, Right, ViewerMessage } from "#protocol";
import type { Connection } from "./state.ts";

/** What happened, with `at` in Unix milliseconds. Frames take their own way: `frameArrived`. */
export type RelayEvent =
  /** A seat was given out; its socket must come before its time is over. */
  | { readonly type: "seat-admitted"; readonly at: number; readonly seat: string; readonly rights: readonly Right[] }
  | {
      /** `resumed` by its resume token: it says no hello. */
      readonly type: "viewer-connected" | "viewer-resumed";
      readonly at: number;
      readonly seat: string;
      readonly rights: readonly Right[];
      readonly connection: Connection;
    }
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
  /** A wake that `nextWake` asked for, or any other moment to look at the clock. */
  | { readonly type: "woke"; readonly at: number };

/** A frame of the origin, its header read. */
export interface ArrivedFrame {
  readonly at: number;
  readonly header: FrameHeader;
  /** The whole message, header included. */
  readonly message: ArrayBuffer;
}
