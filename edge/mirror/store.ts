import type { Shown } from "../relay/index.ts";
import { SPENT_TICKETS, spendTicket } from "../socket/index.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS mirror (id INTEGER PRIMARY KEY CHECK (id = 1), session TEXT NOT NULL, name TEXT NOT NULL, shown TEXT);
  ${SPENT_TICKETS}
`;

export interface MirrorIdentity {
  readonly session: string;
  /** The mirror's name within its session. */
  readonly mirror: string;
  /** How far its seats were shown pictures when it was put to rest. */
  readonly shown: Shown | undefined;
}

/** What a mirror keeps: who it is, the tickets that were spent, and how far its seats came before a sleep. */
export class MirrorStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Undefined before the first ticket, and once everything was forgotten: until then nothing is stored. */
  load(): MirrorIdentity | undefined {
    if (this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'mirror'").toArray().length === 0) return undefined;
    const row = this.#sql
      .exec<{ session: string; name: string; shown: string | null }>("SELECT session, name, shown FROM mirror")
      .toArray()[0];
    if (row === undefined) return undefined;
    // Safe: only `noteShown` below writes this column, out of a value of this very type.
    const shown = row.shown === null ? undefined : (JSON.parse(row.shown) as Shown);
    return { session: row.session, mirror: row.name, shown };
  }

  open(session: string, mirror: string): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec("INSERT OR IGNORE INTO mirror (id, session, name) VALUES (1, ?, ?)", session, mirror);
  }

  spendTicket(id: string, expiresAt: number, at: number): boolean {
    return spendTicket(this.#sql, id, expiresAt, at);
  }

  /** By then every ticket that was spent here has expired, Unix milliseconds. Only once `open` was called. */
  ticketsExpireAt(): number {
    return this.#sql.exec<{ last: number | null }>("SELECT MAX(expires) AS last FROM spent_ticket").one().last ?? 0;
  }

  noteShown(shown: Shown | undefined): void {
    this.#sql.exec("UPDATE mirror SET shown = ?", shown === undefined ? null : JSON.stringify(shown));
  }
}
