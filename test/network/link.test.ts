import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { until } from "../support/until.ts";
import { Link, whyNoLinks } from "./link.ts";

vi.setConfig({ testTimeout: 30_000 });

const why = whyNoLinks();
let link: Link;
let server: Server | undefined;

afterEach(async () => {
  server?.close();
  await link?.close();
});

/** Serve every connection with so many bytes, on the link's far end; or echo what comes. */
async function serve(bytes: number | "echo"): Promise<number> {
  server = createServer((socket) => {
    socket.on("error", () => {});
    if (bytes === "echo") socket.pipe(socket);
    else socket.end(Buffer.alloc(bytes));
  });
  server.listen(0, link.far);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

/** Milliseconds that a program at the near end needs: to read all that comes, or to have one byte echoed. */
async function fetchAtNearEnd(port: number, what: "all" | "echo"): Promise<number> {
  const source = `
    const socket = require("node:net").connect(${port}, "${link.far}");
    let begun;
    socket.on("connect", () => { begun = performance.now(); ${what === "echo" ? 'socket.write("x");' : ""} });
    socket.on("data", () => { ${what === "echo" ? "socket.destroy();" : ""} });
    socket.on("close", () => console.log(performance.now() - begun));`;
  const [command = "", ...args] = [...link.atNearEnd, process.execPath, "-e", source];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
  });
  await once(child, "close");
  return Number(said);
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

// Real time and real TCP: bounds are wide, and what is exact is proved of the directions alone.
describe.skipIf(why !== undefined)(`an emulated link${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  it("adds its delay to both ways", async () => {
    link = await Link.open({ down: { delayMs: 60 }, up: { delayMs: 40 } });
    const port = await serve("echo");
    const trips = [];
    for (let trip = 0; trip < 5; trip += 1) trips.push(await fetchAtNearEnd(port, "echo"));
    expect(Math.min(...trips)).toBeGreaterThanOrEqual(99);
    expect(median(trips)).toBeLessThan(160);
  });

  it("carries no more than its rate, and a new rate at once", async () => {
    link = await Link.open({ down: { rateMbit: 4 }, up: {} });
    const port = await serve(400_000);
    // 3.2 Mbit are 800 ms at 4 Mbit/s, and a few percent more with headers.
    const slow = await fetchAtNearEnd(port, "all");
    expect(slow).toBeGreaterThan(700);
    await link.set({ down: { rateMbit: 80 } });
    expect(await fetchAtNearEnd(port, "all")).toBeLessThan(slow / 3);
  });

  it("loses packets and says how many; TCP brings all bytes through", async () => {
    link = await Link.open({ down: { loss: 0.05 }, up: {} }, 3);
    const port = await serve(1_000_000);
    await fetchAtNearEnd(port, "all");
    const { down } = await link.report();
    expect(down.bytes).toBeGreaterThan(1_000_000);
    expect(down.lostByChance).toBeGreaterThan(10);
  });

  it("lets nothing through in an outage, and goes on after it", async () => {
    link = await Link.open({ down: { delayMs: 1 }, up: { delayMs: 1 } });
    const port = await serve("echo");
    await link.outage(true);
    const before = (await link.report()).down.packets;
    let done = false;
    const trip = fetchAtNearEnd(port, "echo").finally(() => {
      done = true;
    });
    // Its first packet waits at the near end, and is not answered.
    await expect(until("an answer", () => done, 1_500)).rejects.toThrow();
    expect((await link.report()).down.packets).toBe(before);
    await link.outage(false);
    expect(await trip).toBeLessThan(5_000);
  });

  it("stands beside others, and leaves nothing behind", async () => {
    link = await Link.open({ down: {}, up: {} });
    const other = await Link.open({ down: {}, up: {} });
    expect(other.far).not.toBe(link.far);
    const name = other.atNearEnd.at(-1) ?? "";
    await other.close();
    const left = execFileSync("ip", ["netns", "list"], { encoding: "utf8" });
    expect(left).not.toContain(name);
    expect(left).toContain(link.atNearEnd.at(-1));
    expect(execFileSync("ip", ["addr"], { encoding: "utf8" })).not.toContain(`${other.far} `);
  });
});
