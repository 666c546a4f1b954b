/** A stream of the scrcpy server. */
export type MediaSocket = "video" | "audio" | "control";
type AnySocket = "transport" | MediaSocket;

/** What can be wrong with a device. */
export type Fault =
  /** All connections drop, and for a while nobody listens; programs, tunnels and what lay in memory are gone. */
  | { readonly kind: "reboot"; readonly downMs?: number }
  /** Every connection must ask again and is not let in, until `device.authorize()`: what an owner does who has not tapped "Allow". */
  | { readonly kind: "unauthorized" }
  /** Connections are taken, and nothing that comes over them is answered. */
  | { readonly kind: "offline" }
  /** Every packet is taken only after this time. */
  | { readonly kind: "slow-reads"; readonly delayMs: number }
  /** Every byte comes by itself: as a segment of the connection, or as a packet of every stream. */
  | { readonly kind: "crumbs"; readonly of: "transport" | "streams" }
  /** Bytes that are nothing. */
  | { readonly kind: "garbage"; readonly in: AnySocket }
  /** A packet that says it is 2 GiB long. */
  | { readonly kind: "huge-length"; readonly in: AnySocket }
  /** A packet begins, and the server dies in the middle of it. */
  | { readonly kind: "half-packet"; readonly in: MediaSocket }
  /** The video encoder fails once; the server starts it again. */
  | { readonly kind: "encoder-error" }
  /** The video encoder fails for good, and takes the server with it. */
  | { readonly kind: "encoder-death" }
  /** The system kills the server. */
  | { readonly kind: "server-death" }
  /** The server that is started next says it is of this version. */
  | { readonly kind: "server-version"; readonly version: string }
  /** Everything that lasts is over. */
  | { readonly kind: "none" };

/** The faults that last, as the connections see them. */
export interface LastingFaults {
  access: "granted" | "unauthorized" | "offline";
  okayDelayMs: number;
  crumbs: "transport" | "streams" | undefined;
}

export function noFaults(): LastingFaults {
  return { access: "granted", okayDelayMs: 0, crumbs: undefined };
}

export const GARBAGE = Buffer.from("this is garbage, and no header of anything at all");
export const HUGE_BYTES = 2 ** 31;
