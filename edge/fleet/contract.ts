import type { DeviceDescription } from "#protocol";
import type { LeaseRefusal } from "./placement.ts";

export interface LeaseRequest {
  /** The new session's id, used when no shared session is joined. */
  readonly session: string;
  /** `host/device`, or undefined for any free one. */
  readonly device?: string;
  /** A key under which a session is shared (the link's id): if one lives, it is joined. */
  readonly sharedBy?: string;
  /** The one app that the session shows, by its id on the device. */
  readonly app?: string;
}

export type LeaseAnswer =
  | { readonly leased: true; readonly session: string; readonly joined: boolean; readonly device: DeviceDescription }
  | { readonly leased: false; readonly refusal: LeaseRefusal };

export interface DeviceStatus {
  readonly host: string;
  readonly device: DeviceDescription;
  readonly state: "free" | "leased" | "offline" | "revoked";
}

export interface HostStatus {
  readonly host: string;
  readonly online: boolean;
  readonly devices: number;
}

/** The methods of a Fleet object that routes and Session objects call. One object per tenant and region. */
export interface FleetRpc {
  /** Set a device aside. A lease that is not served within a minute is dropped. */
  lease(request: LeaseRequest): Promise<LeaseAnswer>;
  /**
   * Have the host serve the session, once: it may dial the session's object at once, so that one must be open by
   * now. False when the lease is not held any more.
   */
  serve(session: string): Promise<boolean>;
  /** Keep a lease for another term; false when it is no longer held. */
  renewLease(session: string): Promise<boolean>;
  release(session: string): Promise<void>;
  devices(): Promise<readonly DeviceStatus[]>;
  hosts(): Promise<readonly HostStatus[]>;
  /**
   * The host is none any more (H-9): its sockets are closed, its sessions end, its devices are gone, and what it was enrolled with
   * before counts no more. The answer comes when the sessions have ended.
   * @param at Unix milliseconds
   */
  revokeHost(host: string, at: number): Promise<void>;
  /**
   * Nobody gets this device until it is restored; a session that has it ends before the answer comes.
   * @returns false when there is none
   */
  revokeDevice(host: string, device: string): Promise<boolean>;
  /** @returns false when there is none */
  restoreDevice(host: string, device: string): Promise<boolean>;
}
