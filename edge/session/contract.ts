import type { DeviceDescription, Right } from "#protocol";
import type { TicketClaims } from "../access/claims.ts";
import type { Attachment, MirrorState } from "../mirror-link/contract.ts";

/** What a Session object is told when it is made. */
export interface SessionSpec {
  readonly session: string;
  readonly tenant: string;
  /** Name of the Fleet object that leased the device, to give it back. */
  readonly fleet: string;
  readonly device: DeviceDescription;
}

export interface SeatRequest {
  readonly rights: readonly Right[];
  readonly name?: string;
  /** The platform's region of the person, when it is known. */
  readonly near?: DurableObjectLocationHint;
}

/** The methods of a Session object that routes and the Fleet object call. Refusals are returned, never thrown. */
export interface SessionRpc {
  /** Make the session, or do nothing when it is already open. `false`: it has ended, its name is used up. */
  open(spec: SessionSpec): Promise<boolean>;
  /** A new seat: claims for its ticket, which names the mirror that serves it when `near` is far from here (G-1). */
  admit(seat: SeatRequest): Promise<Admission>;
  /** Claims for the next ticket of the seat, or origin, whose resume token this is, and that is `near` now. */
  renew(resume: string, near?: DurableObjectLocationHint): Promise<Admission>;
  /** A mirror asks to be fed. `up` is its stream of records; the session's comes back. */
  attach(mirror: MirrorState, up: ReadableStream<Uint8Array>): Promise<Attachment>;
  /** Close every socket and give the device back. */
  end(reason: "ended" | "device-offline" | "revoked"): Promise<void>;
}

export type Admission =
  | { readonly admitted: true; readonly claims: TicketClaims }
  | { readonly admitted: false; readonly refusal: "no-such-session" | "session-full" | "resume-refused" };
