import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { Failures } from "../../../edge/pass/failures.ts";
import { failedUse, giveUseBack, revokeLink, takeUse, type UseAnswer } from "../../../edge/pass/index.ts";

const HOUR_MS = 60 * 60_000;
const [SOMEBODY, ANOTHER] = ["192.0.2.1", "192.0.2.2"] as const;

function newLink(limit?: number) {
  const link = crypto.randomUUID();
  const expiresAt = Date.now() + HOUR_MS;
  const use = limit === undefined ? { link, expiresAt } : { link, limit, expiresAt };
  return {
    use,
    stub: env.PASS.get(env.PASS.idFromName(`v1:${link}`)),
    take: async () => await takeUse(env.PASS, use, SOMEBODY),
    takeMany: async (count: number) =>
      await Promise.all(Array.from({ length: count }, () => takeUse(env.PASS, use, SOMEBODY))),
  };
}

function countTaken(answers: readonly UseAnswer[]): number {
  return answers.filter((answer) => answer.taken).length;
}

describe("a link's uses", () => {
  it.each([
    [1, 50],
    [3, 20],
  ])("%d of them, asked for %d times at once, are taken as often as there are", async (limit, asked) => {
    const link = newLink(limit);
    const answers = await link.takeMany(asked);
    expect(countTaken(answers)).toBe(limit);
    expect(answers.filter((answer) => !answer.taken)).toEqual(
      Array(asked - limit).fill({ taken: false, refusal: "used-up" }),
    );
    expect(await link.take()).toEqual({ taken: false, refusal: "used-up" });
  });

  it("are without limit when none was set", async () => {
    expect(countTaken(await newLink().takeMany(20))).toBe(20);
  });

  it("are given back one at a time, and never more than were taken", async () => {
    const link = newLink(2);
    await giveUseBack(env.PASS, link.use);
    expect(countTaken(await link.takeMany(3))).toBe(2);
    await giveUseBack(env.PASS, link.use);
    expect(countTaken(await link.takeMany(3))).toBe(1);
  });

  it("of one link are not another's", async () => {
    const [one, other] = [newLink(1), newLink(1)];
    expect([await one.take(), await other.take()]).toEqual([{ taken: true }, { taken: true }]);
  });

  it("are remembered through a restart", async () => {
    const link = newLink(2);
    await link.take();
    await evictDurableObject(link.stub);
    expect(countTaken(await link.takeMany(10))).toBe(1);
  });
});

describe("the uses of a narrowed link", () => {
  const bounds = (link: ReturnType<typeof newLink>, ...blocks: readonly { block: string; limit: number }[]) =>
    takeUse(env.PASS, { ...link.use, blocks }, SOMEBODY);

  it("N-4 are counted for each block and for the link, all or none, also after a restart", async () => {
    const link = newLink(3);
    const [wide, once] = [
      { block: "wide", limit: 2 },
      { block: "once", limit: 1 },
    ];
    expect(await bounds(link, wide, once)).toEqual({ taken: true });
    await evictDurableObject(link.stub);
    // What is refused for one of them is counted for none.
    expect(await bounds(link, wide, once)).toEqual({ taken: false, refusal: "used-up" });
    expect(await bounds(link, wide)).toEqual({ taken: true });
    expect(await bounds(link, wide)).toEqual({ taken: false, refusal: "used-up" });
    await giveUseBack(env.PASS, { link: link.use.link, blocks: [wide, once] });
    await evictDurableObject(link.stub);
    expect(await bounds(link, wide, once)).toEqual({ taken: true });
    expect(await link.take()).toEqual({ taken: true });
    expect(await link.take()).toEqual({ taken: false, refusal: "used-up" });
  });
});

it("N-4 a lesser link whose use came to nothing is not kept", async () => {
  const link = newLink();
  const blocks = [{ block: "once", limit: 1 }];
  await takeUse(env.PASS, { ...link.use, blocks }, SOMEBODY);
  await takeUse(env.PASS, { ...link.use, blocks: [{ block: "other", limit: 2 }] }, SOMEBODY);
  await giveUseBack(env.PASS, { link: link.use.link, blocks });
  const kept = await runInDurableObject(link.stub, async (_object, { storage }) => await storage.get("data"));
  expect(kept).toEqual({ used: 1, revoked: false, usedOf: { other: 1 } });
  // Given back once more, for a block that holds nothing.
  await giveUseBack(env.PASS, { link: link.use.link, blocks });
  expect(await takeUse(env.PASS, { ...link.use, blocks }, SOMEBODY)).toEqual({ taken: true });
});

describe("a link that was withdrawn", () => {
  it("is refused, also after a restart, and for what it is", async () => {
    const link = newLink(5);
    await link.take();
    await revokeLink(env.PASS, link.use);
    expect(await link.take()).toEqual({ taken: false, refusal: "revoked" });
    await evictDurableObject(link.stub);
    expect(await link.take()).toEqual({ taken: false, refusal: "revoked" });
  });
});

describe("what is kept", () => {
  it("is the count alone, until an hour after the link's end, and then nothing", async () => {
    const link = newLink(1);
    await link.take();
    const kept = await runInDurableObject(link.stub, async (_object, { storage }) => ({
      data: Object.fromEntries(await storage.list()),
      alarm: await storage.getAlarm(),
    }));
    expect(kept).toEqual({ data: { data: { used: 1, revoked: false } }, alarm: link.use.expiresAt + HOUR_MS });
    await evictDurableObject(link.stub);
    expect(await runDurableObjectAlarm(link.stub)).toBe(true);
    const left = await runInDurableObject(link.stub, async (_object, { storage }) => [
      ...(await storage.list()).keys(),
    ]);
    expect(left).toEqual([]);
  });
});

describe("whoever cannot use a link", () => {
  it("a hundred times within a minute is told nothing more of it, and nobody else is concerned", async () => {
    const link = newLink();
    const fail = async () => await failedUse(env.PASS, link.use.link, SOMEBODY);
    for (let count = 0; count < 100; count += 1) expect(await fail()).toBe(false);
    expect(await fail()).toBe(true);
    expect(await link.take()).toEqual({ taken: false, refusal: "too-often" });
    expect(await takeUse(env.PASS, link.use, ANOTHER)).toEqual({ taken: true });
    expect(await failedUse(env.PASS, link.use.link, ANOTHER)).toBe(false);
    expect(await failedUse(env.PASS, newLink().use.link, SOMEBODY)).toBe(false);
  });

  it("is counted when it is used up, too", async () => {
    const link = newLink(1);
    await link.take();
    const answers = await link.takeMany(101);
    expect(answers.filter((answer) => !answer.taken && answer.refusal === "used-up")).toHaveLength(100);
    expect(answers.at(-1)).toEqual({ taken: false, refusal: "too-often" });
  });

  it("has a new minute after the first, and no place for ever", () => {
    const failures = new Failures();
    for (let count = 0; count < 100; count += 1) failures.add(SOMEBODY, count);
    expect(failures.isTooOften(SOMEBODY, 59_999)).toBe(true);
    expect(failures.isTooOften(SOMEBODY, 60_000)).toBe(false);
    for (let count = 0; count < 100; count += 1) failures.add(SOMEBODY, 60_000);
    for (let other = 0; other < 1_000; other += 1) failures.add(`other ${other}`, 60_001);
    expect(failures.isTooOften(SOMEBODY, 60_001)).toBe(false);
  });
});
