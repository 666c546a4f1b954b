import { beforeEach, describe, expect, it } from "vitest";
import { MAX_FILE_BYTES } from "#protocol";
import { type FilePort, FileQueue } from "../../../../web-client/sdk/files/queue.ts";
import type { Answer, FileKey } from "../../../../web-client/sdk/files/requests.ts";
import type { FileTransfer } from "../../../../web-client/sdk/files/transfer.ts";
import { until } from "../../../support/until.ts";

const MEGABYTE = 1024 * 1024;
const AGAIN: Answer<never> = { ok: false, again: "piece" };
const ANEW: Answer<never> = { ok: false, again: "anew" };

/** A device behind an edge, as far as a queue sees it. */
class World implements FilePort {
  readonly kept = new Map<string, number[]>();
  readonly partial = new Map<string, number[]>();
  readonly cancelled: string[] = [];
  readonly asked: string[] = [];
  /** What the next requests come to instead. */
  failures: Answer<never>[] = [];
  /** What happens to every request before it is answered. */
  before: () => Promise<void> | void = () => {};
  current: FileKey | undefined = { session: "s", resume: "r1" };
  readonly history: string[] = [];
  #now = 0;
  #ids = 0;
  queue: FileQueue | undefined;

  readonly key = () => this.current;
  readonly now = () => this.#now;
  readonly newId = () => {
    this.#ids += 1;
    return `transfer-number-${this.#ids}`;
  };

  readonly changed = () => {
    const words = (this.queue?.transfers ?? []).map(({ name, state, moved }) => `${name} ${state} ${moved}`);
    this.history.push(words.join(", "));
  };

  readonly wait = async (ms: number) => {
    this.#now += ms;
  };

  readonly requests: FilePort["requests"] = {
    put: async (key, transfer, { name, size, as, offset }, piece) => {
      this.asked.push(`put ${key.resume} ${transfer} ${as} ${name} ${offset}+${piece.size}`);
      await this.before();
      const failure = this.failures.shift();
      if (failure !== undefined) return failure;
      this.#now += 10;
      const had = this.partial.get(transfer) ?? [];
      if (offset > had.length) return ANEW;
      const all = [...had, ...new Uint8Array(await piece.slice(had.length - offset).arrayBuffer())];
      this.partial.set(transfer, all);
      const done = all.length === size;
      if (done) this.kept.set(name, all);
      return { ok: true, value: { received: all.length, done, name: done ? `${name}!` : name } };
    },
    get: async (key, transfer, { name, offset, length }) => {
      this.asked.push(`get ${key.resume} ${transfer} ${name} ${offset}+${length}`);
      await this.before();
      const failure = this.failures.shift();
      if (failure !== undefined) return failure;
      this.#now += 10;
      const bytes = Uint8Array.from(this.kept.get(name) ?? []);
      return { ok: true, value: new Blob([bytes.slice(offset, offset + length)]) };
    },
    cancel: async (_key, transfer) => {
      this.cancelled.push(transfer);
    },
  };
}

let world: World;
let queue: FileQueue;

beforeEach(() => {
  world = new World();
  queue = new FileQueue(world);
  world.queue = queue;
});

function file(name: string, size: number): File {
  return new File([Uint8Array.from({ length: size }, (_, index) => index & 0xff)], name);
}

async function over(count = queue.transfers.length): Promise<readonly FileTransfer[]> {
  const isOver = ({ state }: FileTransfer) => !["waiting", "moving", "retrying"].includes(state);
  await until("all transfers are over", () => queue.transfers.filter(isOver).length >= count);
  return queue.transfers;
}

