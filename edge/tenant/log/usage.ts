import type { Journal } from "../journal.ts";
import type { Presence } from "../presence.ts";
import type { Use } from "./contract.ts";

/** Whatever a seat does, each of its rights makes one event in this time. */
const GATHER_MS = 60_000;
/** Of one event. */
const MAX_APPS = 16;

// A type, not an interface: rows must have an index signature.
type UseRow = {
  session: string;
  seat: string;
  action: string;
  kind: string;
  times: number;
  bytes: number | null;
  first: number;
  last: number;
  apps: string | null;
  before: string | null;
};

/** Rights that seats have used and that no event tells of yet. */
export class Usage {
  readonly #sql: SqlStorage;
  readonly #journal: Journal;
  readonly #presence: Presence;

  constructor(sql: SqlStorage, journal: Journal, presence: Presence) {
    this.#sql = sql;
    this.#journal = journal;
    this.#presence = presence;
  }

  add(session: string, uses: readonly Use[], at: number): void {
    for (const use of uses) this.#addOne(session, use, at);
  }

  nextDue(): number | undefined {
    return this.#sql.exec<{ due: number | null }>("SELECT min(due) AS due FROM usage").one().due ?? undefined;
  }

  /** Within a transaction, as the two below. */
  tellDue(at: number): void {
    this.#tell("due <= ?", [at], at);
  }

  /** Before it is told that the seat is over: afterwards nobody knows whose it was. */
  tellSeat(session: string, seat: string, at: number): void {
    this.#tell("session = ? AND seat = ?", [session, seat], at);
  }

  tellSession(session: string, at: number): void {
    this.#tell("session = ?", [session], at);
  }

  #addOne(session: string, { seat, action, kind, times, bytes, from, until, apps, before }: Use, at: number): void {
    const key = [session, seat, action, kind ?? ""];
    const there = this.#sql
      .exec<{ apps: string | null }>(
        "SELECT apps FROM usage WHERE session = ? AND seat = ? AND action = ? AND kind = ?",
        ...key,
      )
      .toArray()[0];
    const all =
      apps === undefined ? null : JSON.stringify([...new Set([...read(there?.apps), ...apps])].slice(0, MAX_APPS));
    this.#sql.exec(
      `INSERT INTO usage (session, seat, action, kind, times, bytes, first, last, apps, before, due)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (session, seat, action, kind) DO UPDATE SET
         times = times + excluded.times, bytes = bytes + excluded.bytes, first = min(first, excluded.first),
         last = max(last, excluded.last), apps = excluded.apps, before = coalesce(excluded.before, before)`,
      ...[...key, times, bytes ?? null, from, until, all, before ?? null, at + GATHER_MS],
    );
  }

  #tell(where: string, bindings: readonly (string | number)[], at: number): void {
    const rows = this.#sql.exec<UseRow>(`SELECT * FROM usage WHERE ${where} ORDER BY first, action, kind`, ...bindings);
    for (const row of rows.toArray()) this.#tellOne(row, at);
    this.#sql.exec(`DELETE FROM usage WHERE ${where}`, ...bindings);
  }

  #tellOne({ session, seat, action, kind, times, bytes, first, last, apps, before }: UseRow, at: number): void {
    const detail = {
      ...{ times, from: new Date(first).toISOString(), until: new Date(last).toISOString() },
      ...(kind === "" ? {} : { kind }),
      ...(bytes === null ? {} : { bytes }),
      ...(apps === null ? {} : { apps: read(apps) }),
      ...(before === null ? {} : { before: `seat:${before}` }),
    };
    const actor = this.#presence.actor(session, seat) ?? "session";
    // Safe: only `add` writes the column, out of such a value.
    const told = action as Use["action"];
    this.#journal.write({ action: told, actor, session, subject: `seat:${seat}`, detail }, at);
  }
}

function read(apps: string | null | undefined): readonly string[] {
  // Safe: only this module writes the column, out of a list of words.
  return apps == null ? [] : (JSON.parse(apps) as readonly string[]);
}
