import { type RawData, WebSocket } from "ws";
import { MAX_VIDEO_FRAME_BYTES, SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX } from "#protocol";
import type { Socket, SocketListener } from "./port.ts";

/** RFC 6455 section 7.1.5: ended without a close frame. */
const ABNORMAL_CLOSURE = 1006;

/**
 * The port over `ws`, on Deno and Node alike. Deno's own WebSocket leaves Nagle's algorithm on and offers no way to
 * turn it off: with the delayed acknowledgements of the other side every other frame waits 40 ms.
 * @param url `ws:` or `wss:`
 */
export function dialWebSocket(url: URL, ticket: string, listener: SocketListener): Socket {
  const socket = tryDial(url, [SUBPROTOCOL, `${TICKET_SUBPROTOCOL_PREFIX}${ticket}`]);
  if (socket === undefined) return neverOpened(listener);
  const gone = Promise.withResolvers<void>();
  let over = false;
  socket.on("open", () => {
    if (!over) listener.opened();
  });
  socket.on("message", (data, isBinary) => {
    if (!over) listener.message(isBinary ? bytesOf(data) : String(data));
  });
  // The close event follows every error, and says what there is to say.
  socket.on("error", () => {});
  socket.on("close", (code, reason) => {
    gone.resolve();
    if (over) return;
    over = true;
    listener.closed({ code, reason: String(reason) });
  });
  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (message) => {
      if (!over && socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    close: (code, reason) => {
      const first = !over;
      // Before the close itself: the end of a socket that never opened may be told from within it.
      over = true;
      if (first) socket.close(code, reason);
      return gone.promise;
    },
  };
}

/** The constructor throws for an address that this process may not reach, or a ticket that is no HTTP token. */
function tryDial(url: URL, protocols: string[]): WebSocket | undefined {
  try {
    // No message of the wire is longer; one that is closes the socket before it is kept. Media is compressed already.
    return new WebSocket(url, protocols, { maxPayload: MAX_VIDEO_FRAME_BYTES, perMessageDeflate: false });
  } catch {
    return undefined;
  }
}

function neverOpened(listener: SocketListener): Socket {
  let over = false;
  queueMicrotask(() => {
    if (!over) listener.closed({ code: ABNORMAL_CLOSURE, reason: "" });
  });
  return {
    bufferedAmount: 0,
    send: () => {},
    close: async () => {
      over = true;
    },
  };
}

/** A buffer of its own, out of the pool that it may have come in. */
function bytesOf(data: RawData): ArrayBuffer {
  const parts = Array.isArray(data) ? data : [new Uint8Array(data)];
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes.buffer;
}
