import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FileWant, MAX_FILE_CHUNK_BYTES } from "#protocol";
import { type Agent, startAgent } from "../../../origin-agent/agent.ts";
import { edgeAt, systemTimers } from "../../../origin-agent/link/index.ts";
import { eventually } from "../support/eventually.ts";
import { type FakeDevice, fakeDevice } from "../support/fake-device.ts";
import { type FakeEdge, type OriginSocket, startFakeEdge } from "../support/fake-edge.ts";
import { FakeFiles } from "../support/fake-files.ts";

const TRANSFER = "transfer-number-1";
const PIECE = Uint8Array.from({ length: MAX_FILE_CHUNK_BYTES }, (_, index) => index & 0xff);
const PUT = { do: "put", transfer: TRANSFER, name: "a.txt", size: PIECE.length, as: "file", offset: 0 } as const;

let edge: FakeEdge;
let device: FakeDevice;
let files: FakeFiles;
let agent: Agent;
let origin: OriginSocket;

beforeEach(async () => {
  edge = await startFakeEdge();
  device = fakeDevice();
  files = new FakeFiles();
  device.files = files;
  const refused = () => {};
  const options = { timers: systemTimers, token: "enrolment", devices: [device], log: () => {}, refused };
  agent = startAgent({ edge: edgeAt(edge.address), ...options });
});

afterEach(async () => {
  await agent.stop();
  edge.close();
});

async function serve(): Promise<void> {
  const host = await eventually("the host's hello", () => edge.hosts[0]?.said[0] && edge.hosts[0]);
  host.say({ type: "welcome", protocol: 1, host: "rack-1" });
  host.say({ type: "serve", session: "weur-1", device: "fake-1", ticket: "first.ticket" });
  origin = await eventually("the origin's hello", () => edge.origins[0]?.said[0] && edge.origins[0]);
  const counters = { nextEpoch: 0, nextVideo: 0, nextAudio: 0, viewers: 1, at: Date.now() * 1_000 };
  origin.say({ type: "welcome", protocol: 1, session: "weur-1", resume: "resume.secret", ...counters });
}

let calls = 0;
async function ask(want: FileWant, piece?: Uint8Array): Promise<unknown> {
  calls += 1;
  const call = `call-${calls}`;
  if (piece !== undefined) edge.pieces.set(call, piece);
  origin.say({ type: "file-call", call, want });
  const answer = await eventually("the answer", () => edge.answers.get(call));
  return typeof answer === "string" ? JSON.parse(answer) : answer;
}

describe("an agent that is asked about files", () => {
  it("U-4 fetches the piece and answers, by requests beside its socket", async () => {
    await serve();
    expect(await ask({ ...PUT, length: PIECE.length }, PIECE)).toEqual({
      type: "put",
      received: PIECE.length,
      done: true,
      name: "a.txt!",
    });
    expect(Buffer.compare(files.kept.get("a.txt") ?? Buffer.of(), PIECE)).toBe(0);
    const version = String(PIECE.length);
    expect(await ask({ do: "list" })).toEqual({
      type: "list",
      files: [{ name: "a.txt", size: PIECE.length, version }],
    });
    const get = { do: "get", transfer: "transfer-number-2", name: "a.txt", version, offset: 0, length: 10 } as const;
    expect([...((await ask(get)) as Uint8Array)]).toEqual([...PIECE.subarray(0, 10)]);
  });

  it("U-7 says how far it is when the piece is not to be had", async () => {
    await serve();
    expect(await ask({ ...PUT, length: 10 })).toMatchObject({ type: "put", received: 0, done: false });
  });

  it("U-7 goes on where it was after its socket was lost, and sends frames meanwhile", async () => {
    await serve();
    await ask({ ...PUT, length: 100 }, PIECE.subarray(0, 100));
    origin.breakOff();
    const again = await eventually("the next hello", () => edge.origins[1]?.said[0] && edge.origins[1]);
    const counters = { nextEpoch: 1, nextVideo: 9, nextAudio: 9, viewers: 1, at: Date.now() * 1_000 };
    again.say({ type: "welcome", protocol: 1, session: "weur-1", resume: "resume.secret", ...counters });
    origin = again;
    const held = Promise.withResolvers<void>();
    files.taking = held.promise;
    const writing = ask({ ...PUT, offset: 100, length: 100 }, PIECE.subarray(100, 200));
    await eventually("the device to run", () => device.calls.at(-1) === "setPaused false");
    device.yieldVideo(true);
    await eventually("a frame", () => again.frames.length > 0);
    held.resolve();
    expect(await writing).toMatchObject({ received: 200 });
  });

  it("U-7 removes what is on its way when the session ends", async () => {
    await serve();
    await ask({ ...PUT, length: 100 }, PIECE.subarray(0, 100));
    expect([...files.arriving]).toEqual([["a.txt", 100]]);
    device.sink().lost("pulled out");
    await eventually("nothing is left", () => files.arriving.size === 0);
    expect(files.aborted).toBe(1);
  });

  it("U-1 has none where its device has none", async () => {
    device.files = undefined;
    await serve();
    expect(await ask({ do: "list" })).toEqual({ type: "refused", reason: "not-offered" });
  });
});
