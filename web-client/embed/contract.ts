import type { DeviceButton, Ending, LeaseView, Refusal, SessionState, SoundState } from "../sdk/index.ts";

/** The words between a page and the frame in it (docs/embedding.md). Types alone: neither side carries the other's code. */

/** In every message, so that others on the same window are left alone. */
export interface Marked {
  readonly nearglass: "embed.1";
}

/** What opens a session: out of a link, or what your server got from `POST /api/v1/sessions`. */
export type Opening = { readonly grant: string } | { readonly ticket: string; readonly session: string };

/** From the page around to the frame. */
export type ToFrame =
  | ({ readonly type: "open"; readonly muted?: boolean; readonly label?: string } & Opening)
  | { readonly type: "close" }
  | { readonly type: "focus" }
  | { readonly type: "mute" }
  | { readonly type: "unmute" }
  | { readonly type: "lease"; readonly want: boolean }
  | { readonly type: "press"; readonly button: DeviceButton }
  | { readonly type: "text"; readonly text: string };

/** What a session tells the page around it, by name. */
export interface EmbedEvents {
  state: SessionState;
  /** The last one: why it is over. */
  ended: { readonly reason: Extract<SessionState, { name: "ended" }>["reason"] };
  welcome: { readonly device: string; readonly rights: readonly string[] };
  lease: LeaseView;
  /** What this seat may do from now on. */
  rights: { readonly rights: readonly string[] };
  /** The time that was given is about to be over. */
  ending: Ending;
  refused: Refusal;
  sound: SoundState;
  /** F6 was pressed in the picture: put the focus on the page's own controls. */
  leave: undefined;
}

/** From the frame to the page around. `ready` alone goes to whoever it is, and says nothing. */
export type FromFrame =
  | { readonly type: "ready" }
  | { [Name in keyof EmbedEvents]: { readonly type: Name; readonly value: EmbedEvents[Name] } }[keyof EmbedEvents];
