import type { Journal } from "../journal.ts";
import type { Webhooks } from "./webhooks.ts";

const DAY_MS = 24 * 60 * 60_000;
/** So that whoever may change settings cannot have the log forget what they did before somebody has looked. */
export const MIN_DAYS = 30;
export const MAX_DAYS = 3_650;
/** Lines go in steps, each a transaction, and not too many in one go: the alarm has other things to do. */
const STEPS_PER_RING = 5;

/** How long a tenant keeps its log. Without a word: for ever. */
export class Retention {
  readonly #sql: SqlStorage;
  readonly #journal: Journal;
  readonly #webhooks: Webhooks;

  constructor(sql: SqlStorage, journal: Journal, webhooks: Webhooks) {
    this.#sql = sql;
    this.#journal = journal;
    this.#webhooks = webhooks;
  }

  days(): number | undefined {
    return this.#sql.exec<{ days: number }>("SELECT days FROM retention").toArray()[0]?.days;
  }

  /** Looked at now, and once a day from then on. */
  set(days: number | undefined, at: number): void {
    this.#sql.exec("DELETE FROM retention");
    if (days !== undefined) this.#sql.exec("INSERT INTO retention (id, days, due) VALUES (1, ?, ?)", days, at);
  }

  nextDue(): number | undefined {
    return this.#sql.exec<{ due: number | null }>("SELECT min(due) AS due FROM retention").one().due ?? undefined;
  }

  /** @param commit runs the work, which writes to the log, in one transaction */
  async run(at: number, commit: (work: () => void) => void): Promise<void> {
    const days = this.days();
    if (days === undefined || (this.nextDue() ?? at + 1) > at) return;
    for (let step = 0; step < STEPS_PER_RING; step += 1) {
      const head = await this.#journal.expired(at - days * DAY_MS, at);
      if (head === undefined) {
        this.#sql.exec("UPDATE retention SET due = ?", at + DAY_MS);
        return;
      }
      commit(() => {
        const lines = this.#journal.drop(head);
        this.#webhooks.dropped(head.sequence);
        const detail = { through: head.sequence, hash: head.hash, lines, days };
        this.#journal.write({ action: "audit.dropped", actor: "edge", detail }, at);
      });
    }
  }
}
