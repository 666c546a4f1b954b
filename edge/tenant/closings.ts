import type { RevokedSeats } from "../session/index.ts";
import type { Receipt } from "./contract.ts";

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

type Done = Pick<Receipt, "sessions" | "pending">;

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
      ...[revocation, session, subject, JSON.stringify(seats), at + RETRY_FIRST_MS],
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
    const sessions: ({ readonly session: string } & RevokedSeats)[] = [];
    const pending: string[] = [];
    await Promise.all(
      rows.map(async (row) => {
        const { session } = row;
        // Safe: only `add` writes the column, out of such a value.
        const seats = JSON.parse(row.seats) as Closing["seats"];
        const closed = await this.#close(session, seats).catch(() => undefined);
        if (closed === undefined) {
          pending.push(session);
          this.#later(row, at);
        } else {
          sessions.push({ session, ...closed });
          this.#sql.exec("DELETE FROM closing WHERE revocation = ? AND session = ?", row.revocation, session);
        }
      }),
    );
    return { sessions, pending };
  }

  #later({ revocation, session, tries }: ClosingRow, at: number): void {
    if (tries + 1 >= MAX_TRIES) {
      this.#sql.exec("DELETE FROM closing WHERE revocation = ? AND session = ?", revocation, session);
      return;
    }
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
