import type { CloseName } from "#protocol";
import type { ShownResume, VerifiedTicket } from "../access/claims.ts";
import type { Connected, LiveSession } from "./live-session.ts";
import { mirrorFor } from "./mirror-for.ts";
import type { SessionStore } from "./store.ts";

/** Whose socket this is to be, by the ticket that is spent or the resume token that is shown; or why it is nobody's. */
export function whoConnects(
  live: LiveSession | undefined,
  store: SessionStore,
  shown: VerifiedTicket | ShownResume,
  connection: number,
  at: number,
): { readonly live: LiveSession; readonly event: Connected } | CloseName {
  if (live === undefined) return "noSuchSession";
  const holder = "resume" in shown ? store.tokenShown(shown.resume) : spend(store, shown, at);
  if (holder?.role !== shown.role) return "ticketRefused";
  if (holder.role === "origin") return { live, event: { type: "origin-connected", at, connection } };
  const seat = live.state.seats.get(holder.seat);
  if (seat === undefined) return "ticketRefused";
  // One whose place is at a mirror by now: a ticket names it, and that is bought when a token is refused.
  if ("resume" in shown && isAtMirror(mirrorFor(live.state, regionOf(shown), seat.id))) return "ticketRefused";
  // What the seat may is what it was admitted with; a ticket says the same.
  const socket = { at, seat: seat.id, rights: seat.rights, connection };
  if (!("resume" in shown)) return { live, event: { type: "viewer-connected", ...socket } };
  const seen = shown.seen === undefined ? {} : { seen: shown.seen };
  return { live, event: { type: "viewer-resumed", ...socket, ...seen } };
}

function spend(store: SessionStore, ticket: VerifiedTicket, at: number): VerifiedTicket | undefined {
  return store.spendTicket(ticket.id, ticket.expiresAt, at) ? ticket : undefined;
}

function regionOf({ near }: ShownResume): DurableObjectLocationHint | undefined {
  // Safe: the Worker put it there, out of the platform's names.
  return near as DurableObjectLocationHint | undefined;
}

function isAtMirror(place: ReturnType<typeof mirrorFor>): boolean {
  return place === "full" || place.mirror !== undefined;
}
