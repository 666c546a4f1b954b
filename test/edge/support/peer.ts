import { expect, vi } from "vitest";
import {
  ALIVE,
  PROBE,
  SUBPROTOCOL,
  type ToHostMessage,
  type ToOriginMessage,
  type ToViewerMessage,
  toHostChannel,
  toOriginChannel,
  toViewerChannel,
} from "#protocol";
import {
  CLAIMS_HEADER,
  type ShownResume,
  type TicketClaims,
  type VerifiedTicket,
} from "../../../edge/access/claims.ts";

/** One end of a socket into an object, with everything that came kept in order. */
export class Peer {
  readonly texts: string[] = [];
  /** How often it was asked whether it is there. */
  probes = 0;
  readonly frames: ArrayBuffer[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #socket: WebSocket;

  /** @param dead a peer that hears everything and answers neither a close nor a probe, as one whose network is gone */
  constructor(socket: WebSocket, dead = false) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.accept({ allowHalfOpen: dead });
    socket.addEventListener("message", ({ data }) => {
      if (data === PROBE) {
        this.probes += 1;
        if (!dead) socket.send(ALIVE);
      } else if (typeof data === "string") this.texts.push(data);
      else if (data instanceof ArrayBuffer) this.frames.push(data);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      this.closed ??= { code, reason };
    });
  }

  send(message: string | ArrayBuffer): void {
    this.#socket.send(message);
  }

  close(code?: number): void {
    this.#socket.close(code);
  }

  /** The first message of this type from `from` on, waited for. */
  async said<Type extends ToViewerMessage["type"]>(
    type: Type,
    from?: number,
  ): Promise<Extract<ToViewerMessage, { type: Type }>>;
  async said(type: string, from = 0): Promise<ToViewerMessage> {
    return await vi.waitFor(() => {
      const found = this.#parsed(toViewerChannel.parse, from).find((message) => message.type === type);
      if (found === undefined) throw new Error(`no ${type} came`);
      return found;
    });
  }

  /** Every message of this type that has come so far. */
  heard<Type extends ToViewerMessage["type"]>(type: Type): Extract<ToViewerMessage, { type: Type }>[] {
    const said = this.#parsed(toViewerChannel.parse, 0);
    return said.filter((message): message is Extract<ToViewerMessage, { type: Type }> => message.type === type);
  }

  /** The same for what an origin is told. */
  async told<Type extends ToOriginMessage["type"]>(
    type: Type,
    from = 0,
  ): Promise<Extract<ToOriginMessage, { type: Type }>> {
    return await vi.waitFor(() => {
      const found = this.#parsed(toOriginChannel.parse, from).find((message) => message.type === type);
      if (found === undefined) throw new Error(`no ${type} came`);
      // Safe: found by its type.
      return found as Extract<ToOriginMessage, { type: Type }>;
    });
  }

  /** The same for what a host is told. */
  async ordered<Type extends ToHostMessage["type"]>(
    type: Type,
    from = 0,
  ): Promise<Extract<ToHostMessage, { type: Type }>> {
    return await vi.waitFor(() => {
      const found = this.#parsed(toHostChannel.parse, from).find((message) => message.type === type);
      if (found === undefined) throw new Error(`no ${type} came`);
      // Safe: found by its type.
      return found as Extract<ToHostMessage, { type: Type }>;
    });
  }

  async frameCount(count: number): Promise<void> {
    await vi.waitFor(() => expect(this.frames.length).toBeGreaterThanOrEqual(count));
  }

  async closing(): Promise<{ readonly code: number; readonly reason: string }> {
    return await vi.waitFor(() => {
      if (this.closed === undefined) throw new Error("the socket is still open");
      return this.closed;
    });
  }

  /** Everything sent before this has been handled: the platform answers pings in order. */
  async settled(): Promise<void> {
    const before = this.texts.filter((text) => text === "pong").length;
    this.send("ping");
    await vi.waitFor(() => expect(this.texts.filter((text) => text === "pong").length).toBeGreaterThan(before));
  }

  #parsed<Message>(parse: (text: string) => Message, from: number): Message[] {
    return this.texts
      .slice(from)
      .filter((text) => text !== "pong")
      .map(parse);
  }
}

/** Open a socket into an object as the Worker does, with claims that it has verified. */
export async function connect(
  stub: { fetch: Fetcher["fetch"] },
  claims: TicketClaims,
  id: string = crypto.randomUUID(),
  expiresAt: number = Date.now() + 30_000,
  dead = false,
): Promise<Peer> {
  return await open(stub, { ...claims, id, expiresAt }, dead);
}

/** The same with a resume token, which only the object can judge. */
export async function comeBack(stub: { fetch: Fetcher["fetch"] }, shown: ShownResume): Promise<Peer> {
  return await open(stub, shown, false);
}

async function open(
  stub: { fetch: Fetcher["fetch"] },
  shown: VerifiedTicket | ShownResume,
  dead: boolean,
): Promise<Peer> {
  const response = await stub.fetch("https://edge/socket", {
    headers: {
      Upgrade: "websocket",
      "Sec-WebSocket-Protocol": SUBPROTOCOL,
      [CLAIMS_HEADER]: JSON.stringify(shown),
    },
  });
  expect(response.status).toBe(101);
  if (response.webSocket === null) throw new Error("no socket came with the 101");
  return new Peer(response.webSocket, dead);
}
