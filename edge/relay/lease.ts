import type { InputMessage, Right, ToViewerMessage, ViewerMessage } from "#protocol";
import { isDroppable } from "#protocol";
import { leadsOut } from "./allowance.ts";
import type { RelayEffect } from "./effect.ts";
import { takeToken } from "./rate-limit.ts";
import type { RelayState, Seat } from "./state.ts";
import { noteSteering } from "./time-limits.ts";

/** A holder that has not steered for so long may be relieved by another seat that asks (L-3). */
export const LEASE_IDLE_MS = 3_000;
/** A holder is not asked again for the same seat before that, and may answer for so long (L-5). */
const ASKED_AGAIN_MS = 5_000;
const ASKED_MS = 30_000;
/** How often a second one seat gets it by asking: every change is told to everybody, and is written (L-3). */
export const GRANTS_PER_SECOND = 2;
/** Messages of input a second from one seat: 60 frames of moves and as many of everything else. */
export const INPUT_PER_SECOND = 240;

export function maySteer(seat: Pick<Seat, "rights">): boolean {
  return seat.rights.includes("touch") || seat.rights.includes("keyboard");
}

/** How the lease looks from a seat. */
export function leaseFor(state: RelayState, seat: string): Omit<Extract<ToViewerMessage, { type: "lease" }>, "type"> {
  const { number, holder } = state.lease;
  return { lease: number, mine: holder === seat, held: holder !== undefined };
}

/**
 * L-2: whoever joins and may steer gets the lease without asking when nobody holds it, or nobody who is there: the one
 * who closed the page and opens the link again is to find the phone as it was left.
 */
export function offerLease(state: RelayState, seat: Seat, at: number): RelayEffect[] {
  const { holder, usedAt } = state.lease;
  if (holder === seat.id || !maySteer(seat) || seat.allowance.asksToSteer === true) return [];
  const gone = holder === undefined || state.seats.get(holder)?.presence.phase !== "watching";
  const rested = holder === undefined || at - usedAt >= LEASE_IDLE_MS;
  return gone && rested ? grant(state, seat, at) : [];
}

/** L-3: another seat gets it when the holder gave it up, lost its socket, or has been still for a while. */
export function leaseRequested(state: RelayState, seat: Seat, want: boolean, at: number): RelayEffect[] {
  const { lease } = state;
  if (!want) return lease.holder === seat.id ? [...dropLease(state), ...announceLease(state)] : [];
  if (lease.holder === seat.id) return [leaseMessage(state, seat.id)];
  if (!maySteer(seat))
    return [{ type: "tell-seat", seat: seat.id, message: { type: "refused", what: "lease", reason: "no-right" } }];
  if (seat.allowance.asksToSteer === true) return askHolder(state, seat, at);
  const holder = lease.holder === undefined ? undefined : state.seats.get(lease.holder);
  const busy = holder?.presence.phase === "watching" && at - lease.usedAt < LEASE_IDLE_MS;
  if (busy || seat.presence.phase !== "watching" || !takeToken(seat.presence.grantRate, GRANTS_PER_SECOND, at))
    return [{ type: "tell-seat", seat: seat.id, message: { type: "refused", what: "lease", reason: "lease-held" } }];
  return grant(state, seat, at);
}

/** L-5: whoever steers is asked whether this seat may. */
function askHolder(state: RelayState, seat: Seat, at: number): RelayEffect[] {
  const { holder } = state.lease;
  if (holder === undefined || state.seats.get(holder)?.presence.phase !== "watching") {
    return [{ type: "tell-seat", seat: seat.id, message: { type: "refused", what: "lease", reason: "nobody" } }];
  }
  if (seat.askedAt !== undefined && at - seat.askedAt < ASKED_AGAIN_MS) return [];
  seat.askedAt = at;
  return [{ type: "tell-seat", seat: holder, message: { type: "lease-asked", seat: seat.id } }, { type: "remember" }];
}

/** The holder's word on a seat that has asked of late. */
export function leaseAnswered(
  state: RelayState,
  holder: Seat,
  { seat: id, give }: Omit<Extract<ViewerMessage, { type: "lease-answer" }>, "type">,
  at: number,
): RelayEffect[] {
  const seat = state.seats.get(id);
  if (state.lease.holder !== holder.id || seat?.askedAt === undefined || at - seat.askedAt > ASKED_MS) return [];
  if (seat.presence.phase !== "watching" || !maySteer(seat)) return [];
  seat.askedAt = undefined;
  if (give) return grant(state, seat, at);
  return [{ type: "tell-seat", seat: id, message: { type: "refused", what: "lease", reason: "denied" } }];
}

