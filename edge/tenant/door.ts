import type { Right } from "#protocol";
import { type Decision, decide, rightsOf, type Subject, type Terms, termsOf } from "../access/index.ts";
import type { AuditEvent } from "../audit/index.ts";
import type { Administration } from "./administration.ts";
import type { Closed } from "./closings.ts";
import { brokenCondition } from "./conditions.ts";
import type { EndedSession, Entry, EntryRefusal, EntryWish, NewSeat, TenantRpc } from "./contract.ts";
import type { Journal } from "./journal.ts";
import type { Links } from "./links.ts";
import type { Usage } from "./log/usage.ts";
import { keyOf, type Presence } from "./presence.ts";
import type { Signins } from "./signin/signins.ts";

type Seated = Awaited<ReturnType<TenantRpc["seated"]>>;

/** Who is let into sessions, and who has left them. Each method is one transaction of its caller. */
export class Door {
  readonly #books: Administration;
  readonly #links: Links;
  readonly #presence: Presence;
  readonly #signins: Signins;
  readonly #journal: Journal;
  readonly #usage: Usage;

  constructor(
    books: Administration,
    links: Links,
    presence: Presence,
    signins: Signins,
    journal: Journal,
    usage: Usage,
  ) {
    this.#books = books;
    this.#links = links;
    this.#presence = presence;
    this.#signins = signins;
    this.#journal = journal;
    this.#usage = usage;
  }

