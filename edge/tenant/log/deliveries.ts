import type { Journal } from "../journal.ts";
import type { Delivery, Sent } from "./send.ts";
import type { LetterRow, WebhookRow, Webhooks } from "./webhooks.ts";

/** An event waits so long for others to go with it. */
export const GATHER_MS = 1_000;
/** How long a receiver may take to answer. */
export const DEADLINE_MS = 10_000;
/** A try that was cut off, by a restart say, is made again then. */
const CUT_OFF_MS = 3 * DEADLINE_MS;
const RETRY_FIRST_MS = 5_000;
const RETRY_GROWTH = 4;
const RETRY_MAX_MS = 60 * 60_000;
/** 5 s, 20 s, 80 s, 5 min, 21 min, and hours then: a day in all, after which the batch is a dead letter. */
export const MAX_TRIES = 30;
/** Batches in one go, so that no ring of the alarm takes for ever. */
const BATCHES_PER_RING = 20;

/** When the next try is due, after so many: between the half and the whole of a wait that grows. @param chance 0 to 1 */
export function retryWaitMs(tries: number, chance: number): number {
  const whole = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * RETRY_GROWTH ** Math.min(tries - 1, 10));
  return whole / 2 + (whole / 2) * chance;
}

/** What deliveries cannot do alone. */
export interface DeliveryPort {
  send(delivery: Delivery): Promise<Sent>;
  /** Signatures of a delivery, with every secret of the webhook that counts. */
  sign(webhook: WebhookRow, delivery: Pick<Delivery, "id" | "timestamp" | "body">): Promise<readonly string[]>;
  /** Runs the work, which writes to the log, in one transaction. */
  commit(work: () => void): void;
  newId(): string;
  chance(): number;
  now(): number;
}

/**
 * Brings the log to its receivers: each in order, a batch at a time, until it has been taken or has failed too often. Nobody
 * waits for it, and it keeps no timer: the tenant's alarm begins it.
 */
export class Deliveries {
  readonly #webhooks: Webhooks;
  readonly #journal: Journal;
  readonly #port: DeliveryPort;
  /** Being delivered to now. */
  readonly #busy = new Set<string>();

  constructor(webhooks: Webhooks, journal: Journal, port: DeliveryPort) {
    this.#webhooks = webhooks;
    this.#journal = journal;
    this.#port = port;
  }

  /** Everything that is due. One receiver does not wait for another. */
  async run(): Promise<void> {
    const free = this.#webhooks.rows().filter(({ id }) => !this.#busy.has(id));
    await Promise.all(free.map(async ({ id }) => await this.#serve(id)));
  }

  /** When something is to be done. What goes on has its next moment set when it ends: until then an alarm is for a restart only. */
  nextDue(): number | undefined {
    const cutOff = this.#port.now() + CUT_OFF_MS;
    const dues = this.#webhooks
      .dues()
      .map(({ webhook, due }) => (this.#busy.has(webhook) ? Math.max(due, cutOff) : due));
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  async #serve(id: string): Promise<void> {
    this.#busy.add(id);
    try {
      await this.#deliverNew(id);
      await this.#deliverLetters(id);
    } finally {
      this.#busy.delete(id);
    }
  }

  async #deliverNew(id: string): Promise<void> {
    for (let count = 0; count < BATCHES_PER_RING; count += 1) {
      await this.#journal.seal();
      const row = this.#webhooks.row(id);
      if (row?.due == null || row.due > this.#port.now()) return;
      const batch = this.#journal.batch(row.delivered, row.batch_last ?? undefined);
      if (batch === undefined) {
        // An event may have been written since, which is not chained yet.
        if (this.#journal.lastSequence() <= row.delivered) return this.#webhooks.rest(id, null);
        if (row.batch_last !== null) this.#webhooks.past(id, row.batch_last, row.due);
        continue;
      }
      const key = row.batch ?? this.#port.newId();
      this.#webhooks.trying(id, key, batch.last, this.#port.now() + CUT_OFF_MS);
      const sent = await this.#send(row, key, batch.lines);
      const now = this.#webhooks.row(id);
      // Taken away meanwhile.
      if (now === undefined) return;
      const at = this.#port.now();
      if (sent.delivered) {
        this.#webhooks.delivered(id, at);
        this.#webhooks.past(id, batch.last, at);
      } else if (now.tries + 1 >= MAX_TRIES) this.#giveUp(now, { ...batch, id: key, reason: sent.reason }, at);
      else return this.#webhooks.failed(id, sent.reason, at + retryWaitMs(now.tries + 1, this.#port.chance()), at);
    }
  }

  /** The next has its own tries; it waits as after a first one that failed. */
  #giveUp(
    { id: webhook, tries }: WebhookRow,
    { id, first, last, reason }: Pick<LetterRow, "id" | "first" | "last" | "reason">,
    at: number,
  ): void {
    this.#port.commit(() => {
      this.#webhooks.bury({ id, webhook, first, last, at, tries: tries + 1, reason });
      this.#webhooks.past(webhook, last, at + retryWaitMs(1, this.#port.chance()));
      const detail = { letter: id, first, last, reason };
      this.#journal.write({ action: "webhook.failed", actor: "edge", subject: `webhook:${webhook}`, detail }, at);
    });
  }

  /** Once each, when somebody asked for it. */
  async #deliverLetters(id: string): Promise<void> {
    for (const letter of this.#webhooks.dueLetters(id, this.#port.now()).slice(0, BATCHES_PER_RING)) {
      const row = this.#webhooks.row(id);
      if (row === undefined) return;
      const batch = this.#journal.batch(letter.first - 1, letter.last);
      if (batch === undefined) {
        this.#webhooks.letterDelivered(letter.id);
        continue;
      }
      this.#webhooks.letterTrying(letter.id, this.#port.now() + CUT_OFF_MS);
      const sent = await this.#send(row, letter.id, batch.lines);
      if (sent.delivered) this.#webhooks.letterDelivered(letter.id);
      else this.#webhooks.letterFailed(letter.id, sent.reason);
    }
  }

  async #send(webhook: WebhookRow, id: string, lines: readonly string[]): Promise<Sent> {
    const body = lines.map((line) => `${line}\n`).join("");
    const said = { id, timestamp: Math.floor(this.#port.now() / 1_000), body };
    return await this.#port.send({
      ...said,
      url: webhook.url,
      signatures: await this.#port.sign(webhook, said),
    });
  }
}
