import type { CloseName, QualityReport, Right, ToOriginMessage, ToViewerMessage } from "#protocol";
import type { Connection } from "./state.ts";

/** A welcome without the resume token: that is the shell's to make, as chance is not the rules' business. */
export type Welcome<Message> = Omit<Extract<Message, { type: "welcome" }>, "resume">;

/** Orders to the shell, carried out in this order. Frames and what is told go to mirrors too, by their names. */
export type RelayEffect =
  | { readonly type: "forward-frame"; readonly seats: readonly string[]; readonly message: ArrayBuffer }
  | { readonly type: "forward-input"; readonly message: ArrayBuffer }
  /** A frame of lent hardware, to the origin. */
  | { readonly type: "forward-lent"; readonly message: ArrayBuffer }
  | {
      readonly type: "tell-seat";
      readonly seat: string;
      readonly message: Exclude<ToViewerMessage, { type: "welcome" }>;
    }
  | { readonly type: "tell-origin"; readonly message: Exclude<ToOriginMessage, { type: "welcome" }> }
  | { readonly type: "welcome-seat"; readonly seat: string; readonly message: Welcome<ToViewerMessage> }
  | { readonly type: "welcome-origin"; readonly message: Welcome<ToOriginMessage> }
  /** What a seat's socket must remember through sleep has changed. */
  | { readonly type: "note-seat"; readonly seat: string }
  /** The same of the origin's socket. */
  | { readonly type: "note-origin" }
  /** What the session must remember through sleep and restarts has changed. */
  | { readonly type: "remember" }
  | { readonly type: "close-seat"; readonly seat: string; readonly connection: Connection; readonly reason: CloseName }
  | { readonly type: "close-origin"; readonly connection: Connection; readonly reason: CloseName }
  /** What a viewer tells of its session's quality, which decides nothing here. */
  | { readonly type: "note-quality"; readonly seat: string; readonly report: QualityReport; readonly at: number }
  /** Which frames a seat may have has changed: the mirror that serves it is to know. */
  | { readonly type: "permit-frames"; readonly seat: string; readonly rights: readonly Right[] }
  /** The seat is over: its resume token is worth nothing now. `reason`: what of its time limits was over. */
  | { readonly type: "forget-seat"; readonly seat: string; readonly reason?: "idle" | "length" }
  | { readonly type: "end-session"; readonly reason: "ended" | "device-offline" };
