import { CLOSE, type CloseName, PING, PONG, type ProtocolFault, SUBPROTOCOL } from "#protocol";

/** What hibernating sockets need on this platform, in one place. */

/** A socket as far as a session needs it; a seat at a mirror is one too. */
export type SeatSocket = Pick<WebSocket, "send" | "close" | "serializeAttachment" | "deserializeAttachment">;

/** Idle sockets prove that they live without waking the object. */
export function answerPings(ctx: DurableObjectState): void {
  ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
}

/** The answer to a WebSocket upgrade whose server side the object has accepted. */
export function upgraded(client: WebSocket): Response {
  return new Response(null, { status: 101, webSocket: client, headers: { "Sec-WebSocket-Protocol": SUBPROTOCOL } });
}

/** Close with one of our codes; a socket that is already closing or gone is left alone. */
export function closeSocket(socket: Pick<WebSocket, "close">, reason: CloseName): void {
  const { code, words } = CLOSE[reason];
  closeQuietly(socket, code, words);
}

/**
 * Open and close at once, beside the hibernating ones: one of those that is closed before its upgrade is answered keeps
 * its line, and the browser waits two seconds more for its end.
 */
export function refuseSocket(socket: WebSocket, reason: CloseName): void {
  socket.accept();
  closeSocket(socket, reason);
}

/**
 * The answer that a closing peer waits for: the hibernation API sends none by itself. 1005 (no code) and codes
 * that may not be sent become 1000; after 1006 and 1015 there is nobody to answer.
 */
export function answerClose(socket: WebSocket, code: number): void {
  if (code === 1006 || code === 1015) return;
  const sendable = code === 1000 || (code >= 3000 && code <= 4999);
  closeQuietly(socket, sendable ? code : 1000, "");
}

/** The close that a peer's fault is answered with. */
export function faultClose(fault: ProtocolFault): CloseName {
  if (fault.code === "oversized") return "messageTooBig";
  return fault.code === "unsupported-version" ? "versionUnsupported" : "protocolFault";
}

function closeQuietly(socket: Pick<WebSocket, "close">, code: number, words: string): void {
  try {
    socket.close(code, words);
  } catch {
    // It is closed already, which is all that was wanted.
  }
}

export { Liveness } from "./liveness.ts";
export { sendOn } from "./send.ts";
export { SPENT_TICKETS, spendTicket } from "./spent-ticket.ts";
