import type { RelayMemory } from "../relay/index.ts";
import { SPENT_TICKETS, spendTicket } from "../socket/index.ts";
import type { SessionSpec } from "./contract.ts";
import type { QualityRows } from "./quality.ts";

/** Rows are numbered, and a frame is far under the platform's 2 MB a value. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS session (id INTEGER PRIMARY KEY CHECK (id = 1), spec TEXT NOT NULL, memory TEXT, ended INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE IF NOT EXISTS resume (token TEXT PRIMARY KEY, holder TEXT NOT NULL, made INTEGER NOT NULL);
  ${SPENT_TICKETS}
  CREATE TABLE IF NOT EXISTS quality (seat TEXT PRIMARY KEY, record TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS picture (position INTEGER PRIMARY KEY, message BLOB NOT NULL);
`;

/** Of one holder's resume tokens two count, the newest and the one shown last: the newest may be lost on its way. */
const TOKENS_PER_HOLDER = 2;
const NEXT_MADE = "(SELECT coalesce(max(made), 0) + 1 FROM resume)";

/** Who a resume token belongs to: the origin, or a seat by its id. */
export type TokenHolder = { readonly role: "origin" } | { readonly role: "viewer"; readonly seat: string };

/** What the Session object keeps. Never touched on the frame path: a write holds every later send back. */
export class SessionStore implements QualityRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * The session as it was opened, or undefined before that; `ended` sessions stay so. Until `open` nothing is stored:
   * anybody can call an object into being by a made-up name, and is not to leave anything behind.
   */
  load():
    | { readonly spec: SessionSpec; readonly memory: RelayMemory | undefined; readonly ended: boolean }
    | undefined {
    if (this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'session'").toArray().length === 0) return undefined;
    // A session that an earlier version opened may lack a table.
    this.#sql.exec(SCHEMA);
    const row = this.#sql
      .exec<{ spec: string; memory: string | null; ended: number }>("SELECT spec, memory, ended FROM session")
      .toArray()[0];
    if (row === undefined) return undefined;
    // Safe: only `open` and `remember` below write these columns, out of values of these very types.
    const spec = JSON.parse(row.spec) as SessionSpec;
    const memory = row.memory === null ? undefined : (JSON.parse(row.memory) as RelayMemory);
    return { spec, memory, ended: row.ended !== 0 };
  }

  open(spec: SessionSpec, memory: RelayMemory): void {
    this.#sql.exec(SCHEMA);
    this.#sql.exec(
      "INSERT INTO session (id, spec, memory) VALUES (1, ?, ?)",
      JSON.stringify(spec),
      JSON.stringify(memory),
    );
  }

  remember(memory: RelayMemory): void {
    this.#sql.exec("UPDATE session SET memory = ?", JSON.stringify(memory));
  }

  /** The fact that it ended is kept, so that whoever joins or dials a moment too late is told so, and how it did. */
  end(): void {
    this.#sql.exec(
      "UPDATE session SET ended = 1, memory = NULL; DELETE FROM resume; DELETE FROM spent_ticket; DELETE FROM picture;",
    );
  }

  /** `made` counts up, so that the order is certain within one millisecond too. */
  addToken(token: string, holder: TokenHolder): void {
    const key = holderKey(holder);
    this.#sql.exec(`INSERT INTO resume (token, holder, made) VALUES (?, ?, ${NEXT_MADE})`, token, key);
    this.#sql.exec(
      "DELETE FROM resume WHERE holder = ? AND token NOT IN (SELECT token FROM resume WHERE holder = ? ORDER BY made DESC LIMIT ?)",
      key,
      key,
      TOKENS_PER_HOLDER,
    );
  }

  /**
   * Whose token this is. It counts as new again: whoever shows it has evidently not heard of a later one, and the next
   * may be lost on its way as well.
   */
  tokenShown(token: string): TokenHolder | undefined {
    const row = this.#sql
      .exec<{ holder: string }>(`UPDATE resume SET made = ${NEXT_MADE} WHERE token = ? RETURNING holder`, token)
      .toArray()[0];
    return row === undefined ? undefined : holderIn(row.holder);
  }

  /** The same without a word of it: for what is asked often, as a write holds back what is sent after it. */
  holderOf(token: string): TokenHolder | undefined {
    const row = this.#sql.exec<{ holder: string }>("SELECT holder FROM resume WHERE token = ?", token).toArray()[0];
    return row === undefined ? undefined : holderIn(row.holder);
  }

  forgetTokens(holder: TokenHolder): void {
    this.#sql.exec("DELETE FROM resume WHERE holder = ?", holderKey(holder));
  }

  /** False when the ticket has expired or was spent before. */
  spendTicket(id: string, expiresAt: number, at: number): boolean {
    return spendTicket(this.#sql, id, expiresAt, at);
  }

  qualityRows(): { readonly seat: string; readonly record: string }[] {
    return this.#sql
      .exec<{ seat: string; record: string }>("SELECT seat, record FROM quality ORDER BY rowid")
      .toArray();
  }

  saveQuality(seat: string, record: string): void {
    this.#sql.exec(
      "INSERT INTO quality (seat, record) VALUES (?, ?) ON CONFLICT (seat) DO UPDATE SET record = excluded.record",
      seat,
      record,
    );
  }

  dropQuality(seat: string): void {
    this.#sql.exec("DELETE FROM quality WHERE seat = ?", seat);
  }

  savePicture(frames: readonly ArrayBuffer[]): void {
    this.#sql.exec("DELETE FROM picture");
    frames.forEach((message, position) => {
      this.#sql.exec("INSERT INTO picture (position, message) VALUES (?, ?)", position, message);
    });
  }

  picture(): ArrayBuffer[] {
    return this.#sql
      .exec<{ message: ArrayBuffer }>("SELECT message FROM picture ORDER BY position")
      .toArray()
      .map((row) => row.message);
  }
}

function holderKey(holder: TokenHolder): string {
  return holder.role === "origin" ? "origin" : `seat:${holder.seat}`;
}

function holderIn(key: string): TokenHolder {
  return key === "origin" ? { role: "origin" } : { role: "viewer", seat: key.slice("seat:".length) };
}
