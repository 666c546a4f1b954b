import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CLOSE } from "#protocol";
import { eventually } from "../support/eventually.ts";
import { type FakeEdge, startFakeEdge } from "../support/fake-edge.ts";

const COMMAND = join(import.meta.dirname, "../../../tools/agent.ts");
const TOKEN = "enrolment.token.secret";
/** The demo phone loads native libraries: a second or two on a busy machine. */
const DEADLINE_MS = 30_000;
const WELCOME = { type: "welcome", protocol: 1, resume: "r.s.t", nextEpoch: 0, nextVideo: 0, nextAudio: 0 } as const;

interface AgentProcess {
  readonly child: ChildProcess;
  output: string;
  readonly ended: Promise<number | null>;
}

let edge: FakeEdge;
const started: AgentProcess[] = [];

beforeEach(async () => {
  edge = await startFakeEdge();
});

afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill("SIGTERM");
    await ended;
  }
  edge.close();
});

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): AgentProcess {
  const child = spawn(process.execPath, [COMMAND, ...args], { env: { ...process.env, NEARGLASS_TOKEN: "", ...env } });
  const agent: AgentProcess = { child, output: "", ended: once(child, "exit").then(([code]) => code) };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      agent.output += text;
    });
  }
  started.push(agent);
  return agent;
}

describe.each(["deno", "node"])("the agent under %s", (runtime) => {
  const base = () => ["--runtime", runtime, "--edge", edge.address.origin];

  it(
    "serves the demo phone with no more permissions than its list, and says goodbye when it is ended",
    async () => {
      const agent = start([...base(), "--device", "demo:stopwatch", "--device", "demo"], { NEARGLASS_TOKEN: TOKEN });
      const host = await eventually(
        "the host's hello",
        () => edge.hosts.find(({ said }) => said.length > 0),
        DEADLINE_MS,
      );
      expect(host.ticket).toBe(TOKEN);
      expect(host.said[0]).toMatchObject({ type: "hello", devices: [{ id: "demo-1" }, { id: "demo-2" }] });
      host.say({ type: "welcome", protocol: 1, host: "rack-1" });
      host.say({ type: "serve", session: "weur-1", device: "demo-1", ticket: "first.ticket" });
      const origin = await eventually(
        "the origin's hello",
        () => edge.origins.find(({ said }) => said.length > 0),
        DEADLINE_MS,
      );
      origin.say({ ...WELCOME, session: "weur-1", viewers: 1, at: Date.now() * 1_000 });
      const acknowledge = () => origin.say({ type: "ack", video: origin.frames.at(-1)?.header.sequence ?? 0 });
      const frames = await eventually(
        "ten pictures",
        () => {
          if (origin.frames.length > 0) acknowledge();
          return origin.frames.length >= 10 ? origin.frames : undefined;
        },
        DEADLINE_MS,
      );
      // Annex B: the start code and a sequence parameter set (ITU-T H.264 7.4.1, nal_unit_type 7).
      expect([...(frames[0]?.payload.subarray(0, 4) ?? [])]).toEqual([0, 0, 0, 1]);
      expect((frames[0]?.payload[4] ?? 0) & 0x1f).toBe(7);
      expect(frames.map(({ header }) => header.sequence)).toEqual(frames.map((_, index) => index));
      expect(frames.map(({ header }) => header.keyframe).lastIndexOf(true)).toBe(0);
      agent.child.kill("SIGTERM");
      expect(await agent.ended).toBe(0);
      expect(host.said.at(-1)).toEqual({ type: "bye" });
      expect(origin.said.at(-1)).toEqual({ type: "bye" });
      expect(agent.output).not.toMatch(/secret|first\.ticket|r\.s\.t|missing|warning/);
      if (runtime === "deno") expect(agent.output).toMatch(/permissions: net 127\.0\.0\.1:\d+; .*write none; run none/);
    },
    DEADLINE_MS,
  );

  it(
    "ends with 3 and clear words when its enrolment is refused; the token may come from a file",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "nearglass-"));
      const file = join(folder, "token");
      await writeFile(file, `${TOKEN}\n`);
      const agent = start([...base(), "--device", "demo", "--token-file", file]);
      const host = await eventually("the host", () => edge.hosts[0], DEADLINE_MS);
      expect(host.ticket).toBe(TOKEN);
      host.close(CLOSE.ticketRefused.code);
      expect(await agent.ended).toBe(3);
      expect(agent.output).toMatch(/error: the edge refused the enrolment token: .*enrol this host again\n/);
      expect(agent.output).not.toContain("secret");
      await rm(folder, { recursive: true });
    },
    DEADLINE_MS,
  );

  it(
    "ends with 2 and one line for a command line it cannot follow",
    async () => {
      const cases = [
        [["--device", "toaster", "--token", TOKEN], /error: --device is demo/],
        [["--device", "demo:toaster", "--token", TOKEN], /error: the demo phone has no app of that name/],
        [["--device", "demo", "--token-file", "/nowhere/token"], /error: cannot read the token file \/nowhere\/token/],
      ] as const;
      for (const [args, words] of cases) {
        const agent = start([...base(), ...args]);
        expect(await agent.ended).toBe(2);
        expect(agent.output).toMatch(words);
        expect(agent.output).not.toMatch(/secret|\n {4}at /);
      }
    },
    DEADLINE_MS,
  );
});
