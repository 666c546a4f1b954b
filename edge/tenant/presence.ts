import type { EndedSession, EntryWish, LiveSeat, LiveSession, NewSeat, Page, PageWish } from "./contract.ts";

// Types, not interfaces: rows must have an index signature.
type DecidedRow = {
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

function readRow({ session, seat, link, person, wish, held }: DecidedRow): SeatedRow {
  // Safe: only this module writes the column, out of a seat's fields; undefined ones are left out by JSON.
  const fields = JSON.parse(wish) as Pick<EntryWish, "app" | "rights" | "place" | "embeddedBy">;
  const who = { ...(link === null ? {} : { link }), ...(person === null ? {} : { person }) };
  return { session, seat, held, ...who, ...fields };
}

type SessionRow = { id: string; opened: number };
type SeatRow = {
  seat: string;
  link: string | null;
  person: string | null;
  key: string | null;
  opened: number;
};

/** Before the id of the API key that opened a seat. */
const BY_KEY = "key:";

/** Who sits where: the open sessions of a tenant and their seats, kept for whoever must leave them. */
export class Presence {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** @returns whether the session is new */
  add(
    { session, seat, link, person, signin, actor, app, rights, place, embeddedBy, terms }: NewSeat,
    at: number,
  ): boolean {
    const isNew =
      this.#sql.exec("INSERT OR IGNORE INTO session (id, opened) VALUES (?, ?)", session, at).rowsWritten > 0;
    this.#sql.exec(
      "INSERT OR IGNORE INTO seat (session, seat, link, person, signin, key, opened, wish, held) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      ...[session, seat, link ?? null, person ?? null, signin ?? null, keyOf(actor) ?? null, at],
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

  /** The newest first. */
  page({ after, limit }: PageWish): Page<LiveSession> {
    const [opened, id] = (after ?? "").split("/");
    const rows = this.#sql
      .exec<SessionRow>(
        "SELECT id, opened FROM session WHERE (opened, id) < (?, ?) ORDER BY opened DESC, id DESC LIMIT ?",
        ...[after === undefined ? Number.MAX_SAFE_INTEGER : Number(opened) || 0, id ?? "", limit + 1],
      )
      .toArray();
    const items = rows
      .slice(0, limit)
      .map((row) => ({ id: row.id, openedAt: row.opened, seats: this.#seatsIn(row.id) }));
    const last = items.at(-1);
    return rows.length > limit && last !== undefined ? { items, next: `${last.openedAt}/${last.id}` } : { items };
  }

  #seatsIn(session: string): LiveSeat[] {
    return this.#sql
      .exec<SeatRow>(
        "SELECT seat, link, person, key, opened FROM seat WHERE session = ? ORDER BY opened, seat",
        session,
      )
      .toArray()
      .map(({ seat, link, person, key, opened }) => ({
        seat,
        openedAt: opened,
        ...(link === null ? {} : { link }),
        ...(person === null ? {} : { person }),
        ...(key === null ? {} : { key }),
      }));
  }

  /** The seats that came by this link, are this person's, or were opened by this browser's sign-in or this key, by their sessions. */
  seatsOf(column: "link" | "person" | "signin" | "key", id: string): ReadonlyMap<string, readonly string[]> {
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
    return this.#sql.exec<DecidedRow>(`${SELECT} ORDER BY session, seat`).toArray().map(readRow);
  }

  /** None, or the one. */
  find(session: string, seat: string): SeatedRow[] {
    return this.#sql.exec<DecidedRow>(`${SELECT} AND session = ? AND seat = ?`, session, seat).toArray().map(readRow);
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

/** The id of the API key that stands for whoever opened a seat. */
export function keyOf(actor: string): string | undefined {
  return actor.startsWith(BY_KEY) ? actor.slice(BY_KEY.length) : undefined;
}