  enter(wish: EntryWish, at: number): Entry {
    const subject = this.#books.subject(wish);
    if (subject === undefined) return this.#refuse(wish, "no-such-person", undefined, at);
    if (this.#isRevoked(wish.link)) return this.#refuse(wish, "link-revoked", undefined, at);
    if (!this.#isActive(subject.person)) return this.#refuse(wish, "not-allowed", undefined, at);
    const broken = brokenCondition(wish, this.#books.embeddingOrigins());
    if (broken !== undefined) return this.#refuse(wish, broken.refusal, undefined, at, [broken.limit]);
    const decision = this.#decide(subject, wish, at);
    if (!this.#leadsIntoSession(wish, decision)) return this.#refuse(wish, "no-such-session", decision, at);
    const terms = termsOf(decision, wish.rights);
    if (decision.refusals.length > 0 || terms.rights.length === 0)
      return this.#refuse(wish, "not-allowed", decision, at);
    const { viewers } = decision.session;
    return {
      admitted: true,
      terms,
      ...(subject.person === undefined ? {} : { person: subject.person }),
      ...(viewers === undefined ? {} : { viewers }),
    };
  }

  /** The rights that somebody would have, without coming in. None: they would not be let in. */
  look(wish: EntryWish, at: number): readonly Right[] {
    const subject = this.#books.subject(wish);
    if (subject === undefined || !this.#isActive(subject.person)) return [];
    const decision = this.#decide(subject, wish, at);
    return decision.refusals.length > 0 ? [] : rightsOf(decision, wish.rights);
  }

  /** What somebody who sits there would be given if they came now; undefined: nothing. Whether they are revoked is not asked. */
  again(seat: Omit<EntryWish, "signin">, at: number): Terms | undefined {
    const subject = this.#books.subject(seat);
    if (subject === undefined) return undefined;
    if (brokenCondition(seat, this.#books.embeddingOrigins()) !== undefined) return undefined;
    const decision = this.#decide(subject, seat, at);
    return decision.refusals.length > 0 ? undefined : termsOf(decision, seat.rights);
  }

  /** What admitted them may have been withdrawn since: from here on a revocation finds the seat. */
  seated(seat: NewSeat, at: number): Seated {
    if (this.#isRevoked(seat.link)) return { seated: false, refusal: "link-revoked" };
    if (!this.#isActive(seat.person) || this.#isSignedOut(seat.signin) || this.#isKeyRevoked(seat.actor)) {
      return { seated: false, refusal: "not-allowed" };
    }
    const terms = this.again(seat, at);
    if (terms === undefined || terms.rights.length === 0) return { seated: false, refusal: "not-allowed" };
    if (seat.viewers !== undefined && this.#presence.count(seat.session) >= seat.viewers) {
      return { seated: false, refusal: "session-full" };
    }
    const actor = actorOf(seat, seat.actor);
    const about = { actor, session: seat.session, ...seat.place };
    const { holders = [], embeddedBy } = seat;
    const by = { ...(holders.length === 0 ? {} : { holders }), ...(embeddedBy === undefined ? {} : { embeddedBy }) };
    const how = Object.keys(by).length === 0 ? {} : { detail: by };
    const note = (event: Pick<AuditEvent, "action" | "subject" | "detail">) =>
      this.#journal.write({ ...about, ...event }, at);
    if (this.#presence.add(seat, at)) note({ action: "session.opened", subject: `session:${seat.session}` });
    if (seat.link !== undefined) note({ action: "link.redeemed", subject: `link:${seat.link}`, ...how });
    note({ action: "seat.opened", subject: `seat:${seat.seat}`, detail: seatDetail(seat) });
    return { seated: true };
  }

  left(session: string, seat: string, at: number, reason?: "idle" | "length"): void {
    this.#usage.tellSeat(session, seat, at);
    if (!this.#presence.leave(session, seat)) return;
    const why = reason === undefined ? {} : { detail: { reason } };
    this.#journal.write({ action: "seat.closed", actor: "session", session, subject: `seat:${seat}`, ...why }, at);
  }

  ended({ session, reason, lastFrame }: EndedSession, at: number): void {
    this.#usage.tellSession(session, at);
    if (!this.#presence.end({ session })) return;
    const detail = lastFrame === undefined ? { reason } : { reason, lastFrame };
    this.#journal.write(
      { action: "session.closed", actor: "session", session, subject: `session:${session}`, detail },
      at,
    );
  }

  /** A session has closed what it was told to. */
  revoked(revocation: string, subject: string, { session, asked, answer }: Closed, at: number): void {
    for (const { seat } of answer.seats) this.#usage.tellSeat(session, seat, at);
    const seats = answer.seats.map((seat) => ({ ...seat }));
    const detail = { revocation, seats, ended: answer.ended };
    this.#journal.write({ action: "access.ended", actor: "session", session, subject, detail }, at);
    if (asked !== "all") for (const seat of asked) this.#presence.leave(session, seat);
    const { lastFrame } = answer;
    if (answer.ended) {
      this.ended({ session, reason: "revoked", ...(lastFrame === undefined ? {} : { lastFrame }) }, at);
    }
  }

  #decide(subject: Subject, { place, embeddedBy }: EntryWish, at: number): Decision {
    const around = embeddedBy === undefined ? {} : { embeddedBy };
    return decide(this.#books.policies.byId(), subject, { at, ...place, ...around });
  }

  /**
   * Into a live session of this tenant only. What a holder says of it counts where somebody sits who came by the same
   * link, and where policies let whoever has the link invite others.
   */
  #leadsIntoSession({ link, conditions }: EntryWish, decision: Decision): boolean {
    const session = conditions?.session;
    if (session === undefined) return true;
    if (session.by === "maker") return this.#presence.isOpen(session.id);
    const mayInvite = decision.capabilities.invite.effect === "allow";
    return mayInvite && link !== undefined && this.#presence.seatsOf("link", link).has(session.id);
  }

  #isRevoked(link: string | undefined): boolean {
    return link !== undefined && this.#links.get(link)?.revokedAt !== undefined;
  }

  #isActive(person: string | undefined): boolean {
    return person === undefined || this.#books.people.get(person)?.active === true;
  }

  #isSignedOut(signin: string | undefined): boolean {
    return signin !== undefined && this.#signins.get(signin) === undefined;
  }

  #isKeyRevoked(actor: string): boolean {
    const key = keyOf(actor);
    return key !== undefined && this.#books.keys.get(key)?.revokedAt !== undefined;
  }

  #refuse(
    wish: EntryWish,
    refusal: EntryRefusal,
    decision: Decision | undefined,
    at: number,
    limits: readonly string[] = decision?.refusals.map(({ limit }) => limit) ?? [],
  ): Entry {
    const subject = wish.link === undefined ? {} : { subject: `link:${wish.link}` };
    const detail = { refusal, ...(limits.length === 0 ? {} : { limits }) };
    this.#journal.write(
      { action: "entry.refused", actor: actorOf(wish, "guest"), ...subject, ...wish.place, detail },
      at,
    );
    return { admitted: false, refusal };
  }
}

/** With the browser's sign-in, by which the seat can be followed to who proved what, and how. */
function seatDetail({ terms: { rights }, signin }: NewSeat) {
  return signin === undefined ? { rights } : { rights, signin };
}

function actorOf({ person, link }: Pick<EntryWish, "person" | "link">, otherwise: string): string {
  if (person !== undefined) return `person:${person}`;
  return link === undefined ? otherwise : `link:${link}`;
}
