import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { readFrameHeader, toViewerChannel, viewerChannel } from "#protocol";
import { edgeApi } from "../../tools/edge-api.ts";
import { firstOwnerCommand } from "../../tools/first-owner.ts";
import { localSecrets } from "../../tools/secrets.ts";
import { type MarkedCommand, startMarked } from "./support/marked-command.ts";

const TOOLS = join(import.meta.dirname, "../../tools");
/** The first start builds the web client. */
const DEADLINE_MS = 90_000;
const POLL_MS = 50;

let command: MarkedCommand | undefined;

afterEach(async () => {
  command?.child.kill("SIGTERM");
  await command?.ended;
});

function start(tool: string, args: readonly string[], port: number): MarkedCommand {
  command = startMarked([join(TOOLS, tool), ...args], { PORT: String(port), HOST: "127.0.0.1" });
  return command;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // Safe: a server that listens on a TCP port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** What a line of the output says after these words. */
async function said(from: MarkedCommand, words: RegExp): Promise<string> {
  let over = false;
  void from.ended.then(() => {
    over = true;
  });
  for (;;) {
    const found = words.exec(from.output())?.[1];
    if (found !== undefined) return found;
    if (over) throw new Error(`it ended before it said so:\n${from.output()}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Redeem the link as its page does, and wait for the first picture. */
async function firstPicture(link: URL): Promise<{ keyframe: boolean; width: number }> {
  const redeemed = await fetch(new URL("/api/v1/links/redeem", link), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ grant: link.hash.slice(1) }),
  });
  expect(redeemed.status).toBe(201);
  // Safe: the status says that the edge has answered as docs/protocol.md lays down.
  const { ticket, viewerUrl } = (await redeemed.json()) as { ticket: string; viewerUrl: string };
  const url = new URL(viewerUrl, link);
  url.protocol = "ws:";
  const socket = new WebSocket(url, ["nearglass.v1", `nearglass.ticket.${ticket}`]);
  const picture = Promise.withResolvers<{ keyframe: boolean; width: number }>();
  let width = 0;
  socket.on("open", () =>
    socket.send(viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] })),
  );
  socket.on("message", (data: Buffer, isBinary) => {
    if (isBinary) {
      const { kind, keyframe } = readFrameHeader(new Uint8Array(data).buffer);
      if (kind === "video") picture.resolve({ keyframe, width });
      return;
    }
    const message = toViewerChannel.parse(String(data));
    if (message.type === "display") width = message.width;
    if (message.type === "welcome") width = message.display?.width ?? 0;
  });
  socket.on("close", (code) => picture.reject(new Error(`closed with ${code} before a picture came`)));
  return picture.promise.finally(() => socket.terminate());
}

/** What the command that was printed does. @returns the answer's status */
async function madeOwner(command: string): Promise<number> {
  const [, url = "", authorization = "", type = "", body = ""] =
    /^curl -X POST (\S+) -H "Authorization: ([^"]+)" -H "Content-Type: ([^"]+)" -d '([^']+)'$/.exec(command) ?? [];
  const headers = { Authorization: authorization, "Content-Type": type };
  return (await fetch(url, { method: "POST", headers, body })).status;
}

describe("the commands", () => {
  it(
    "npm start prints a link to a live phone; an interrupt ends everything with 0",
    async () => {
      const house = start("start.ts", ["--device", "demo:stopwatch"], await freePort());
      const link = await said(house, /^open (http:\/\/127\.0\.0\.1:\d+\/s#[\w.~-]+)$/m);
      const page = await fetch(link);
      expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringMatching(/^text\/html/)]);
      expect(await firstPicture(new URL(link))).toEqual({ keyframe: true, width: 720 });
      const command = await said(house, /^make the first owner, once, with: (.+)$/m);
      expect(await madeOwner(command)).toBe(201);
      const { adminToken } = await localSecrets();
      expect(await firstOwnerCommand(edgeApi(new URL(link).origin, adminToken))).toBeUndefined();
      expect(await house.alive()).toBeGreaterThan(3);
      house.child.kill("SIGINT");
      expect([await house.ended, await house.alive()]).toEqual([0, 0]);
      expect(house.output()).toMatch(/^(built the web client\n)?open \S+\nmake the first owner, once, with: .*\n$/);
    },
    DEADLINE_MS,
  );

  it(
    "Ctrl-C in a terminal, which interrupts npm and all below it at once, ends npm start with 0",
    async () => {
      const env = { PORT: String(await freePort()), HOST: "127.0.0.1" };
      command = startMarked(["start"], env, { program: "npm", detached: true });
      await said(command, /^open (\S+)$/m);
      const { pid } = command.child;
      if (pid === undefined) throw new Error("npm was not started");
      // What a terminal does: the whole foreground group gets the signal.
      process.kill(-pid, "SIGINT");
      expect([await command.ended, await command.alive()]).toEqual([0, 0]);
    },
    DEADLINE_MS,
  );

  it(
    "npm run edge prints the command that starts an agent for it",
    async () => {
      const house = start("edge.ts", [], await freePort());
      const words = await said(
        house,
        /^start an agent with: npm run agent -- (--edge \S+ --token \S+ --device demo)$/m,
      );
      const agent = startMarked([join(TOOLS, "agent.ts"), ...words.split(" ")]);
      await said(agent, /^(online) as host/m);
      agent.child.kill("SIGTERM");
      expect([await agent.ended, await agent.alive()]).toEqual([0, 0]);
      house.child.kill("SIGTERM");
      expect([await house.ended, await house.alive()]).toEqual([0, 0]);
    },
    DEADLINE_MS,
  );

  it("a taken port is one clear line, and nothing is started", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    // Safe: as above.
    const { port } = server.address() as AddressInfo;
    const house = start("start.ts", [], port);
    expect(await house.ended).toBe(1);
    expect(house.output()).toBe(
      `error: port ${port} on 127.0.0.1 is taken by another program; choose another with PORT=${port + 1}\n`,
    );
    server.close();
  });

  it.each([
    ["an unknown device", ["--device", "toaster"], /^error: --device is demo, or demo:APP.*\nusage: npm start/],
    ["an unknown option", ["--colour"], /^error: usage: npm start -- /],
  ])("%s is refused before anything is started", async (_, args, words) => {
    const house = start("start.ts", args, 1);
    expect(await house.ended).toBe(1);
    expect(house.output()).toMatch(words);
  });

  it("a program that cannot start ends the command with what it said", { timeout: DEADLINE_MS }, async () => {
    const house = start("start.ts", ["--device", "demo:toaster"], await freePort());
    expect([await house.ended, await house.alive()]).toEqual([1, 0]);
    expect(house.output()).toMatch(
      /error: the demo phone has no app of that name.*\n---\nerror: the agent ended with code 2\n$/,
    );
  });
});
