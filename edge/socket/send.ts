/** Send, unless the socket is on its way out: its close event tells the rest. */
export function sendOn(socket: Pick<WebSocket, "send">, message: ArrayBuffer | string): void {
  try {
    socket.send(message);
  } catch {
    // The close event follows.
  }
}
