import type { DeviceDescription, Right } from "#protocol";
import type { TicketClaims } from "../access/claims.ts";

/** What a Session object is told when it is made. */
export interface SessionSpec {
  readonly session: string;
  readonly tenant: string;
  /** Name of the Fleet object that leased the device, to give it back. */
  readonly fleet: string;
  readonly device: DeviceDescription;
}

/** The methods of a Session object that routes and the Fleet object call. Refusals are returned, never thrown. */
export interface SessionRpc {
  /** Make the session, or do nothing when it is already open. `false`: it has ended, its name is used up. */
  open(spec: SessionSpec): Promise<boolean>;
  /** A new seat: claims for its ticket. */
  admit(seat: { readonly rights: readonly Right[]; readonly name?: string }): Promise<Admission>;
  /** Claims for the next ticket of the seat, or origin, whose resume token this is. */
  renew(resume: string): Promise<Admission>;
  /** Close every socket and give the device back. */
  end(reason: "ended" | "device-offline" | "revoked"): Promise<void>;
}

export type Admission =
  | { readonly admitted: true; readonly claims: TicketClaims }
  | { readonly admitted: false; readonly refusal: "no-such-session" | "session-full" | "resume-refused" };
