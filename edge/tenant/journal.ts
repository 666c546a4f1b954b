import { type SigningKey, signingKey } from "../access/index.ts";
import {
  type AuditEvent,
  chainHash,
  checkpointLine,
  checkpointText,
  eventLine,
  eventText,
  NO_HASH,
  signText,
} from "../audit/index.ts";
import type { AuditPage, AuditWish } from "./contract.ts";

/** So often a checkpoint is signed, and at the end of an export. */
const CHECKPOINT_EVERY = 1_000;
/** Events that are chained in one go, between which others may be written. */
const SEAL_BATCH = 500;
/** Lines that are dropped in one go. */
const DROP_BATCH = 1_000;
/** What goes to a receiver at once: events, and characters, of which one event may have more. */
const DELIVERY_EVENTS = 500;
const DELIVERY_CHARS = 256 * 1024;

// Types, not interfaces: rows must have an index signature.
type EventRow = { sequence: number; text: string; hash: string };
interface Batch {
  readonly lines: readonly string[];
  readonly first: number;
  readonly last: number;
}
type Head = { readonly sequence: number; readonly hash: string };

/**
 * The audit log of a tenant. An event is written in the transaction of what it tells of, and chained right after: hashing
 * takes a moment, and no change is to be without its event.
 */
export class Journal {
  readonly #storage: DurableObjectStorage;
  readonly #tenant: string;
  readonly #secret: string;
  #sealing: Promise<void> | undefined;
  /** Rises with everything that is written. */
  written = 0;

  constructor(storage: DurableObjectStorage, tenant: string, signingSecret: string) {
    this.#storage = storage;
    this.#tenant = tenant;
    this.#secret = signingSecret;
  }

  /** Within the transaction of what happened. */
  write(event: AuditEvent, at: number): void {
    this.written += 1;
    const sequence = this.lastSequence() + 1;
    this.#storage.sql.exec(
      "INSERT INTO audit_event (sequence, at, action, actor, subject, session, text) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[sequence, at, event.action, event.actor, event.subject ?? null, event.session ?? null],
      eventText(event, this.#tenant, sequence, at),
    );
  }

