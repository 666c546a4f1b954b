import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import {
  CLOSE,
  type CloseName,
  RESUME_SUBPROTOCOL_PREFIX,
  SEEN_SUBPROTOCOL_PREFIX,
  SUBPROTOCOL,
  TICKET_SUBPROTOCOL_PREFIX,
} from "#protocol";
import type { BuiltPages } from "./built-pages.ts";
import { FakeSeat } from "./fake-seat.ts";
import { until } from "./until.ts";

/** What the edge answers to a request for a ticket. */
export type TicketScript =
  | { readonly status: 201; readonly session: string; readonly ticket: string }
  | { readonly status: number; readonly problem: string };

/** As much of an edge as a browser's client meets: pages, tickets and viewers' sockets, all told by the test. */
export class FakeEdge {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });
  readonly #pages: BuiltPages;
  readonly seats: FakeSeat[] = [];
  readonly redeemed: string[] = [];
  /** The headers of those requests. */
  readonly redeemedWith: IncomingHttpHeaders[] = [];
  /** Resume tokens that sockets were opened with. */
  readonly resumed: string[] = [];
  readonly renewed: { readonly session: string; readonly resume: string }[] = [];
  /** Every URL asked for, to prove what does not stand in them. */
  readonly urls: string[] = [];
  onRedeem: (grant: string) => TicketScript = () => ({ status: 201, session: "weur-1", ticket: "ticket-1" });
  /** How a socket with a resume token is refused; undefined opens it. */
  onResume: (resume: string) => CloseName | undefined = () => undefined;
  onRenew: (session: string, resume: string) => TicketScript = (session) => ({
    status: 201,
    session,
    ticket: "ticket-2",
  });

  private constructor(pages: BuiltPages) {
    this.#pages = pages;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on("upgrade", (request, socket, head) => {
      this.urls.push(request.url ?? "");
      this.#sockets.handleUpgrade(request, socket, head, (accepted) => this.#accept(accepted, request));
    });
  }

  static async start(pages: BuiltPages): Promise<FakeEdge> {
    const edge = new FakeEdge(pages);
    edge.#server.listen(0, "127.0.0.1");
    await once(edge.#server, "listening");
    return edge;
  }

  get port(): number {
    // Safe: the server listens on TCP.
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The seat number `index` once its client has said hello, which one that came back with its resume token does not. */
  async seat(index = 0): Promise<FakeSeat> {
    await until(`seat ${index} says hello`, () => {
      const seat = this.seats[index];
      return seat?.heard.some(({ type }) => type === "hello") === true || this.resumed.includes(seat?.pass ?? "");
    });
    const seat = this.seats[index];
    if (seat === undefined) throw new Error(`no seat ${index}`);
    return seat;
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(/,\s*/);
    const after = (prefix: string) => offered.find((name) => name.startsWith(prefix))?.slice(prefix.length);
    const resume = after(RESUME_SUBPROTOCOL_PREFIX);
    if (resume !== undefined) {
      this.resumed.push(resume);
      const refusal = this.onResume(resume);
      if (refusal !== undefined) return socket.close(CLOSE[refusal].code);
    }
    this.seats.push(new FakeSeat(socket, after(TICKET_SUBPROTOCOL_PREFIX) ?? resume, after(SEEN_SUBPROTOCOL_PREFIX)));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? "/";
    this.urls.push(url);
    if (!url.startsWith("/api/")) return await this.#pages.serve(request, response);
    const script = await this.#ticketFor(url, request);
    const failed = "problem" in script;
    response.writeHead(script.status, { "content-type": failed ? "application/problem+json" : "application/json" });
    response.end(JSON.stringify(failed ? { type: `urn:nearglass:problem:${script.problem}` } : script));
  }

  async #ticketFor(url: string, request: IncomingMessage): Promise<TicketScript> {
    if (url === "/api/v1/links/redeem") {
      const { grant } = JSON.parse(await bodyOf(request)) as { grant: string };
      this.redeemed.push(grant);
      this.redeemedWith.push(request.headers);
      return this.onRedeem(grant);
    }
    const session = /^\/api\/v1\/sessions\/([^/]+)\/tickets$/.exec(url)?.[1];
    if (session === undefined) return { status: 404, problem: "not-found" };
    const resume = (request.headers.authorization ?? "").replace(/^Bearer /, "");
    this.renewed.push({ session, resume });
    return this.onRenew(session, resume);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
