import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import {
  type FrameHeader,
  type HostMessage,
  hostChannel,
  type OriginMessage,
  originChannel,
  readFrameHeader,
  SUBPROTOCOL,
  TICKET_SUBPROTOCOL_PREFIX,
  type ToHostMessage,
  type ToOriginMessage,
  toHostChannel,
  toOriginChannel,
} from "#protocol";

/** One connection of an agent, parsed with the wire contract. */
export interface AgentSocket<Said, ToSay> {
  readonly path: string;
  readonly ticket: string;
  readonly said: Said[];
  readonly frames: { readonly header: FrameHeader; readonly payload: Buffer }[];
  /** Text that is not of the channel: pings. */
  readonly pings: string[];
  /** The close code it ended with. */
  closedWith: number | undefined;
  say(message: ToSay): void;
  sendRaw(message: string | ArrayBuffer): void;
  close(code: number): void;
  /** Take nothing more from the network until `readAgain()`. */
  stopReading(): void;
  readAgain(): void;
  /** Break the connection without a word. */
  breakOff(): void;
}

export type HostSocket = AgentSocket<HostMessage, ToHostMessage>;
export type OriginSocket = AgentSocket<OriginMessage, ToOriginMessage>;

/** An edge over real sockets that does what the test says, and nothing by itself. */
export interface FakeEdge {
  readonly address: URL;
  readonly hosts: HostSocket[];
  readonly origins: OriginSocket[];
  /** Sessions and resume tokens with which tickets were bought. */
  readonly renewals: { readonly session: string; readonly authorization: string }[];
  /** What goes along with calls about files, by the call's name. */
  readonly pieces: Map<string, Uint8Array>;
  /** What calls were answered with, by the call's name: JSON as text, or the bytes of a file. */
  readonly answers: Map<string, string | Uint8Array>;
  /** The status that buyers of tickets get; 201 with a ticket by default. */
  renewalStatus: number;
  close(): void;
}

export async function startFakeEdge(): Promise<FakeEdge> {
  const server = createServer((request, response) => {
    if (request.url?.endsWith("/file-calls")) void answerFileCall(edge, request, response);
    else answerRenewal(edge, request, response);
  });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });
  server.on("upgrade", (request, stream, head) =>
    sockets.handleUpgrade(request, stream, head, (socket: WebSocket) => {
      const path = request.url ?? "";
      if (path === "/api/v1/hosts/connect") edge.hosts.push(wrap(socket, request, hostChannel, toHostChannel));
      else edge.origins.push(wrap(socket, request, originChannel, toOriginChannel));
    }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const edge: FakeEdge = {
    // Safe: a server that listens on a TCP port has an address of this kind.
    address: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    hosts: [],
    origins: [],
    renewals: [],
    pieces: new Map(),
    answers: new Map(),
    renewalStatus: 201,
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
  return edge;
}

async function answerFileCall(edge: FakeEdge, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  if (request.method === "GET") {
    const piece = edge.pieces.get(call);
    return void response.writeHead(piece === undefined ? 404 : 200).end(piece);
  }
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const body = Buffer.concat(parts);
  edge.answers.set(call, request.headers["content-type"] === "application/json" ? body.toString("utf8") : body);
  response.writeHead(204).end();
}

function answerRenewal(edge: FakeEdge, request: IncomingMessage, response: ServerResponse): void {
  const session = /^\/api\/v1\/sessions\/([^/]+)\/tickets$/.exec(request.url ?? "")?.[1];
  if (request.method !== "POST" || session === undefined) return void response.writeHead(404).end();
  edge.renewals.push({ session, authorization: request.headers.authorization ?? "" });
  response.writeHead(edge.renewalStatus, { "content-type": "application/json" });
  response.end(JSON.stringify({ ticket: `renewed.${edge.renewals.length}`, expiresAt: "2026-11-24T00:00:00Z" }));
}

function wrap<Said, ToSay>(
  socket: WebSocket,
  request: IncomingMessage,
  from: { readonly parse: (text: string) => Said },
  to: { readonly write: (message: ToSay) => string },
): AgentSocket<Said, ToSay> {
  const offered = String(request.headers["sec-websocket-protocol"]).split(/, */);
  const ticket = offered.find((name) => name.startsWith(TICKET_SUBPROTOCOL_PREFIX)) ?? "";
  const agent: AgentSocket<Said, ToSay> = {
    path: request.url ?? "",
    ticket: ticket.slice(TICKET_SUBPROTOCOL_PREFIX.length),
    said: [],
    frames: [],
    pings: [],
    closedWith: undefined,
    say: (message) => socket.send(to.write(message)),
    sendRaw: (message) => socket.send(message),
    close: (code) => socket.close(code),
    stopReading: () => socket.pause(),
    readAgain: () => socket.resume(),
    breakOff: () => socket.terminate(),
  };
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (isBinary)
      agent.frames.push({ header: readFrameHeader(new Uint8Array(data).buffer), payload: data.subarray(16) });
    else if (String(data) === "ping") agent.pings.push("ping");
    else agent.said.push(from.parse(String(data)));
  });
  socket.on("close", (code: number) => {
    agent.closedWith = code;
  });
  socket.on("error", () => {});
  return agent;
}
