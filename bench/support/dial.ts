import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { SUBPROTOCOL } from "#protocol";

/** Where to dial and how to behave there: data, so that it crosses to another process. */
export type Dial =
  | { readonly kind: "session"; readonly base: string; readonly name: string }
  | { readonly kind: "plain"; readonly url: string; readonly acks: Acks };

/** `batched`: as the page does, about ten a second. `frame-id`: a number every 50 ms, as the polling server wants. */
export type Acks = "none" | "batched" | "frame-id";

export interface Dialled {
  readonly socket: WebSocket;
  /** What is under it: counts bytes, and can be cut. */
  readonly wire: Socket;
}

const DEADLINE_MS = 20_000;

/** @param listen called before anything can arrive: a peer may speak first */
export async function dial(
  url: string,
  protocols: readonly string[] = [],
  listen: (socket: WebSocket) => void = () => {},
): Promise<Dialled> {
  let wire: Socket | undefined;
  const socket = new WebSocket(url, [...protocols], {
    perMessageDeflate: false,
    handshakeTimeout: DEADLINE_MS,
    createConnection: () => {
      const { hostname, port } = new URL(url);
      wire = connect({ host: hostname, port: Number(port), noDelay: true });
      return wire;
    },
  });
  socket.binaryType = "arraybuffer";
  listen(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  // What happens to an open socket is told by its close.
  socket.on("error", () => {});
  if (wire === undefined) throw new Error("a socket without a wire");
  return { socket, wire };
}

/** A socket into a Session object, with claims such as the Worker verifies. */
export async function dialSession(
  base: string,
  name: string,
  claims: object,
  listen?: (socket: WebSocket) => void,
): Promise<Dialled> {
  const verified = { ...claims, id: crypto.randomUUID(), expiresAt: Date.now() + 30_000 };
  const query = new URLSearchParams({ name, claims: JSON.stringify(verified) });
  return await dial(`${base.replace(/^http/, "ws")}/session?${query}`, [SUBPROTOCOL], listen);
}
