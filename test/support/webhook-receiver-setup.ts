import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import type { Behaviour } from "./webhook-received.ts";
import { WebhookReceiver } from "./webhook-receiver.ts";

interface Order {
  readonly path: string;
  readonly behaviours?: Behaviour[];
  readonly secrets?: string[];
}

/** Before the tests in workerd: a receiver on this machine, and a port on which it takes orders. */
export async function setup(project: TestProject): Promise<() => void> {
  const receiver = new WebhookReceiver();
  const url = await receiver.start();
  const orders = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    // Safe: the tests send nothing else.
    const { path, behaviours, secrets } = JSON.parse(text) as Order;
    if (behaviours !== undefined) receiver.behave(path, behaviours);
    if (secrets !== undefined) receiver.trust(path, secrets);
    response.end(JSON.stringify(receiver.received(path)));
  }).listen(0, "127.0.0.1");
  await once(orders, "listening");
  // Safe: it listens on a port.
  const { port } = orders.address() as AddressInfo;
  project.provide("webhookReceiver", { url, orders: `http://127.0.0.1:${port}` });
  return () => {
    orders.close();
    orders.closeAllConnections();
    receiver.stop();
  };
}

declare module "vitest" {
  interface ProvidedContext {
    readonly webhookReceiver: { readonly url: string; readonly orders: string };
  }
}
