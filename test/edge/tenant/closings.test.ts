import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { Closings } from "../../../edge/tenant/closings.ts";
import { migrate } from "../../../edge/tenant/migrations.ts";

const AT = 1_000_000;

/** Closings in a store of their own, over sessions of which some cannot be reached. */
async function withClosings(
  use: (closings: Closings, unreachable: Set<string>, asked: string[]) => Promise<void>,
): Promise<void> {
  const stub = env.TENANT.get(env.TENANT.idFromName(`v1:${crypto.randomUUID()}`));
  await runInDurableObject(stub, async (_object, { storage }) => {
    migrate(storage);
    const [unreachable, asked] = [new Set<string>(), [] as string[]];
    const closings = new Closings(storage.sql, async (session, seats) => {
      asked.push(session);
      if (unreachable.has(session)) throw new Error("out of reach");
      return { seats: seats === "all" ? [] : seats.map((seat) => ({ seat })), ended: false };
    });
    await use(closings, unreachable, asked);
  });
}

it("what is closed is done once, and what cannot be reached is tried again, less and less often", async () => {
  await withClosings(async (closings, unreachable, asked) => {
    for (const session of ["s1", "s2"]) closings.add({ revocation: "r", subject: "link:l", session, seats: ["a"] }, AT);
    unreachable.add("s2");
    const first = await closings.run("r", AT);
    expect(first.closed.map(({ session, answer }) => [session, answer.seats])).toEqual([["s1", [{ seat: "a" }]]]);
    expect(first.pending).toEqual(["s2"]);

    const waits: number[] = [];
    let at = AT;
    for (let round = 0; round < 12; round += 1) {
      const due = closings.nextDue() ?? Number.NaN;
      waits.push(due - at);
      at = due;
      expect((await closings.retry(at - 1)).length).toBe(0);
      expect(await closings.retry(at)).toMatchObject([{ revocation: "r", subject: "link:l", pending: ["s2"] }]);
    }
    expect(waits.slice(0, 4)).toEqual([250, 500, 1_000, 2_000]);
    expect(waits.at(-1)).toBe(60_000);

    unreachable.clear();
    at = closings.nextDue() ?? Number.NaN;
    expect((await closings.retry(at)).flatMap(({ closed }) => closed)).toMatchObject([{ session: "s2" }]);
    expect(closings.nextDue()).toBeUndefined();
    expect(asked.filter((session) => session === "s1")).toHaveLength(1);
  });
});

it("a first try that was cut off is done again, and not while it may still go on", async () => {
  await withClosings(async (closings) => {
    closings.add({ revocation: "r", subject: "session:s1", session: "s1", seats: "all" }, AT);
    expect(closings.nextDue()).toBe(AT + 10_000);
    expect(await closings.retry(AT + 9_999)).toEqual([]);
    expect((await closings.retry(AT + 10_000))[0]?.closed).toMatchObject([{ session: "s1", asked: "all" }]);
  });
});
