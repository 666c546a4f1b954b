import { SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX } from "#protocol";
import type { Socket, SocketListener } from "./port.ts";

/** Sockets that are dropped without an answer end with this: RFC 6455 section 7.1.5, "abnormal closure". */
const ABNORMAL_CLOSURE = 1006;

/**
 * The port over the standard WebSocket, which Deno and Node have alike.
 * @param url `ws:` or `wss:`
 */
export function dialWebSocket(url: URL, ticket: string, listener: SocketListener): Socket {
  const socket = tryDial(url, [SUBPROTOCOL, `${TICKET_SUBPROTOCOL_PREFIX}${ticket}`]);
  if (socket === undefined) return neverOpened(listener);
  // The standard's default is "blob", whose bytes only come later.
  socket.binaryType = "arraybuffer";
  let over = false;
  const gone = Promise.withResolvers<void>();
  socket.onopen = () => {
    if (!over) listener.opened();
  };
  socket.onmessage = ({ data }) => {
    if (!over) listener.message(data);
  };
  // The close event follows every error, and says what there is to say.
  socket.onerror = () => {};
  socket.onclose = ({ code, reason }) => {
    gone.resolve();
    if (over) return;
    over = true;
    listener.closed({ code: code === 0 ? ABNORMAL_CLOSURE : code, reason });
  };
  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (message) => {
      if (!over && socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    close: (code, reason) => {
      const first = !over;
      // Before the close itself: Node tells the end of a socket that never opened from within it.
      over = true;
      if (first) socket.close(code, reason);
      return gone.promise;
    },
  };
}

/** The constructor throws for an address that this process may not reach, or a ticket that is no HTTP token. */
function tryDial(url: URL, protocols: string[]): WebSocket | undefined {
  try {
    return new WebSocket(url, protocols);
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
