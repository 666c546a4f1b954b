import assert from "node:assert/strict";
import process from "node:process";
import type { Socket, SocketClose } from "../../../origin-agent/link/port.ts";
import { dialWebSocket } from "../../../origin-agent/link/web-socket.ts";

/**
 * What every adapter of the socket port must do. Runs by itself under Deno and Node: the first argument is the
 * address of the server in web-socket.test.ts. Prints one line of JSON for each case.
 */

const DEADLINE_MS = 5_000;
const POLL_MS = 5;

interface Dialled {
  readonly socket: Socket;
  readonly heard: (string | ArrayBuffer)[];
  readonly closes: SocketClose[];
  opened: number;
}

function dial(path: string, ticket = "header.payload-_.signature"): Dialled {
  const dialled = { heard: [] as (string | ArrayBuffer)[], closes: [] as SocketClose[], opened: 0 };
  const socket = dialWebSocket(new URL(path, address), ticket, {
    opened: () => {
      dialled.opened += 1;
    },
    message: (message) => dialled.heard.push(message),
    closed: (close) => dialled.closes.push(close),
  });
  return Object.assign(dialled, { socket });
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!isTrue()) {
    assert.ok(Date.now() < deadline, `waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const opened = (dialled: Dialled) => until("it is open", () => dialled.opened === 1);
const closed = (dialled: Dialled) => until("it is closed", () => dialled.closes.length === 1);

const CASES: Readonly<Record<string, () => Promise<void>>> = {
  "offers the wire version and the ticket as subprotocols": async () => {
    const dialled = dial("/protocols");
    await until("the server has said what it was offered", () => dialled.heard.length === 1);
    assert.equal(dialled.heard[0], "nearglass.v1,nearglass.ticket.header.payload-_.signature");
    await dialled.socket.close(1000, "");
  },
  "carries bytes and text both ways, bytes as ArrayBuffer, in order": async () => {
    const dialled = dial("/echo");
    await opened(dialled);
    dialled.socket.send("ping");
    dialled.socket.send(new Uint8Array([0x11, 0x01, 0x00, 0xff]).buffer);
    dialled.socket.send("żółć 🙂");
    await until("all has come back", () => dialled.heard.length === 3);
    assert.equal(dialled.heard[0], "ping");
    assert.ok(dialled.heard[1] instanceof ArrayBuffer);
    assert.deepEqual([...new Uint8Array(dialled.heard[1])], [0x11, 0x01, 0x00, 0xff]);
    assert.equal(dialled.heard[2], "żółć 🙂");
    await dialled.socket.close(1000, "");
  },
  "carries a frame of a mebibyte": async () => {
    const dialled = dial("/echo");
    await opened(dialled);
    dialled.socket.send(new Uint8Array(1024 * 1024).fill(7).buffer);
    await until("it has come back", () => dialled.heard.length === 1);
    assert.ok(dialled.heard[0] instanceof ArrayBuffer);
    assert.equal(dialled.heard[0].byteLength, 1024 * 1024);
    assert.equal(new Uint8Array(dialled.heard[0])[1024 * 1024 - 1], 7);
    await dialled.socket.close(1000, "");
  },
  "tells the close code and reason of the peer, once": async () => {
    const dialled = dial("/close-4401");
    await closed(dialled);
    assert.deepEqual(dialled.closes, [{ code: 4401, reason: "The ticket is not valid." }]);
    assert.equal(dialled.opened, 1);
  },
  "tells a broken connection as 1006": async () => {
    const dialled = dial("/terminate");
    await closed(dialled);
    assert.equal(dialled.closes[0]?.code, 1006);
  },
  "tells a refused upgrade as 1006, without having been open": async () => {
    const dialled = dial("/http-503");
    await closed(dialled);
    assert.equal(dialled.closes[0]?.code, 1006);
    assert.equal(dialled.opened, 0);
  },
  "tells an address where nobody listens as 1006": async () => {
    const dialled = dial("ws://127.0.0.1:1/");
    await closed(dialled);
    assert.equal(dialled.closes[0]?.code, 1006);
  },
  "a message that breaks the WebSocket protocol closes it": async () => {
    const dialled = dial("/reserved-bits");
    await closed(dialled);
    assert.equal(dialled.heard.length, 0);
  },
  "a message over the wire's largest closes it, unread": async () => {
    const dialled = dial("/over-a-mebibyte");
    await closed(dialled);
    assert.equal(dialled.heard.length, 0);
  },
  "tells a ticket that no header can carry as 1006, without an exception": async () => {
    const dialled = dial("/echo", "no token");
    await closed(dialled);
    assert.deepEqual([dialled.closes[0]?.code, dialled.opened], [1006, 0]);
  },
  "is silent after its owner has closed it": async () => {
    const dialled = dial("/echo");
    await opened(dialled);
    dialled.socket.send("one");
    const heard = dialled.socket.close(4400, "over");
    dialled.socket.send("two");
    await Promise.all([heard, dialled.socket.close(1000, "again")]);
    const other = dial("/last-close");
    await until("the server has seen the close", () => other.heard.length === 1);
    assert.equal(other.heard[0], "4400 over");
    assert.deepEqual([dialled.heard, dialled.closes], [[], []]);
    await other.socket.close(1000, "");
  },
  "can be closed before it is open, and then never opens": async () => {
    const dialled = dial("/never-upgrades");
    dialled.socket.send("too early");
    void dialled.socket.close(1000, "");
    const other = dial("/echo");
    await opened(other);
    assert.deepEqual([dialled.opened, dialled.closes], [0, []]);
    await other.socket.close(1000, "");
  },
  "bufferedAmount counts what a slow peer has not taken, and falls to 0 when it has": async () => {
    const dialled = dial("/reads-when-told");
    await opened(dialled);
    assert.equal(dialled.socket.bufferedAmount, 0);
    for (let frame = 0; frame < 20; frame += 1) dialled.socket.send(new ArrayBuffer(1024 * 1024));
    await until("the kernel's buffers are full", () => dialled.socket.bufferedAmount > 1024 * 1024);
    const other = dial("/resume-readers");
    await until("everything was taken", () => dialled.socket.bufferedAmount === 0);
    await dialled.socket.close(1000, "");
    await other.socket.close(1000, "");
  },
};

const address = process.argv[2] ?? "";
for (const [name, run] of Object.entries(CASES)) {
  const failure = await run().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : "unknown"),
  );
  console.log(JSON.stringify({ name, failure }));
}
process.exit(0);
