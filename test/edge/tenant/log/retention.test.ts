import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { signingKey } from "../../../../edge/access/index.ts";
import { verifyAudit } from "../../../../edge/audit/index.ts";
import { expectProblem } from "../../support/api.ts";
import { EVERYTHING, TenantApi, TenantWorld } from "../../support/tenant-world.ts";
import { SOON } from "./receiver.ts";

const DAY_MS = 24 * 60 * 60_000;

interface Dropped {
  readonly through: number;
  readonly hash: string;
  readonly lines: number;
  readonly days: number;
}

let world: TenantWorld;
let api: TenantApi;

beforeEach(async () => {
  world = new TenantWorld();
  api = new TenantApi(await world.key());
});

/** So many events, in the object itself. */
async function happen(count: number): Promise<void> {
  await runInDurableObject(world.stub, async (object) => {
    // Safe: the namespace is of this class.
    const tenant = object as unknown as typeof world.stub;
    for (let index = 0; index < count; index += 1) await tenant.setEmbeddingOrigins(EVERYTHING, []);
  });
}

/** Every line up to this one was written so many days ago. */
async function age(through: number, days: number): Promise<void> {
  await world.stub.audit(EVERYTHING, { after: 1, limit: 1 });
  // The look that a change of the setting brings is over.
  await vi.waitUntil(async () => await isLaterDue(), SOON);
  await runInDurableObject(world.stub, (_object, { storage }) => {
    storage.sql.exec("UPDATE audit_event SET at = ? WHERE sequence <= ?", Date.now() - days * DAY_MS, through);
    storage.sql.exec("UPDATE retention SET due = 1");
  });
  await runDurableObjectAlarm(world.stub);
}

async function isLaterDue(): Promise<boolean> {
  return await runInDurableObject(world.stub, (_object, { storage }) => {
    const due = storage.sql.exec<{ due: number }>("SELECT due FROM retention").toArray()[0]?.due;
    return due === undefined || due > Date.now();
  });
}

async function log(after = 0, limit = 10_000) {
  const { lines } = await world.stub.audit(EVERYTHING, { after, limit });
  const key = await signingKey(env.SIGNING_KEY);
  const verdict = await verifyAudit(lines, new Map([[key.id, key.verify]]));
  const dropped = lines.flatMap((line): Dropped[] => {
    const { event } = JSON.parse(line);
    return event?.action === "audit.dropped" ? [event.detail] : [];
  });
  return { lines, verdict, dropped };
}

describe("the audit log", () => {
  it("is kept for ever, unless an owner says otherwise", async () => {
    expect(await api.ok("GET", "/audit/retention")).toEqual({ days: null });
    await happen(3);
    await age(3, 10_000);
    expect((await log()).verdict).toMatchObject({ first: 1, last: 4, findings: [] });
    expect(await api.ok("PUT", "/audit/retention", { days: 90 })).toEqual({ days: 90 });
    expect(await api.ok("GET", "/audit/retention")).toEqual({ days: 90 });
    expect(await api.ok("PUT", "/audit/retention", { days: null })).toEqual({ days: null });
    for (const days of [0, 29, 3_651, 90.5, "90"]) {
      await expectProblem(await api.raw("PUT", "/audit/retention", { days }), 400, "invalid-request");
    }
  });

  it("loses what is older, tells through which line, and still holds together from that signed place on", async () => {
    await api.ok("PUT", "/audit/retention", { days: 90 });
    await happen(20);
    const before = await log();
    await age(12, 91);
    await vi.waitUntil(async () => (await log()).dropped.length > 0, SOON);
    const { lines, verdict, dropped } = await log();
    expect(dropped).toEqual([{ through: 12, hash: expect.any(String), lines: 12, days: 90 }]);
    expect(lines[0]).toContain(`"hash":"${dropped[0]?.hash}"`);
    expect(before.lines.find((line) => line.includes('"sequence":12,'))).toContain(`"hash":"${dropped[0]?.hash}"`);
    expect(verdict).toMatchObject({ findings: [], first: 13, saysDropped: true, signedTo: verdict.last });
    // Also page by page, and from a place that was there.
    expect((await log(13, 5)).verdict).toMatchObject({ findings: [], first: 14, last: 18 });
    await evictDurableObject(world.stub);
    expect((await log()).verdict).toMatchObject({ findings: [], first: 13, saysDropped: true });
  });

  it("loses a long past in steps, each of them told of", async () => {
    await api.ok("PUT", "/audit/retention", { days: 30 });
    await happen(2_500);
    await age(2_400, 31);
    await vi.waitUntil(async () => (await log()).dropped.at(-1)?.through === 2_400, SOON);
    const { dropped, verdict } = await log();
    expect(dropped.map(({ through }) => through)).toEqual([1_000, 2_000, 2_400]);
    expect(verdict).toMatchObject({ findings: [], first: 2_401, saysDropped: true });
  });

  it("that has lost all of its lines goes on with the next number", async () => {
    await api.ok("PUT", "/audit/retention", { days: 30 });
    await age(2, 31);
    await vi.waitUntil(async () => (await log()).verdict.first === 3, SOON);
    await happen(1);
    expect((await log()).verdict).toMatchObject({ findings: [], first: 3, saysDropped: true });
  });
});
