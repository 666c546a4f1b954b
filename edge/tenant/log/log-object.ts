import type { AuditEvent } from "../../audit/index.ts";
import { randomToken } from "../../session/index.ts";
import { done, refused } from "../answer.ts";
import type { Answer, AuditPage, AuditWish, Caller } from "../contract.ts";
import { actorOf } from "../ledger.ts";
import { SigninObject } from "../signin/signin-object.ts";
import type { DeadLetter, LogRpc, MadeWebhook, NewWebhook, Use, Webhook, WebhookFields } from "./contract.ts";
import { secretText, webhookSecret } from "./signature.ts";
import { MAX_WEBHOOKS, type WebhookRow } from "./webhooks.ts";

/** The part of the Tenant object that brings its audit log to others. */
export class LogObject extends SigninObject implements LogRpc {
  async audit(caller: Caller, wish: AuditWish): Promise<AuditPage> {
    this.ledger.read();
    const at = Date.now();
    const page = await this.ledger.journal.page(wish, at);
    // Once for each export: the pages that follow would write a line for every page that they read.
    if (wish.after === 0) this.ledger.note({ action: "audit.exported", ...actorOf(caller) }, at);
    return page;
  }

  /** Any object can call a tenant into being by a made-up name: one that is none is not made by it. */
  async used(session: string, uses: readonly Use[]): Promise<void> {
    const usage = this.ledger.known?.usage;
    if (usage === undefined) return;
    usage.add(session, uses, Date.now());
    await this.ledger.wake();
  }

  async retention(): Promise<number | undefined> {
    return this.ledger.read().retention.days();
  }

  async setRetention(caller: Caller, days: number | undefined): Promise<void> {
    const { retention } = this.ledger.read();
    this.ledger.change(
      caller,
      (_books, at) => done(retention.set(days, at)),
      () => ({ action: "settings.changed", detail: { auditDays: days ?? null } }),
    );
    await this.ledger.wake();
  }

  async webhooks(): Promise<readonly Webhook[]> {
    const { webhooks } = this.ledger.read();
    return webhooks.rows().map((row) => this.#said(row));
  }

  async addWebhook(caller: Caller, wish: NewWebhook): Promise<Answer<MadeWebhook>> {
    const { webhooks } = this.ledger.read();
    const id = newId();
    const added = this.ledger.change<WebhookRow>(
      caller,
      (_books, at) => {
        if (webhooks.rows().length >= MAX_WEBHOOKS) return refused("limit-reached");
        const newest = this.ledger.journal.lastSequence();
        webhooks.add(wish, Math.min(wish.after ?? newest, newest), caller.actor, randomToken(), id, at);
        return found(webhooks.row(id));
      },
      (row) => ({ action: "webhook.added", ...ofWebhook(row) }),
    );
    return added.done ? done(await this.#withSecret(added.value)) : added;
  }

  async putWebhook(caller: Caller, id: string, fields: WebhookFields): Promise<Answer<Webhook>> {
    const { webhooks } = this.ledger.read();
    const put = this.ledger.change<WebhookRow>(
      caller,
      (_books, at) => {
        webhooks.put(id, fields, at);
        return found(webhooks.row(id));
      },
      (row) => ({ action: "webhook.changed", ...ofWebhook(row) }),
    );
    await this.ledger.wake();
    return put.done ? done(this.#said(put.value)) : put;
  }

  async rotateWebhook(caller: Caller, id: string, graceSeconds: number): Promise<Answer<MadeWebhook>> {
    const { webhooks } = this.ledger.read();
    const rotated = this.ledger.change<WebhookRow>(
      caller,
      (_books, at) => {
        webhooks.rotate(id, randomToken(), at + graceSeconds * 1_000, at);
        return found(webhooks.row(id));
      },
      (row) => ({ action: "webhook.rotated", ...ofWebhook(row) }),
    );
    return rotated.done ? done(await this.#withSecret(rotated.value)) : rotated;
  }

  async removeWebhook(caller: Caller, id: string): Promise<Answer<null>> {
    const { webhooks } = this.ledger.read();
    const removed = this.ledger.change<WebhookRow>(
      caller,
      () => {
        const row = found(webhooks.row(id));
        webhooks.remove(id);
        return row;
      },
      (row) => ({ action: "webhook.removed", ...ofWebhook(row) }),
    );
    return removed.done ? done(null) : removed;
  }

  async deadLetters(id: string): Promise<Answer<readonly DeadLetter[]>> {
    const { webhooks } = this.ledger.read();
    return webhooks.row(id) === undefined ? refused("not-found") : done(webhooks.letters(id));
  }

  async resend(caller: Caller, id: string, letters?: readonly string[]): Promise<Answer<number>> {
    const { webhooks } = this.ledger.read();
    const raised = this.ledger.change<number>(
      caller,
      (_books, at) => (webhooks.row(id) === undefined ? refused("not-found") : done(webhooks.raise(id, letters, at))),
      (count) => ({ action: "webhook.resent", subject: `webhook:${id}`, detail: { letters: count } }),
    );
    await this.ledger.wake();
    return raised;
  }

  #said(row: WebhookRow): Webhook {
    return this.ledger.read().webhooks.read(row, this.ledger.journal.lastSequence());
  }

  async #withSecret(row: WebhookRow): Promise<MadeWebhook> {
    const wish = { tenant: this.tenant, webhook: row.id, salt: row.salt };
    return { webhook: this.#said(row), secret: secretText(await webhookSecret(this.env.SIGNING_KEY, wish)) };
  }
}

/** For the books: an address may hold a secret of the receiver. */
function ofWebhook({ id, name, url }: WebhookRow): Pick<AuditEvent, "subject" | "detail"> {
  return { subject: `webhook:${id}`, detail: { name, host: new URL(url).host } };
}

function found(row: WebhookRow | undefined): Answer<WebhookRow> {
  return row === undefined ? refused("not-found") : done(row);
}

function newId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}
