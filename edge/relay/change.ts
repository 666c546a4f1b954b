import { servePicture } from "./catch-up.ts";
import type { RelayEffect } from "./effect.ts";
import { loansFollowRights } from "./hardware.ts";
import { announceLease, dropLease, liftHeld, maySteer, offerLease } from "./lease.ts";
import { permitted, watchingFrom } from "./seats.ts";
import type { RelayState, Seat, SeatTerms } from "./state.ts";
import { putOff } from "./time-limits.ts";

/** what a seat may do was decided anew, and counts from here on for whatever comes of it or would go to it. */
export function seatChanged(state: RelayState, id: string, terms: SeatTerms, at: number): RelayEffect[] {
  const before = state.seats.get(id);
  if (before === undefined) return [];
  const seat: Seat = { ...before, ...terms };
  state.seats.set(id, seat);
  // Nobody was held against an idle limit up to now.
  if (before.times.idleSeconds === undefined && terms.times.idleSeconds !== undefined) state.steeredAt = at;
  const effects: RelayEffect[] = [{ type: "remember" }];
  if (seat.presence.phase === "watching") {
    effects.push({ type: "tell-seat", seat: id, message: { type: "rights", ...permitted(seat) } });
    effects.push(...framesFollow(state, before, seat, at));
  }
  effects.push(...leaseFollows(state, before, seat, at), ...loansFollowRights(state, before, seat, at));
  effects.push(...putOff(state, seat, at));
  return effects;
}

/** Which frames go to it: asked with every frame here, and told to the mirror where it sits at one. */
function framesFollow(state: RelayState, before: Seat, seat: Seat, at: number): RelayEffect[] {
  const has = (right: "view" | "audio") => seat.rights.includes(right) !== before.rights.includes(right);
  if (seat.presence.phase !== "watching" || !(has("view") || has("audio"))) return [];
  const effects: RelayEffect[] = [{ type: "permit-frames", seat: seat.id, rights: seat.rights }];
  if (!has("view") || seat.mirror !== undefined) return effects;
  // What its way took is of no use without pictures, and learned anew with them.
  const presence = watchingFrom(seat.presence.connection, at);
  seat.presence = presence;
  return [...effects, { type: "note-seat", seat: seat.id }, ...servePicture(state, seat, presence, at)];
}

/** Who may not steer any more holds nothing, and who has lost a part of it holds nothing down (L-4). */
function leaseFollows(state: RelayState, before: Seat, seat: Seat, at: number): RelayEffect[] {
  if (state.lease.holder === seat.id) {
    const mustAsk = seat.allowance.asksToSteer === true && before.allowance.asksToSteer !== true;
    if (mustAsk || !maySteer(seat)) return [...dropLease(state), ...announceLease(state)];
    const lost = (["touch", "keyboard"] as const).some(
      (right) => before.rights.includes(right) && !seat.rights.includes(right),
    );
    // A key that is refused from now on could not be lifted by its own release.
    const locked = seat.allowance.singleApp === true && before.allowance.singleApp !== true;
    return lost || locked ? liftHeld(state) : [];
  }
  const mayNow =
    maySteer(seat) &&
    (!maySteer(before) || before.allowance.asksToSteer === true) &&
    seat.presence.phase === "watching";
  return mayNow ? offerLease(state, seat, at) : [];
}
