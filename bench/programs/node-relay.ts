import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { PolledGate } from "../support/polled-gate.ts";
import { memoryBytes } from "../support/processes.ts";
import { serve } from "../support/program.ts";

/**
 * The relays that people write in Node. `broadcast` (B3): each message to everybody, as ws-scrcpy and jsmpeg do.
 * `polled` (B5): our own statement of a server that looks every half second whether its viewer is too far behind.
 */

export type NodeRelayMode = "broadcast" | "polled";

function listen(mode: NodeRelayMode): Promise<number> {
  const server = new WebSocketServer({ host: "0.0.0.0", port: 0, perMessageDeflate: false });
  const viewers = new Map<WebSocket, PolledGate | undefined>();
  let origin: WebSocket | undefined;
  const askKeyframe = () => origin?.send("keyframe");
  server.on("connection", (socket, request) => {
    socket.on("error", () => {});
    if (request.url === "/origin") {
      origin = socket;
      socket.on("message", (data, isBinary) => {
        if (!isBinary || !Buffer.isBuffer(data)) return;
        for (const [viewer, gate] of viewers) if (gate === undefined || gate.passes(data)) viewer.send(data);
      });
      return;
    }
    const gate = mode === "polled" ? new PolledGate(askKeyframe) : undefined;
    viewers.set(socket, gate);
    socket.on("message", (data) => {
      const text = String(data);
      if (text.startsWith("ack ")) gate?.acknowledged(Number(text.slice("ack ".length)));
      else if (text.startsWith("{") === false) origin?.send(text);
    });
    socket.once("close", () => {
      gate?.close();
      viewers.delete(socket);
    });
  });
  const { promise, resolve } = Promise.withResolvers<number>();
  server.once("listening", () => {
    // Safe: a server that listens on TCP has such an address.
    const { port } = server.address() as AddressInfo;

    resolve(port);
  });
  return promise;
}

const duties = {
  memory: async (): Promise<number> => {
    await globalThis.gc?.({ type: "major", execution: "async" });
    return memoryBytes(process.pid);
  },
  listen: ({ mode }: { readonly mode: NodeRelayMode }) => listen(mode),
};

export type NodeRelayDuties = typeof duties;
serve(duties);
