import type { Binding, Terms } from "../access/claims.ts";
import type { AuditEvent } from "../audit/index.ts";
import type { ChangedSeat } from "../session/contract.ts";
import type { Door } from "./door.ts";
import type { Journal } from "./journal.ts";
import type { Presence, SeatedRow } from "./presence.ts";
import type { Begun, Revocations } from "./revocations.ts";

/** As of closings: a first try that was cut off is done again then, and what failed after waits that grow. */
const CUT_OFF_MS = 10_000;
const RETRY_FIRST_MS = 250;
const RETRY_MAX_MS = 60_000;

/** Says it at the session's object. @throws when that cannot be reached */
export type TellSeats = (session: string, seats: readonly ChangedSeat[]) => Promise<void>;

/** Whose change it was, of what, and when. */
export interface Change {
  readonly by: Pick<AuditEvent, "actor" | "address" | "country">;
  readonly subject: string;
  /** Of the revocation, if it comes to one. */
  readonly id: string;
  readonly at: number;
}

/** What a change led to, written down and still to be said. */
export interface Followed {
  readonly sessions: ReadonlySet<string>;
  readonly ended: Begun | undefined;
}

interface Rooms {
  readonly presence: Presence;
  readonly door: Door;
  readonly journal: Journal;
  readonly revocations: Revocations;
}

// A type, not an interface: rows must have an index signature.
type DueRow = { session: string; seat: string; held: string; tries: number };

/**
 * Those who sit somewhere, when what they may do changes. Decided anew within the transaction of the change, said to their
 * sessions then; what could not be said is said again, as it is by then.
 */
export class SeatChanges {
  readonly #sql: SqlStorage;
  readonly #rooms: Rooms;
  readonly #tell: TellSeats;
  /** What is being said to each session: one after the other, or an older word might come last. */
  readonly #saying = new Map<string, Promise<void>>();

  constructor(sql: SqlStorage, rooms: Rooms, tell: TellSeats) {
    this.#sql = sql;
    this.#rooms = rooms;
    this.#tell = tell;
  }

  /** Decide anew for every seat that one of these bindings is about. */
  follow(bindings: readonly Binding[], change: Change): Followed {
    const rows = bindings.length === 0 ? [] : this.#rooms.presence.all();
    const isConcerned = (row: SeatedRow) => bindings.some((binding) => isAbout(binding, row));
    return this.#decide(rows.filter(isConcerned), change);
  }

  /** The same for one that has just been given: what it was given may be old. */
  followSeat(session: string, seat: string, change: Change): Followed {
    return this.#decide(this.#rooms.presence.find(session, seat), change);
  }

  #decide(rows: readonly SeatedRow[], change: Change): Followed {
    const { door, revocations } = this.#rooms;
    const decided = new Map<string, Terms | undefined>();
    const sessions = new Set<string>();
    const lost = new Map<string, string[]>();
    for (const row of rows) {
      const { session, seat, held, ...wish } = row;
      const key = JSON.stringify(wish);
      if (!decided.has(key)) decided.set(key, door.again(wish, change.at));
      const terms = decided.get(key);
      if (terms === undefined || hasLost(held, terms)) lost.set(session, [...(lost.get(session) ?? []), seat]);
      else if (this.#write(row, terms, change)) sessions.add(session);
    }
    const ended = lost.size === 0 ? undefined : revocations.begin(change.by, change.subject, lost, change);
    return { sessions, ended };
  }

  async finish({ sessions, ended }: Followed): Promise<void> {
    const at = Date.now();
    const closing = ended === undefined ? [] : [this.#rooms.revocations.finish(ended)];
    await Promise.all([...[...sessions].map((session) => this.#sayTo(session, at)), ...closing]);
  }

  /** What could not be said before. */
  async retry(at: number): Promise<void> {
    const rows = this.#sql.exec<{ session: string }>("SELECT DISTINCT session FROM seat WHERE due <= ?", at).toArray();
    await Promise.all(rows.map(({ session }) => this.#sayTo(session, at)));
  }

  /** When something is to be tried again, Unix milliseconds. */
  nextDue(): number | undefined {
    return (
      this.#sql.exec<{ due: number | null }>("SELECT min(due) AS due FROM seat WHERE due IS NOT NULL").one().due ??
      undefined
    );
  }

  /** @returns whether anything is new about it */
  #write({ session, seat, held }: SeatedRow, terms: Terms, { by, subject, at }: Change): boolean {
    const text = JSON.stringify(terms);
    if (text === held) return false;
    this.#sql.exec(
      "UPDATE seat SET held = ?, due = ?, tries = 0 WHERE session = ? AND seat = ?",
      ...[text, at + CUT_OFF_MS, session, seat],
    );
    // Safe: terms are plain JSON.
    const detail = { because: subject, ...(JSON.parse(text) as NonNullable<AuditEvent["detail"]>) };
    this.#rooms.journal.write({ action: "seat.changed", ...by, session, subject: `seat:${seat}`, detail }, at);
    return true;
  }

  #sayTo(session: string, at: number): Promise<void> {
    const before = this.#saying.get(session) ?? Promise.resolve();
    const saying = before.then(() => this.#sayNow(session, at));
    this.#saying.set(session, saying);
    return saying.finally(() => {
      if (this.#saying.get(session) === saying) this.#saying.delete(session);
    });
  }

  async #sayNow(session: string, at: number): Promise<void> {
    const rows = this.#sql
      .exec<DueRow>("SELECT session, seat, held, tries FROM seat WHERE session = ? AND due IS NOT NULL", session)
      .toArray();
    if (rows.length === 0) return;
    // Safe: only `#write` and the presence write the column, out of such values.
    const seats = rows.map(({ seat, held }) => ({ seat, terms: JSON.parse(held) as Terms }));
    const said = await this.#tell(session, seats).then(
      () => true,
      () => false,
    );
    for (const { seat, held, tries } of rows) {
      const due = said ? null : at + Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(tries, 10));
      // One that was changed meanwhile has a turn of its own.
      this.#sql.exec(
        "UPDATE seat SET due = ?, tries = ? WHERE session = ? AND seat = ? AND held = ?",
        ...[due, tries + 1, session, seat, held],
      );
    }
  }
}

/** Everybody, where it is about many: who of them has what is decided anyway. */
function isAbout(binding: Binding, row: SeatedRow): boolean {
  return binding.to === "tenant" || binding.to === "group" || row[binding.to] === binding.id;
}

/** Without anything, or without the picture that it had, a seat is none. */
function hasLost(held: string, { rights }: Terms): boolean {
  // Safe: as above.
  const before = JSON.parse(held) as Terms;
  return rights.length === 0 || (before.rights.includes("view") && !rights.includes("view"));
}
