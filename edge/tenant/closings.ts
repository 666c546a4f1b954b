import type { RevokedSeats } from "../session/index.ts";

/** A first try that was cut off, by a restart say, is done again then. One that goes on is not disturbed before. */
const CUT_OFF_MS = 10_000;
/** The first try after one that failed; each next waits twice as long, up to a minute. */
const RETRY_FIRST_MS = 250;
const RETRY_MAX_MS = 60_000;
/** Past this no session of then lives: a device is leased for half an hour, and renewed by a session that works. */
const MAX_TRIES = 1_500;

// A type, not an interface: rows must have an index signature.
type ClosingRow = {
  revocation: string;
  session: string;
  subject: string;
  seats: string;
  tries: number;
  due: number;
};

/** A session that has answered. */
export interface Closed {
  readonly session: string;
  /** What it was told to close; what of that was there is in its answer. */
  readonly asked: readonly string[] | "all";
  readonly answer: RevokedSeats;
}

interface Done {
  readonly closed: readonly Closed[];
  readonly pending: readonly string[];
}

/** The seats of one session that a revocation is to close. */
export interface Closing {
  readonly revocation: string;
  readonly session: string;
  /** Whose access ends. */
  readonly subject: string;
  /** All of the session when it is the session that is revoked. */
  readonly seats: readonly string[] | "all";
}

/** Closes the seats, at the session's object. @throws when that cannot be reached */
export type CloseSeats = (session: string, seats: readonly string[] | "all") => Promise<RevokedSeats>;

/**
 * What revocations have still to close. Written before anything is closed, and taken away when a session has answered: what
 * fails on the way, or is cut off by a restart, is done again, which does no harm.
 */
export class Closings {
  readonly #sql: SqlStorage;
  readonly #close: CloseSeats;

  constructor(sql: SqlStorage, close: CloseSeats) {
    this.#sql = sql;
    this.#close = close;
  }

  add({ revocation, session, subject, seats }: Closing, at: number): void {
    this.#sql.exec(
      "INSERT INTO closing (revocation, session, subject, seats, tries, due) VALUES (?, ?, ?, ?, 0, ?)",
      ...[revocation, session, subject, JSON.stringify(seats), at + CUT_OFF_MS],
    );
  }

  /** All of a revocation at once. */
  async run(revocation: string, at: number): Promise<Done> {
    return await this.#runAll(this.#rows("revocation = ?", revocation), at);
  }

  /** Those that failed before and are due again. */
  async retry(at: number): Promise<readonly (Done & Pick<Closing, "revocation" | "subject">)[]> {
    const done: (Done & Pick<Closing, "revocation" | "subject">)[] = [];
    for (const row of this.#rows("due <= ?", at)) {
      const { revocation, subject } = row;
      done.push({ revocation, subject, ...(await this.#runAll([row], at)) });
    }
    return done;
  }

  nextDue(): number | undefined {
    return this.#sql.exec<{ due: number | null }>("SELECT min(due) AS due FROM closing").one().due ?? undefined;
  }

  async #runAll(rows: readonly ClosingRow[], at: number): Promise<Done> {
    const closed: Closed[] = [];
    const failed: ClosingRow[] = [];
    await Promise.all(
      rows.map(async (row) => {
        const { session } = row;
        // Safe: only `add` writes the column, out of such a value.
        const asked = JSON.parse(row.seats) as Closing["seats"];
        const answer = await this.#close(session, asked).catch(() => undefined);
        if (answer === undefined) failed.push(row);
        else closed.push({ session, asked, answer });
      }),
    );
    // In one go: each write by itself would have to be stored before the next.
    for (const row of rows) if (!failed.includes(row)) this.#forget(row);
    for (const row of failed) this.#later(row, at);
    return { closed, pending: failed.map(({ session }) => session) };
  }

  #forget({ revocation, session }: ClosingRow): void {
    this.#sql.exec("DELETE FROM closing WHERE revocation = ? AND session = ?", revocation, session);
  }

  #later(row: ClosingRow, at: number): void {
    const { revocation, session, tries } = row;
    if (tries + 1 >= MAX_TRIES) return this.#forget(row);
    this.#sql.exec(
      "UPDATE closing SET tries = ?, due = ? WHERE revocation = ? AND session = ?",
      ...[tries + 1, at + Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(tries, 10)), revocation, session],
    );
  }

  #rows(where: string, binding: string | number): ClosingRow[] {
    return this.#sql
      .exec<ClosingRow>(`SELECT revocation, session, subject, seats, tries, due FROM closing WHERE ${where}`, binding)
      .toArray();
  }
}