  /** Chain what is not chained yet. Any number may ask at once. */
  async seal(): Promise<void> {
    // One that is about to end may have missed what was just written.
    while (this.#isUnsealed()) {
      this.#sealing ??= this.#sealAll().finally(() => {
        this.#sealing = undefined;
      });
      await this.#sealing;
    }
  }

  #isUnsealed(): boolean {
    return this.#storage.sql.exec("SELECT 1 FROM audit_event WHERE hash IS NULL LIMIT 1").toArray().length > 0;
  }

  /** Lines from `after` on. The last page of an export without a filter ends with a checkpoint. */
  async page(wish: AuditWish, at: number): Promise<AuditPage> {
    await this.seal();
    const isFiltered = Object.keys(wish).some((name) => name !== "after" && name !== "limit");
    const rows = this.#rows(wish);
    const items = rows.slice(0, wish.limit);
    const isLast = rows.length <= wish.limit;
    const last = items.at(-1);
    if (!isFiltered && isLast) await this.#signHead(at);
    const lines = isFiltered ? items.map((row) => this.#line(row)) : this.#withCheckpoints(items);
    return isLast || last === undefined ? { lines } : { lines, next: last.sequence };
  }

  /**
   * What is chained after this sequence, as an export has it: as much as goes to a receiver at once, or all `through` another,
   * which an earlier batch ended with. Undefined: nothing.
   */
  batch(after: number, through?: number): Batch | undefined {
    const limit = through === undefined ? DELIVERY_EVENTS : through - after;
    const rows = this.#rows({ after, limit }).slice(0, limit);
    let chars = 0;
    const fit = rows.findIndex(({ text }) => {
      chars += text.length;
      return chars > DELIVERY_CHARS;
    });
    const items =
      through === undefined
        ? rows.slice(0, fit === -1 ? rows.length : Math.max(1, fit))
        : rows.filter(({ sequence }) => sequence <= through);
    const [first, last] = [items[0], items.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    return { lines: this.#withCheckpoints(items), first: first.sequence, last: last.sequence };
  }

  /**
   * Of the oldest lines, which were all written before that, the last of as many as are dropped in one go. It is signed: what
   * follows can be held against it then. Undefined: none is so old.
   */
  async expired(before: number, at: number): Promise<Head | undefined> {
    await this.seal();
    const rows = this.#storage.sql
      .exec<{ sequence: number; at: number; hash: string | null }>(
        "SELECT sequence, at, hash FROM audit_event ORDER BY sequence LIMIT ?",
        DROP_BATCH,
      )
      .toArray();
    const kept = rows.findIndex((row) => row.at >= before || row.hash === null);
    const last = (kept === -1 ? rows : rows.slice(0, kept)).at(-1);
    if (last === undefined || last.hash === null) return undefined;
    const head = { sequence: last.sequence, hash: last.hash };
    await this.#signOnce(head, at);
    return head;
  }

  /** Within a transaction that also writes of it. @returns how many lines went */
  drop({ sequence, hash }: Head): number {
    const { sql } = this.#storage;
    const lines = sql.exec("SELECT 1 FROM audit_event WHERE sequence <= ?", sequence).toArray().length;
    sql.exec("DELETE FROM audit_event WHERE sequence <= ?", sequence);
    sql.exec("DELETE FROM audit_checkpoint WHERE sequence < ?", sequence);
    sql.exec("INSERT OR REPLACE INTO audit_start (id, sequence, hash) VALUES (1, ?, ?)", sequence, hash);
    return lines;
  }

  async #sealAll(): Promise<void> {
    for (;;) {
      const rows = this.#storage.sql
        .exec<{ sequence: number; text: string; at: number }>(
          "SELECT sequence, text, at FROM audit_event WHERE hash IS NULL ORDER BY sequence LIMIT ?",
          SEAL_BATCH,
        )
        .toArray();
      const first = rows[0];
      if (first === undefined) return;
      let hash = this.#hashOf(first.sequence - 1);
      const sealed: Head[] = [];
      for (const { sequence, text } of rows) {
        hash = await chainHash(hash, text);
        sealed.push({ sequence, hash });
      }
      this.#storage.transactionSync(() => {
        for (const { sequence, hash: own } of sealed) {
          this.#storage.sql.exec("UPDATE audit_event SET hash = ? WHERE sequence = ?", own, sequence);
        }
      });
      for (const head of sealed)
        if (head.sequence % CHECKPOINT_EVERY === 0) await this.#sign(head, rows.at(-1)?.at ?? 0);
    }
  }

  async #signHead(at: number): Promise<void> {
    const head = this.#storage.sql
      .exec<{ sequence: number; hash: string }>(
        "SELECT sequence, hash FROM audit_event WHERE hash IS NOT NULL ORDER BY sequence DESC LIMIT 1",
      )
      .toArray()[0];
    if (head !== undefined) await this.#signOnce(head, at);
  }

  async #signOnce(head: Head, at: number): Promise<void> {
    const isSigned = this.#storage.sql.exec("SELECT 1 FROM audit_checkpoint WHERE sequence = ?", head.sequence);
    if (isSigned.toArray().length === 0) await this.#sign(head, at);
  }

  async #sign({ sequence, hash }: Head, at: number): Promise<void> {
    const key: SigningKey = await signingKey(this.#secret);
    const time = new Date(at).toISOString();
    const text = checkpointText({ tenant: this.#tenant, sequence, hash, at: time, key: key.id });
    const line = checkpointLine(text, await signText(text, key.sign));
    this.#storage.sql.exec("INSERT OR IGNORE INTO audit_checkpoint (sequence, line) VALUES (?, ?)", sequence, line);
  }

  #rows({ after, limit, action, actor, subject, session, from, to }: AuditWish): EventRow[] {
    const conditions: [string, string | number | undefined][] = [
      ["sequence > ?", after],
      // `person.` is everything about people.
      ["action GLOB ?", action === undefined ? undefined : `${action}*`],
      ["actor = ?", actor],
      ["subject = ?", subject],
      ["session = ?", session],
      ["at >= ?", from],
      ["at < ?", to],
    ];
    const given = conditions.filter(([, value]) => value !== undefined);
    const where = given.map(([condition]) => condition).join(" AND ");
    return this.#storage.sql
      .exec<EventRow>(
        `SELECT sequence, text, hash FROM audit_event WHERE hash IS NOT NULL AND ${where} ORDER BY sequence LIMIT ?`,
        ...given.map(([, value]) => value ?? null),
        limit + 1,
      )
      .toArray();
  }

  #withCheckpoints(rows: readonly EventRow[]): string[] {
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return [];
    const checkpoints = new Map(
      this.#storage.sql
        .exec<{ sequence: number; line: string }>(
          "SELECT sequence, line FROM audit_checkpoint WHERE sequence BETWEEN ? AND ?",
          ...[first.sequence - 1, last.sequence],
        )
        .toArray()
        .map(({ sequence, line }) => [sequence, line]),
    );
    let previous = this.#hashOf(first.sequence - 1);
    const lines = rows.flatMap((row) => {
      const line = eventLine(row.text, row.hash, previous);
      previous = row.hash;
      const checkpoint = checkpoints.get(row.sequence);
      return checkpoint === undefined ? [line] : [line, checkpoint];
    });
    // Where lines were dropped, the signature of what they led to comes before the first that is left.
    const opening = this.#start()?.sequence === first.sequence - 1 ? checkpoints.get(first.sequence - 1) : undefined;
    return opening === undefined ? lines : [opening, ...lines];
  }

  #line({ sequence, text, hash }: EventRow): string {
    return eventLine(text, hash, this.#hashOf(sequence - 1));
  }

  #hashOf(sequence: number): string {
    const row = this.#storage.sql
      .exec<{ hash: string | null }>("SELECT hash FROM audit_event WHERE sequence = ?", sequence)
      .toArray()[0];
    if (row?.hash != null) return row.hash;
    const start = this.#start();
    return start?.sequence === sequence ? start.hash : NO_HASH;
  }

  /** The last line that was dropped; undefined while all are there. */
  #start(): Head | undefined {
    return this.#storage.sql.exec<Head>("SELECT sequence, hash FROM audit_start").toArray()[0];
  }

  lastSequence(): number {
    const rows = this.#storage.sql.exec<{ last: number }>(
      "SELECT coalesce(max(sequence), (SELECT sequence FROM audit_start), 0) AS last FROM audit_event",
    );
    return rows.one().last;
  }
}
