import { inject, type ProvidedContext } from "vitest";
import type { Behaviour, Received } from "../../../support/webhook-received.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly webhookReceiver: { readonly url: string; readonly orders: string };
  }
}

/** For `vi.waitUntil`. */
export const SOON = { timeout: 20_000, interval: 20 };

const { url, orders }: ProvidedContext["webhookReceiver"] = inject("webhookReceiver");

/** A place of its own at the receiver outside of workerd. */
export class Receiver {
  readonly #path = `/${crypto.randomUUID()}`;

  get url(): string {
    return `${url}${this.#path}`;
  }

  async behave(...behaviours: Behaviour[]): Promise<void> {
    await this.#order({ behaviours });
  }

  async trust(...secrets: string[]): Promise<void> {
    await this.#order({ secrets });
  }

  async received(at = ""): Promise<readonly Received[]> {
    return await this.#order({}, at);
  }

  async #order(order: object, at = ""): Promise<readonly Received[]> {
    const body = JSON.stringify({ path: `${this.#path}${at}`, ...order });
    const answer = await fetch(orders, { method: "POST", body });
    // Safe: that is what the receiver answers.
    return (await answer.json()) as readonly Received[];
  }
}