describe("files that are sent", () => {
  it("U-6 go one after the other, one piece at a time", async () => {
    let under = 0;
    let most = 0;
    world.before = async () => {
      under += 1;
      most = Math.max(most, under);
      await new Promise((resolve) => setImmediate(resolve));
      under -= 1;
    };
    queue.send(file("one", 200_000), "file");
    queue.send(file("two", 5), "app");
    expect(queue.transfers.map(({ state }) => state)).toEqual(["moving", "waiting"]);
    expect((await over()).map(({ name, state, moved, savedAs }) => [name, state, moved, savedAs])).toEqual([
      ["one", "done", 200_000, "one!"],
      ["two", "done", 5, "two!"],
    ]);
    expect(most).toBe(1);
    expect(world.asked.map((line) => line.split(" ").slice(3).join(" "))).toEqual([
      "file one 0+16384",
      "file one 16384+32768",
      "file one 49152+65536",
      "file one 114688+85312",
      "app two 0+5",
    ]);
    expect(world.kept.get("one")).toHaveLength(200_000);
  });

  it("U-7 go on where they were after pieces were lost, with the newest token", async () => {
    queue.send(file("one", 100_000), "file");
    world.failures = [AGAIN, AGAIN];
    world.before = () => {
      if (world.asked.length === 3) world.current = { session: "s", resume: "r2" };
    };
    expect((await over())[0]).toMatchObject({ state: "done", moved: 100_000 });
    expect(world.history).toContain("one retrying 0");
    expect(world.asked.at(-1)).toContain("put r2");
    expect(world.kept.get("one")).toHaveLength(100_000);
  });

  it("U-7 take what the device says it has, and send that no more", async () => {
    world.partial.set(
      "transfer-number-1",
      [...new Uint8Array(70_000)].map((_, index) => index & 0xff),
    );
    queue.send(file("one", 100_000), "file");
    await over();
    expect(world.asked[1]).toContain("70000+");
    expect(world.kept.get("one")).toEqual([...new Uint8Array(100_000)].map((_, index) => index & 0xff));
  });

  it("U-7 are given up when the way was away for over a minute", async () => {
    world.current = undefined;
    queue.send(file("one", 10), "file");
    expect((await over())[0]).toMatchObject({ state: "failed", failure: "connection" });
    expect(world.now()).toBeGreaterThan(60_000);
    expect(world.asked).toEqual([]);
  });

  it("begin anew twice under another name when the device lost them, and then fail", async () => {
    world.failures = [ANEW, ANEW];
    queue.send(file("one", 10), "file");
    expect((await over())[0]).toMatchObject({ state: "done" });
    expect(new Set(world.asked.map((line) => line.split(" ")[2])).size).toBe(3);
    world.failures = [ANEW, ANEW, ANEW];
    queue.send(file("two", 10), "file");
    expect((await over(2))[1]).toMatchObject({ state: "failed", failure: "device-failed" });
  });

  it("end at once when they are refused, with the device's words, and the next one goes", async () => {
    world.failures = [{ ok: false, again: "never", failure: "app-refused", words: "INSTALL_FAILED" }];
    queue.send(file("one", 10), "app");
    queue.send(file("two", 10), "file");
    expect(await over()).toMatchObject([
      { state: "failed", failure: "app-refused", words: "INSTALL_FAILED" },
      { state: "done" },
    ]);
  });

  it("U-7 leave nothing when they are cancelled in the middle, and the next one goes", async () => {
    world.before = () => {
      if (world.asked.length === 2) queue.cancel("transfer-number-1");
    };
    queue.send(file("one", 2 * MEGABYTE), "file");
    queue.send(file("two", 10), "file");
    queue.send(file("three", 10), "file");
    queue.cancel("transfer-number-3");
    expect((await over()).map(({ state }) => state)).toEqual(["cancelled", "done", "cancelled"]);
    expect(world.cancelled).toEqual(["transfer-number-1"]);
    expect([...world.kept.keys()]).toEqual(["two"]);
    queue.cancel("transfer-number-2");
    expect(queue.transfers[1]?.state).toBe("done");
  });

  it.each([
    ["a/b", 1, "bad-name"],
    ["..", 1, "bad-name"],
    ["large", MAX_FILE_BYTES + 1, "too-large"],
  ])("U-3 are not even begun when the device would not take them: %s of %i bytes", async (name, size, failure) => {
    // A file that says how large it is, and holds nothing.
    queue.send(Object.defineProperty(file(name, 0), "size", { value: size }), "file");
    expect(queue.transfers).toMatchObject([{ state: "failed", failure }]);
    expect(world.asked).toEqual([]);
  });

  it("are over with the session", async () => {
    world.before = () => queue.close();
    queue.send(file("one", 10), "file");
    queue.send(file("two", 10), "file");
    expect(await over()).toMatchObject([
      { state: "failed", failure: "session-over" },
      { state: "failed", failure: "session-over" },
    ]);
  });

  it("are shown for a while when they are over: the last 20", async () => {
    for (let index = 0; index < 30; index += 1) {
      queue.send(file(`file ${index}`, 1), "file");
      await over();
    }
    expect(queue.transfers.map(({ name }) => name)).toContain("file 29");
    expect(queue.transfers.length).toBeLessThanOrEqual(21);
  });
});

describe("files that are taken", () => {
  const bytes = Array.from({ length: 300_000 }, (_, index) => (index * 3) & 0xff);
  beforeEach(() => world.kept.set("one", bytes));

  it("U-7 come as they are, over pieces that were lost", async () => {
    world.failures = [AGAIN];
    const content = await queue.take({ name: "one", size: 300_000, version: "1" });
    expect([...new Uint8Array((await content?.arrayBuffer()) ?? new ArrayBuffer())]).toEqual(bytes);
    expect(queue.transfers).toMatchObject([{ direction: "down", state: "done", moved: 300_000 }]);
  });

  it("U-7 begin with nothing when the device begins anew", async () => {
    let asked = 0;
    world.before = () => {
      asked += 1;
      if (asked === 2) world.failures = [ANEW];
    };
    const content = await queue.take({ name: "one", size: 300_000, version: "1" });
    expect(content?.size).toBe(300_000);
    expect([...new Uint8Array((await content?.arrayBuffer()) ?? new ArrayBuffer())]).toEqual(bytes);
  });

  it("come not at all when they are shorter than they were, too large, or cancelled", async () => {
    expect(await queue.take({ name: "one", size: 300_001, version: "1" })).toBeUndefined();
    expect(await queue.take({ name: "one", size: MAX_FILE_BYTES + 1, version: "1" })).toBeUndefined();
    const taking = queue.take({ name: "one", size: 300_000, version: "1" });
    queue.cancel(queue.transfers.at(-1)?.id ?? "");
    expect(await taking).toBeUndefined();
    expect(queue.transfers.map(({ failure, state }) => failure ?? state)).toEqual([
      "file-changed",
      "too-large",
      "cancelled",
    ]);
  });
});
