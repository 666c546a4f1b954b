import type { EndedSession, EntryWish, NewSeat } from "./contract.ts";

// A type, not an interface: rows must have an index signature.
type Row = {
  session: string;
  seat: string;
  link: string | null;
  person: string | null;
  wish: string;
  held: string;
};

const SELECT = "SELECT session, seat, link, person, wish, held FROM seat WHERE wish IS NOT NULL";

/** What somebody wanted when they came in, kept for deciding it anew. */
type Wish = { readonly [Name in "app" | "rights" | "place" | "embeddedBy"]: NewSeat[Name] | undefined };

/** A seat with what it wished for and what it was given. */
export interface SeatedRow extends Omit<EntryWish, "signin" | "conditions"> {
  readonly session: string;
  readonly seat: string;
  /** As it is stored: the same terms are the same text. */
  readonly held: string;
}

function readRow({ session, seat, link, person, wish, held }: Row): SeatedRow {
  // Safe: only this module writes the column, out of a seat's fields; undefined ones are left out by JSON.
  const fields = JSON.parse(wish) as Pick<EntryWish, "app" | "rights" | "place" | "embeddedBy">;
  const who = { ...(link === null ? {} : { link }), ...(person === null ? {} : { person }) };
  return { session, seat, held, ...who, ...fields };
}

/** Who sits where: the open sessions of a tenant and their seats, kept for whoever must leave them. */
export class Presence {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** @returns whether the session is new */
  add({ session, seat, link, person, signin, app, rights, place, embeddedBy, terms }: NewSeat, at: number): boolean {
    const isNew =
      this.#sql.exec("INSERT OR IGNORE INTO session (id, opened) VALUES (?, ?)", session, at).rowsWritten > 0;
    this.#sql.exec(
      "INSERT OR IGNORE INTO seat (session, seat, link, person, signin, opened, wish, held) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      ...[session, seat, link ?? null, person ?? null, signin ?? null, at],
      ...[JSON.stringify({ app, rights, place, embeddedBy } satisfies Wish), JSON.stringify(terms)],
    );
    return isNew;
  }

  isOpen(session: string): boolean {
    return this.#sql.exec("SELECT 1 FROM session WHERE id = ?", session).toArray().length > 0;
  }

  count(session: string): number {
    return this.#sql.exec<{ count: number }>("SELECT count(*) AS count FROM seat WHERE session = ?", session).one()
      .count;
  }

  /** The seats that came by this link, are this person's, or were opened by this browser's sign-in, by their sessions. */
  seatsOf(column: "link" | "person" | "signin", id: string): ReadonlyMap<string, readonly string[]> {
    const sessions = new Map<string, string[]>();
    const rows = this.#sql.exec<{ session: string; seat: string }>(
      `SELECT session, seat FROM seat WHERE ${column} = ? ORDER BY session, seat`,
      id,
    );
    for (const { session, seat } of rows) sessions.set(session, [...(sessions.get(session) ?? []), seat]);
    return sessions;
  }

  /** Whose seat it is, for the books; undefined for one that is over, or that neither a person nor a link opened. */
  actor(session: string, seat: string): string | undefined {
    const row = this.#sql
      .exec<{ link: string | null; person: string | null }>(
        "SELECT link, person FROM seat WHERE session = ? AND seat = ?",
        ...[session, seat],
      )
      .toArray()[0];
    if (row?.person != null) return `person:${row.person}`;
    return row?.link == null ? undefined : `link:${row.link}`;
  }

  /** Every seat whose wishes are known: those of before an earlier version are not. */
  all(): SeatedRow[] {
    return this.#sql.exec<Row>(`${SELECT} ORDER BY session, seat`).toArray().map(readRow);
  }

  /** None, or the one. */
  find(session: string, seat: string): SeatedRow[] {
    return this.#sql.exec<Row>(`${SELECT} AND session = ? AND seat = ?`, session, seat).toArray().map(readRow);
  }

  /** What a browser had opened goes on when it signs in again. */
  move(from: string, to: string): void {
    this.#sql.exec("UPDATE seat SET signin = ? WHERE signin = ?", to, from);
  }

  /** @returns whether it was known */
  leave(session: string, seat: string): boolean {
    return this.#sql.exec("DELETE FROM seat WHERE session = ? AND seat = ?", session, seat).rowsWritten > 0;
  }

  /** @returns whether it was known */
  end({ session }: Pick<EndedSession, "session">): boolean {
    this.#sql.exec("DELETE FROM seat WHERE session = ?", session);
    return this.#sql.exec("DELETE FROM session WHERE id = ?", session).rowsWritten > 0;
  }
}
