import type { DeadLetter, NewWebhook, Webhook, WebhookFields } from "./contract.ts";

/** Each of them is a copy of the log that leaves the edge, and a request for every batch of it. */
export const MAX_WEBHOOKS = 5;
/** Of one webhook. Past it the oldest are forgotten: what they named is still in the log. */
const MAX_LETTERS = 1_000;

// Types, not interfaces: rows must have an index signature.
export type WebhookRow = {
  id: string;
  name: string;
  url: string;
  salt: string;
  old_salt: string | null;
  old_until: number | null;
  made_by: string;
  created: number;
  updated: number;
  /** When something is to be done; null while nothing waits. */
  due: number | null;
  delivered: number;
  delivered_at: number | null;
  /** What is tried just now: it keeps its id and its last event until it was delivered or given up. */
  batch: string | null;
  batch_last: number | null;
  tries: number;
  since: number | null;
  reason: string | null;
};
export type LetterRow = {
  id: string;
  webhook: string;
  first: number;
  last: number;
  at: number;
  tries: number;
  reason: string;
  due: number | null;
};

/** The receivers of a tenant's log, how far each has come, and what none of its tries brought there. */
export class Webhooks {
  readonly #sql: SqlStorage;
  /** Whether there is any: asked after every change of the tenant. */
  #some: boolean | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  rows(): WebhookRow[] {
    return this.#sql.exec<WebhookRow>("SELECT * FROM webhook ORDER BY created, id").toArray();
  }

  row(id: string): WebhookRow | undefined {
    return this.#sql.exec<WebhookRow>("SELECT * FROM webhook WHERE id = ?", id).toArray()[0];
  }

  /** @param newest the newest event of the log */
  read(row: WebhookRow, newest: number): Webhook {
    const { id, name, url, made_by: createdBy, created, updated, delivered, delivered_at, tries, since, reason } = row;
    const letters = this.#sql.exec<{ count: number }>(
      "SELECT count(*) AS count FROM dead_letter WHERE webhook = ?",
      id,
    );
    const isFailing = since !== null && reason !== null;
    return {
      ...{ id, name, host: new URL(url).host, createdBy, createdAt: created, updatedAt: updated },
      deliveredTo: delivered,
      ...(delivered_at === null ? {} : { deliveredAt: delivered_at }),
      waiting: newest - delivered,
      deadLetters: letters.one().count,
      ...(isFailing ? { failing: { since, tries, reason, nextTryAt: row.due ?? since } } : {}),
    };
  }

  add({ name, url }: NewWebhook, after: number, by: string, salt: string, id: string, at: number): void {
    this.#sql.exec(
      "INSERT INTO webhook (id, name, url, salt, made_by, created, updated, delivered, tries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)",
      ...[id, name, url, salt, by, at, at, after],
    );
    this.#some = true;
  }

  /** What waits is tried at once: the old address may have been what was wrong. */
  put(id: string, { name, url }: WebhookFields, at: number): void {
    this.#sql.exec("UPDATE webhook SET name = ?, url = ?, updated = ?, due = ? WHERE id = ?", name, url, at, at, id);
  }

  rotate(id: string, salt: string, oldUntil: number, at: number): void {
    this.#sql.exec(
      "UPDATE webhook SET old_salt = salt, old_until = ?, salt = ?, updated = ? WHERE id = ?",
      ...[oldUntil, salt, at, id],
    );
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM dead_letter WHERE webhook = ?", id);
    this.#sql.exec("DELETE FROM webhook WHERE id = ?", id);
    this.#some = undefined;
  }

  /** Something was written to the log. @returns whether anybody is to hear of it who waited for nothing */
  wake(due: number): boolean {
    this.#some ??= this.#sql.exec("SELECT 1 FROM webhook LIMIT 1").toArray().length > 0;
    return this.#some && this.#sql.exec("UPDATE webhook SET due = ? WHERE due IS NULL", due).rowsWritten > 0;
  }

  /** The earliest moment of each webhook for which something is to be done. */
  dues(): { webhook: string; due: number }[] {
    return this.#sql
      .exec<{ webhook: string; due: number }>(
        `SELECT webhook, min(due) AS due FROM
         (SELECT id AS webhook, due FROM webhook UNION ALL SELECT webhook, due FROM dead_letter)
         WHERE due IS NOT NULL GROUP BY webhook`,
      )
      .toArray();
  }

  /** The next is written down before it is tried: what is cut off is tried again then. */
  trying(id: string, batch: string, last: number, due: number): void {
    this.#sql.exec("UPDATE webhook SET batch = ?, batch_last = ?, due = ? WHERE id = ?", batch, last, due, id);
  }

  /** A batch is past, delivered or given up. @param due when the next is looked for; null: there is none */
  past(id: string, last: number, due: number | null): void {
    this.#sql.exec(
      "UPDATE webhook SET delivered = ?, batch = NULL, batch_last = NULL, tries = 0, since = NULL, reason = NULL, due = ? WHERE id = ?",
      ...[last, due, id],
    );
  }

  delivered(id: string, at: number): void {
    this.#sql.exec("UPDATE webhook SET delivered_at = ? WHERE id = ?", at, id);
  }

  failed(id: string, reason: string, due: number, at: number): void {
    this.#sql.exec(
      "UPDATE webhook SET tries = tries + 1, since = coalesce(since, ?), reason = ?, due = ? WHERE id = ?",
      ...[at, reason, due, id],
    );
  }

  rest(id: string, due: number | null): void {
    this.#sql.exec("UPDATE webhook SET due = ? WHERE id = ?", due, id);
  }

  /** The log begins later now. */
  dropped(through: number): void {
    this.#sql.exec("UPDATE webhook SET delivered = max(delivered, ?)", through);
    this.#sql.exec("DELETE FROM dead_letter WHERE last <= ?", through);
  }

  letters(webhook: string): DeadLetter[] {
    return this.#sql
      .exec<LetterRow>("SELECT * FROM dead_letter WHERE webhook = ? ORDER BY first, id", webhook)
      .toArray()
      .map(({ webhook: _, due, ...letter }) => ({ ...letter, resending: due !== null }));
  }

  dueLetters(webhook: string, at: number): LetterRow[] {
    return this.#sql
      .exec<LetterRow>("SELECT * FROM dead_letter WHERE webhook = ? AND due <= ? ORDER BY first, id", webhook, at)
      .toArray();
  }

  bury(letter: Omit<LetterRow, "due">): void {
    const { id, webhook, first, last, at, tries, reason } = letter;
    this.#sql.exec(
      "INSERT INTO dead_letter (id, webhook, first, last, at, tries, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
      ...[id, webhook, first, last, at, tries, reason],
    );
    this.#sql.exec(
      "DELETE FROM dead_letter WHERE webhook = ? AND id NOT IN (SELECT id FROM dead_letter WHERE webhook = ? ORDER BY first DESC LIMIT ?)",
      ...[webhook, webhook, MAX_LETTERS],
    );
  }

  /** @returns how many of these are there */
  raise(webhook: string, letters: readonly string[] | undefined, at: number): number {
    const all = this.letters(webhook).map(({ id }) => id);
    const wanted = letters === undefined ? all : all.filter((id) => letters.includes(id));
    for (const id of wanted) this.#sql.exec("UPDATE dead_letter SET due = ? WHERE id = ?", at, id);
    return wanted.length;
  }

  letterTrying(id: string, due: number): void {
    this.#sql.exec("UPDATE dead_letter SET due = ? WHERE id = ?", due, id);
  }

  letterFailed(id: string, reason: string): void {
    this.#sql.exec("UPDATE dead_letter SET due = NULL, tries = tries + 1, reason = ? WHERE id = ?", reason, id);
  }

  letterDelivered(id: string): void {
    this.#sql.exec("DELETE FROM dead_letter WHERE id = ?", id);
  }
}
