import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestProject } from "vitest/node";
import { IdentityProvider } from "./identity-provider.ts";

/** Orders of a test inside workerd to the provider outside of it, one of them a request. */
const ORDERS: Readonly<Record<string, (provider: IdentityProvider, told: never) => unknown>> = {
  know: (provider, { account, about }: { account: string; about: object }) => provider.know(account, about),
  tamper: (provider, told: object) => provider.tamper(Object.keys(told).length === 0 ? undefined : told),
  rotate: (provider, { keepOld }: { keepOld: boolean }) => provider.rotate(keepOld),
  "logout-token": (provider, { tampering, ...wish }: { tampering?: object }) => provider.logoutToken(wish, tampering),
};

/** Before the tests in workerd: a real provider on this machine, and a port on which it takes orders. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const provider = await IdentityProvider.start();
  const orders = createServer(async (request, response) => {
    const order = ORDERS[(request.url ?? "").slice(1)];
    // Safe: the tests send what the order takes.
    const answer = await order?.(provider, (await bodyOf(request)) as never);
    response.writeHead(order === undefined ? 404 : 200).end(typeof answer === "string" ? answer : "");
  }).listen(0, "127.0.0.1");
  await once(orders, "listening");
  // Safe: it listens on a port.
  const { port } = orders.address() as AddressInfo;
  project.provide("identityProvider", { issuer: provider.issuer, orders: `http://127.0.0.1:${port}` });
  return async () => {
    orders.close();
    orders.closeAllConnections();
    await provider.stop();
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text === "" ? {} : JSON.parse(text);
}

declare module "vitest" {
  interface ProvidedContext {
    readonly identityProvider: { readonly issuer: string; readonly orders: string };
  }
}
