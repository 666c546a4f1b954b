import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { denoProgram } from "../../../tools/agent-command.ts";

const SUITE = join(import.meta.dirname, "web-socket.suite.ts");
const SUITE_DEADLINE_MS = 60_000;

const [deno, ...denoArgs] = denoProgram();

/** One suite for both runtimes: the same file, the same server. */
const RUNTIMES = [
  {
    name: "Deno",
    command: deno,
    args: [...denoArgs, "run", "--no-prompt", "--no-lock", "--ignore-env", "--allow-net=127.0.0.1"],
  },
  { name: "Node", command: process.execPath, args: [] },
];

let server: Server;
let address: string;

beforeAll(async () => {
  server = createServer();
  serve(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // Safe: a server that listens on a TCP port has an address of this kind.
  address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe.each(RUNTIMES)("the WebSocket adapter under $name", ({ command, args }) => {
  it(
    "keeps every promise of the socket port",
    async () => {
      const { stdout } = await promisify(execFile)(command, [...args, SUITE, address], { timeout: SUITE_DEADLINE_MS });
      const cases: { name: string; failure?: string }[] = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(cases.filter(({ failure }) => failure !== undefined)).toEqual([]);
      expect(cases).toHaveLength(13);
    },
    SUITE_DEADLINE_MS,
  );
});

/** A server whose behaviour is in the path. */
function serve(http: Server): void {
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => "nearglass.v1" });
  const slowReaders = new Set<WebSocket>();
  let lastClose = "";
  const tellLastClose = async (socket: WebSocket) => {
    while (lastClose === "") await new Promise((resolve) => setImmediate(resolve));
    socket.send(lastClose);
  };
  http.on("upgrade", (request, stream, head) => {
    stream.on("error", () => {});
    const path = request.url ?? "";
    if (path === "/never-upgrades") return;
    if (path === "/http-503") return void stream.end("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n");
    sockets.handleUpgrade(request, stream, head, (socket) => {
      switch (path) {
        case "/protocols":
          return socket.send(String(request.headers["sec-websocket-protocol"]).replaceAll(" ", ""));
        case "/echo":
          socket.on("close", (code, reason) => {
            if (code !== 1000) lastClose = `${code} ${reason}`;
          });
          return void socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
        case "/close-4401":
          return socket.close(4401, "The ticket is not valid.");
        case "/terminate":
          return socket.terminate();
        case "/reserved-bits":
          // A text frame of one byte with all reserved bits set (RFC 6455 section 5.2).
          return void stream.write(new Uint8Array([0b1111_0001, 0x01, 0x61]));
        case "/over-a-mebibyte":
          return socket.send(new Uint8Array(1024 * 1024 + 1));
        case "/last-close":
          return void tellLastClose(socket);
        case "/reads-when-told":
          slowReaders.add(socket);
          return socket.pause();
        case "/resume-readers":
          for (const reader of slowReaders) reader.resume();
      }
    });
  });
}