function grant(state: RelayState, seat: Seat, at: number): RelayEffect[] {
  const released = dropLease(state);
  state.lease.number += 1;
  state.lease.holder = seat.id;
  state.lease.usedAt = at;
  state.lease.applied = 0;
  return [...released, { type: "remember" }, ...announceLease(state)];
}

/** L-4: whatever the holder held down is lifted; nobody steers until the next grant. */
export function dropLease(state: RelayState): RelayEffect[] {
  const { lease } = state;
  if (lease.holder === undefined) return [];
  lease.holder = undefined;
  return [{ type: "remember" }, ...liftHeld(state)];
}

/** The holder's socket is gone or its lease is: lift every finger and key. */
export function liftHeld(state: RelayState): RelayEffect[] {
  if (state.origin.phase !== "online") return [];
  return [{ type: "tell-origin", message: { type: "release", lease: state.lease.number } }];
}

/** The agent is back and missed what was sent meanwhile: told its lease anew, the holder sends that again (I-5). */
export function remindHolder(state: RelayState): RelayEffect[] {
  const { holder } = state.lease;
  if (holder === undefined || state.seats.get(holder)?.presence.phase !== "watching") return [];
  return [leaseMessage(state, holder)];
}

/**
 * I-5: a new agent knows of no input, and its device may be the one of before. Under a new number the holder sends nothing
 * again that may have been applied.
 */
export function renumberLease(state: RelayState): RelayEffect[] {
  if (state.lease.holder === undefined) return [];
  const lifted = liftHeld(state);
  state.lease.number += 1;
  state.lease.applied = 0;
  return [...lifted, { type: "remember" }, ...announceLease(state)];
}

export function announceLease(state: RelayState): RelayEffect[] {
  const effects: RelayEffect[] = [];
  for (const seat of state.seats.values()) {
    if (seat.presence.phase === "watching") effects.push(leaseMessage(state, seat.id));
  }
  return effects;
}

function leaseMessage(state: RelayState, seat: string): RelayEffect {
  return { type: "tell-seat", seat, message: { type: "lease", ...leaseFor(state, seat) } };
}

const NEEDED_RIGHT = {
  touch: "touch",
  scroll: "touch",
  key: "keyboard",
  text: "keyboard",
  gamepad: "touch",
} as const satisfies Record<InputMessage["kind"], Right>;

/** An input goes on if its seat holds the lease it names, has the right, and aimed at the picture of now (L-1, R-1, I-4). */
export function inputArrived(
  state: RelayState,
  seat: Seat,
  input: InputMessage,
  message: ArrayBuffer,
  at: number,
): RelayEffect[] {
  const { presence } = seat;
  if (presence.phase !== "watching") return [];
  const fits = takeToken(presence.inputRate, INPUT_PER_SECOND, at);
  if (!fits && isDroppable(input)) return [];
  if (!fits) return [{ type: "close-seat", seat: seat.id, connection: presence.connection, reason: "tooManyMessages" }];
  if (state.lease.holder !== seat.id || input.lease !== state.lease.number) return [];
  const right = NEEDED_RIGHT[input.kind];
  if (!seat.rights.includes(right)) {
    return [{ type: "tell-seat", seat: seat.id, message: { type: "refused", what: right, reason: "no-right" } }];
  }
  if (seat.allowance.singleApp === true && leadsOut(input)) {
    const refused = { type: "refused", what: "home", reason: "no-right" } as const;
    // A key that comes up was refused when it went down; a gamepad says how it stands many times a second.
    return input.kind === "key" && input.down && !input.repeat
      ? [{ type: "tell-seat", seat: seat.id, message: refused }]
      : [];
  }
  state.lease.usedAt = at;
  const steered = noteSteering(state, at);
  const aimed = input.kind === "touch" || input.kind === "scroll";
  if (aimed && input.epoch !== state.display?.epoch) return steered;
  if (state.origin.phase === "online") steered.push({ type: "forward-input", message });
  return steered;
}
