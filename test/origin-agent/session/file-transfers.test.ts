import { beforeEach, describe, expect, it } from "vitest";
import type { FileWant } from "#protocol";
import { FileRefusal } from "../../../origin-agent/device/files.ts";
import { FileTransfers } from "../../../origin-agent/session/file-transfers.ts";
import { FakeFiles } from "../support/fake-files.ts";
import { type ManualTimers, manualTimers } from "../support/manual-timers.ts";

type Put = Extract<FileWant, { do: "put" }>;
type Get = Extract<FileWant, { do: "get" }>;

const DATA = Uint8Array.from({ length: 100 }, (_, index) => index);
const PUT: Put = {
  do: "put",
  transfer: "transfer-number-1",
  name: "a.txt",
  size: 100,
  as: "file",
  offset: 0,
  length: 40,
};
const GET: Get = { do: "get", transfer: "transfer-number-2", name: "b.txt", version: "100", offset: 0, length: 40 };

let files: FakeFiles;
let timers: ManualTimers;
let transfers: FileTransfers;

beforeEach(() => {
  files = new FakeFiles();
  timers = manualTimers();
  transfers = new FileTransfers(files, timers);
});

async function put(offset: number, length: number, more: Partial<Put> = {}) {
  return await transfers.answer({ ...PUT, offset, length, ...more }, async () => DATA.slice(offset, offset + length));
}

async function get(offset: number, length = 40, more: Partial<Get> = {}) {
  const answer = await transfers.answer({ ...GET, offset, length, ...more }, async () => undefined);
  return answer instanceof Uint8Array ? [...answer] : answer;
}

const bytes = (from: number, to: number) => [...DATA.slice(from, to)];
const LOST = { type: "refused", reason: "transfer-lost" };

describe("a file to the device", () => {
  it("U-7 is there when all of its pieces are, and has the name that the device gave it", async () => {
    expect(await put(0, 40)).toEqual({ type: "put", received: 40, done: false, name: "a.txt" });
    expect(await put(40, 40)).toMatchObject({ received: 80, done: false });
    expect(await put(80, 20)).toEqual({ type: "put", received: 100, done: true, name: "a.txt!" });
    expect(files.kept.get("a.txt")).toEqual(Buffer.from(DATA));
  });

  it("U-7 takes no piece twice, and says how far it is to whoever asks", async () => {
    await put(0, 40);
    expect(await put(0, 40)).toMatchObject({ received: 40, done: false });
    expect(await put(0, 0)).toMatchObject({ received: 40, done: false });
    await put(40, 60);
    expect(await put(40, 60)).toMatchObject({ received: 100, done: true, name: "a.txt!" });
    expect(files.kept.get("a.txt")).toEqual(Buffer.from(DATA));
  });

  it("U-7 is lost where a piece is missing, or its size is another", async () => {
    expect(await put(40, 40)).toEqual(LOST);
    await put(0, 40);
    expect(await put(80, 20)).toEqual(LOST);
    expect(files.aborted).toBe(1);
    await put(0, 40);
    expect(await put(40, 40, { size: 90 })).toEqual(LOST);
    expect([...files.arriving]).toEqual([]);
  });

  it("U-7 stays where it is when its piece cannot be fetched, or comes short", async () => {
    await put(0, 40);
    for (const piece of [undefined, DATA.slice(40, 79)]) {
      expect(await transfers.answer({ ...PUT, offset: 40, length: 40 }, async () => piece)).toMatchObject({
        received: 40,
      });
    }
    expect(await put(40, 60)).toMatchObject({ done: true });
  });

  it("U-7 leaves nothing when it is cancelled, also in the middle of a piece", async () => {
    const held = Promise.withResolvers<void>();
    files.taking = held.promise;
    const writing = put(0, 40);
    await timers.pass(0);
    expect(await transfers.answer({ do: "cancel", transfer: PUT.transfer }, async () => undefined)).toEqual({
      type: "cancelled",
    });
    expect([files.aborted, [...files.arriving]]).toEqual([1, []]);
    held.resolve();
    await writing;
    expect(await put(40, 60)).toEqual(LOST);
    expect(files.kept.size).toBe(0);
  });

  it("U-7 is given up when nobody went on with it for 90 s", async () => {
    await put(0, 40);
    await timers.pass(89_000);
    await put(40, 40);
    await timers.pass(89_000);
    expect(files.aborted).toBe(0);
    await timers.pass(2_000);
    expect(files.aborted).toBe(1);
    expect(await put(80, 20)).toEqual(LOST);
  });

  it("of no bytes is there at once", async () => {
    expect(await put(0, 0, { size: 0 })).toMatchObject({ received: 0, done: true });
  });

  it.each([
    [new FileRefusal("device-full"), { type: "refused", reason: "device-full" }],
    [new FileRefusal("app-refused", "W".repeat(70)), { type: "refused", reason: "app-refused", words: "W".repeat(64) }],
  ])("is refused as the device refuses it, and can begin anew: %s", async (refusal, answer) => {
    await put(0, 40);
    files.refusal = refusal;
    expect(await put(40, 40)).toEqual(answer);
    files.refusal = undefined;
    expect(await put(0, 40)).toMatchObject({ received: 40 });
  });

  it("U-3 is one of 8 at most; one that is there makes room", async () => {
    const names = Array.from({ length: 8 }, (_, index) => ({
      transfer: `transfer-number-${index}x`,
      name: `${index}`,
    }));
    for (const more of names) expect(await put(0, 40, more)).toMatchObject({ received: 40 });
    expect(await put(0, 40, { transfer: "transfer-number-9x" })).toEqual({ type: "refused", reason: "too-many" });
    await put(40, 60, names[3]);
    expect(await put(0, 40, { transfer: "transfer-number-9x" })).toMatchObject({ received: 40 });
  });

  it.each(["../a", "a/b", "", "a\0"])("U-2 of the name %j is refused by the agent too", async (name) => {
    expect(await put(0, 40, { name })).toEqual({ type: "refused", reason: "no-such-file" });
    expect(await get(0, 40, { name })).toEqual({ type: "refused", reason: "no-such-file" });
    expect(files.arriving.size).toBe(0);
  });
});

describe("a file from the device", () => {
  beforeEach(() => files.kept.set("b.txt", DATA));

  it("U-7 comes piece by piece, and the last one again", async () => {
    expect(await get(0)).toEqual(bytes(0, 40));
    expect(await get(40)).toEqual(bytes(40, 80));
    expect(await get(40)).toEqual(bytes(40, 80));
    expect(await get(80)).toEqual(bytes(80, 100));
    expect(await get(100)).toEqual([]);
    expect(files.closed).toBe(0);
  });

  it("U-7 goes on from anywhere, by beginning anew", async () => {
    expect(await get(60)).toEqual(bytes(60, 100));
    expect(await get(10, 5)).toEqual(bytes(10, 15));
    expect(files.closed).toBe(1);
    expect(await get(15, 5)).toEqual(bytes(15, 20));
  });

  it("is refused when it is of another version, or shorter than it was", async () => {
    expect(await get(0, 40, { version: "99" })).toEqual({ type: "refused", reason: "file-changed" });
    expect(await get(101)).toEqual({ type: "refused", reason: "file-changed" });
    expect(await get(0, 40, { name: "none" })).toEqual({ type: "refused", reason: "no-such-file" });
  });

  it("is closed with the session", async () => {
    await get(0);
    await put(0, 40);
    transfers.close();
    expect([files.closed, files.aborted, timers.pending()]).toEqual([1, 1, 0]);
  });
});
