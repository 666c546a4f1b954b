import type { Terms, TicketClaims } from "../access/index.ts";
import type { Env } from "../env.ts";
import { fleetName, fleetStub, type LeaseAnswer, type LeaseRefusal } from "../fleet/index.ts";
import { locationHintFor, newSessionId, sessionStub, type Whereabouts } from "../session/index.ts";
import { regionOf } from "./whereabouts.ts";

export interface SeatWish {
  readonly tenant: string;
  readonly region: string;
  /** `host/device`, or undefined for any free one. */
  readonly device?: string;
  /** A live session to join; nothing else is opened. */
  readonly session?: string;
  /** All who wish with the same key meet in one session. */
  readonly sharedBy?: string;
  /** The one app that the session shows. */
  readonly app?: string;
  /** What the tenant gives it. */
  readonly terms: Terms;
  readonly name?: string;
}

export type SeatAnswer =
  | { readonly seated: true; readonly claims: Extract<TicketClaims, { role: "viewer" }> }
  | {
      readonly seated: false;
      readonly refusal: LeaseRefusal | "session-full" | "no-such-session";
    };

type HeldLease = Extract<LeaseAnswer, { leased: true }>;

/**
 * A seat in a new session near this place, or in the shared one that lives. A shared session may end while it is
 * being joined: then a new one is made, once.
 */
export async function openSeat(env: Env, wish: SeatWish, place: Whereabouts): Promise<SeatAnswer> {
  if (wish.session !== undefined) return await joinSession(env, wish.session, wish, regionOf(place));
  return (
    (await trySeat(env, wish, place)) ??
    (await trySeat(env, wish, place)) ?? { seated: false, refusal: "no-free-device" }
  );
}

async function joinSession(
  env: Env,
  session: string,
  { terms, name, app }: SeatWish,
  near: { readonly near?: DurableObjectLocationHint },
): Promise<SeatAnswer> {
  const optional = { ...(name === undefined ? {} : { name }), ...(app === undefined ? {} : { app }) };
  const admission = await sessionStub(env.SESSION, session).admit({ ...terms, ...near, ...optional });
  if (admission.admitted && admission.claims.role === "viewer") return { seated: true, claims: admission.claims };
  const isFull = !admission.admitted && admission.refusal === "session-full";
  return { seated: false, refusal: isFull ? "session-full" : "no-such-session" };
}

/** Undefined when the session that was to be joined has just ended. */
async function trySeat(env: Env, wish: SeatWish, place: Whereabouts): Promise<SeatAnswer | undefined> {
  const fleet = fleetStub(env.FLEET, fleetName(wish.tenant, wish.region));
  const session = newSessionId(locationHintFor(place), crypto.randomUUID(), wish.tenant);
  const lease = await fleet.lease({
    session,
    ...(wish.device === undefined ? {} : { device: wish.device }),
    ...(wish.sharedBy === undefined ? {} : { sharedBy: wish.sharedBy }),
    ...(wish.app === undefined ? {} : { app: wish.app }),
  });
  if (!lease.leased) return { seated: false, refusal: lease.refusal };
  try {
    const answer = await takeSeat(env, wish, lease, regionOf(place));
    if (answer === undefined) await fleet.release(lease.session);
    return answer;
  } catch (error) {
    // Nobody sits in a session that was made here and failed. One that was joined has others in it.
    if (!lease.joined) {
      await Promise.allSettled([fleet.release(session), sessionStub(env.SESSION, session).end("ended")]);
    }
    throw error;
  }
}

async function takeSeat(
  env: Env,
  wish: SeatWish,
  { session, device }: HeldLease,
  near: { readonly near?: DurableObjectLocationHint },
): Promise<SeatAnswer | undefined> {
  const fleet = fleetName(wish.tenant, wish.region);
  const object = sessionStub(env.SESSION, session);
  if (!(await object.open({ session, tenant: wish.tenant, fleet, device }))) return undefined;
  // The host may dial the session as soon as it is told to serve, so that comes after the opening.
  const [served, admission] = await Promise.all([
    fleetStub(env.FLEET, fleet).serve(session),
    object.admit({ ...wish.terms, ...near, ...(wish.name === undefined ? {} : { name: wish.name }) }),
  ]);
  if (!served) {
    await object.end("ended");
    return undefined;
  }
  if (admission.admitted && admission.claims.role === "viewer") return { seated: true, claims: admission.claims };
  return admission.admitted || admission.refusal !== "session-full"
    ? undefined
    : { seated: false, refusal: "session-full" };
}
