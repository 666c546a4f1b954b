import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Behaviour, Received } from "./webhook-received.ts";

interface Place {
  behaviours: Behaviour[];
  secrets: string[];
  readonly received: Received[];
  hanging: ServerResponse[];
}

/** A SIEM that takes webhooks, each test at a path of its own, and does as it is told. It knows nothing of the edge's code. */
export class WebhookReceiver {
  readonly #server: Server;
  readonly #places = new Map<string, Place>();

  constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    // Safe: it listens on a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** @param behaviours of the next requests, in order; after them 204 */
  behave(path: string, behaviours: Behaviour[]): void {
    const place = this.#place(path);
    place.behaviours = behaviours;
    for (const response of place.hanging.splice(0)) response.writeHead(204).end();
  }

  trust(path: string, secrets: string[]): void {
    this.#place(path).secrets = secrets;
  }

  received(path: string): readonly Received[] {
    return this.#place(path).received;
  }

  #place(path: string): Place {
    const place = this.#places.get(path) ?? { behaviours: [], secrets: [], received: [], hanging: [] };
    this.#places.set(path, place);
    return place;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    const place = this.#place(request.url ?? "");
    const behaviour = place.behaviours.shift() ?? 204;
    place.received.push({ ...read(request, body, place.secrets), behaviour });
    if (behaviour === "cut") request.socket.destroy();
    else if (behaviour === "hang") place.hanging.push(response);
    else if (behaviour === "redirect") response.writeHead(307, { Location: `${request.url}-elsewhere` }).end();
    else response.writeHead(behaviour).end();
  }
}

function read({ headers }: IncomingMessage, body: string, secrets: readonly string[]): Omit<Received, "behaviour"> {
  const [id, timestamp, signature] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) =>
    String(headers[name]),
  );
  const shown = (signature ?? "").split(" ");
  return {
    id: id ?? "",
    age: Date.now() / 1_000 - Number(timestamp),
    contentType: headers["content-type"] ?? "",
    signatures: shown.length,
    valid: secrets.some((secret) => shown.some((one) => isOf(secret, `${id}.${timestamp}.${body}`, one))),
    lines: body.split("\n").slice(0, -1),
  };
}

/** As docs/audit.md says, and any library of Standard Webhooks does. */
function isOf(secret: string, signed: string, shown: string): boolean {
  const key = Buffer.from(secret.slice("whsec_".length), "base64");
  const [expected, given] = [
    createHmac("sha256", key).update(signed).digest(),
    Buffer.from(shown.slice("v1,".length), "base64"),
  ];
  return shown.startsWith("v1,") && given.length === expected.length && timingSafeEqual(given, expected);
}
