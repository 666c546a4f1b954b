import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Pipe } from "../../../../../origin-agent/device/android/hardware/pipe.ts";
import { Fifo, Pieces } from "../../../../support/fifo.ts";
import { until } from "../../../../support/until.ts";

const PICTURE_BYTES = 300_000;

let fifo: Fifo;
let pipe: Pipe | undefined;
let said: string[];

beforeEach(async () => {
  fifo = await Fifo.make();
  said = [];
});

afterEach(async () => {
  pipe?.close();
  await fifo.remove();
});

function start(path = fifo.path): Pipe {
  pipe = new Pipe(path, 1, {
    opened: () => said.push("opened"),
    closed: () => said.push("closed"),
    unusable: (words) => said.push(words),
  });
  return pipe;
}

const picture = (value: number) => new Uint8Array(PICTURE_BYTES).fill(value);
const shadeOf = (piece: Uint8Array) => (new Set(piece).size === 1 ? piece[0] : "mixed");

describe("a pipe to a reader", () => {
  it("is open while somebody reads, again at the next who does, and what nobody reads is lost", async () => {
    const writing = start();
    writing.write(picture(1));
    const first = fifo.read();
    await until("the reader seen", () => said.length === 1);
    first.close();
    await until("the reader gone", () => {
      writing.write(picture(2));
      return said.length === 2;
    });
    const second = fifo.read();
    await until("another reader", () => said.length === 3);
    expect(said).toEqual(["opened", "closed", "opened"]);
    expect(writing.isIdle).toBe(true);
    expect(second.take()).toHaveLength(0);
    second.close();
  });

  it("gives a slow reader fewer pictures, whole ones, the newest last, and waits for nothing meanwhile", async () => {
    const writing = start();
    const reader = fifo.read();
    await until("the reader seen", () => said.length === 1);
    for (let value = 1; value <= 50; value += 1) writing.write(picture(value));
    expect(writing.isIdle).toBe(false);
    const pieces = new Pieces(reader, PICTURE_BYTES);
    const seen: unknown[] = [];
    await until("the newest", () => {
      seen.push(...pieces.take().map(shadeOf));
      return seen.at(-1) === 50;
    });
    expect(seen).toEqual([1, 50]);
    await until("rest", () => writing.isIdle);
    reader.close();
  });

  it("forgets what waits, and ends what was begun", async () => {
    const writing = start();
    const reader = fifo.read();
    await until("the reader seen", () => said.length === 1);
    for (const value of [1, 2]) writing.write(picture(value));
    writing.forget();
    const pieces = new Pieces(reader, PICTURE_BYTES);
    const seen: unknown[] = [];
    await until("rest", () => {
      seen.push(...pieces.take().map(shadeOf));
      return writing.isIdle;
    });
    seen.push(...pieces.take().map(shadeOf));
    expect(seen).toEqual([1]);
    reader.close();
  });

  it("writes whole pictures to a character device, which is always open", async () => {
    const writing = start("/dev/null");
    await until("the device", () => said.length === 1);
    writing.write(picture(1));
    expect([said, writing.isIdle]).toEqual([["opened"], true]);
  });

  it("writes to no file, and says once what is wrong until it is mended", async () => {
    const path = join(fifo.path, "../file");
    await writeFile(path, "mine");
    start(path);
    await until("words", () => said.length === 1);
    expect(said[0]).toMatch(/neither a FIFO nor a character device/);
    pipe?.close();
    said = [];
    start(join(fifo.path, "../nothing"));
    await until("words", () => said.length === 1);
    expect(said[0]).toMatch(/nothing cannot be written to: ENOENT/);
  });
});
