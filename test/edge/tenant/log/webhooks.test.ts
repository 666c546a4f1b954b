import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { signingKey } from "../../../../edge/access/index.ts";
import { verifyAudit } from "../../../../edge/audit/index.ts";
import { MAX_TRIES } from "../../../../edge/tenant/log/deliveries.ts";
import type { Received } from "../../../support/webhook-received.ts";
import { expectProblem } from "../../support/api.ts";
import { EVERYTHING, TenantApi, TenantWorld } from "../../support/tenant-world.ts";
import { Receiver, SOON } from "./receiver.ts";

interface Webhook {
  readonly id: string;
  readonly host: string;
  readonly deliveredTo: number;
  readonly waiting: number;
  readonly deadLetters: number;
  readonly failing?: { readonly tries: number; readonly reason: string };
}

let world: TenantWorld;
let api: TenantApi;
let receiver: Receiver;

beforeEach(async () => {
  world = new TenantWorld();
  api = new TenantApi(await world.key());
  receiver = new Receiver();
});

/** Set up with a receiver that knows its secret. */
async function added(after?: number): Promise<{ readonly id: string; readonly secret: string }> {
  const wish = { name: "SIEM", url: receiver.url, ...(after === undefined ? {} : { after }) };
  const { webhook, secret } = await api.ok<{ webhook: Webhook; secret: string }>("POST", "/webhooks", wish, 201);
  await receiver.trust(secret);
  return { id: webhook.id, secret };
}

async function state(): Promise<Webhook | undefined> {
  return (await api.ok<{ webhooks: Webhook[] }>("GET", "/webhooks")).webhooks[0];
}

async function delivered(count: number): Promise<readonly Received[]> {
  await vi.waitUntil(async () => (await receiver.received()).length >= count, SOON);
  return await receiver.received();
}

async function idle(): Promise<void> {
  await vi.waitUntil(async () => (await state())?.waiting === 0, SOON);
}

/** What waits for its moment is due now. */
async function hurry(tries?: number): Promise<void> {
  await runInDurableObject(world.stub, (_object, { storage }) => {
    storage.sql.exec("UPDATE webhook SET due = 1, tries = coalesce(?, tries)", tries ?? null);
  });
  await runDurableObjectAlarm(world.stub);
}

async function failed(tries: number): Promise<void> {
  await vi.waitUntil(async () => (await state())?.failing?.tries === tries, SOON);
}

function actions(deliveries: readonly Received[]): string[] {
  return deliveries.flatMap(({ lines }) =>
    lines.flatMap((line) => {
      const { event } = JSON.parse(line) as { event?: { action: string } };
      return event === undefined ? [] : [event.action];
    }),
  );
}

describe("a webhook", () => {
  it("is told of what happens from now on, first of itself, signed with its secret", async () => {
    const { secret } = await added();
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    await world.person("ada");
    await idle();
    const deliveries = await receiver.received();
    expect(actions(deliveries)).toEqual(["webhook.added", "person.added"]);
    for (const { valid, signatures, contentType, age } of deliveries) {
      expect({ valid, signatures, contentType }).toEqual({
        ...{ valid: true, signatures: 1, contentType: "application/x-ndjson" },
      });
      expect(Math.abs(age)).toBeLessThan(60);
    }
    await receiver.trust("whsec_b3RoZXI=");
    await world.person("bob");
    await idle();
    expect((await receiver.received()).at(-1)).toMatchObject({ valid: false });
  });

  it("gets all of the log on demand, and what it got is an export that holds together", async () => {
    const policy = { name: "x", binding: { to: "tenant" }, capabilities: {}, session: {} } as const;
    await runInDurableObject(world.stub, async (object) => {
      // Safe: the namespace is of this class.
      const tenant = object as unknown as typeof world.stub;
      for (let index = 0; index < 1_100; index += 1) await tenant.addPolicy(EVERYTHING, policy);
    });
    const { id } = await added(0);
    await idle();
    const lines = (await receiver.received()).flatMap((delivery) => delivery.lines);
    const key = await signingKey(env.SIGNING_KEY);
    const verdict = await verifyAudit(lines, new Map([[key.id, key.verify]]));
    const count = (await state())?.deliveredTo ?? 0;
    expect(verdict).toMatchObject({ findings: [], first: 1, last: count, events: count, signedTo: 1_000 });
    expect((await receiver.received()).length).toBeGreaterThan(2);
    expect(new Set((await receiver.received()).map((one) => one.id)).size).toBe((await receiver.received()).length);
    await api.gone(`/webhooks/${id}`);
  });

  it("is tried again with the same events under the same id, and nothing overtakes them", async () => {
    await added();
    await idle();
    await receiver.behave(500, "redirect", "cut");
    await world.person("ada");
    await failed(1);
    expect((await state())?.failing?.reason).toBe("answered 500");
    await world.person("bob");
    await hurry();
    await failed(2);
    expect((await state())?.failing?.reason).toBe("redirected");
    await hurry();
    await failed(3);
    expect((await state())?.failing?.reason).toBe("unreachable");
    expect((await state())?.waiting).toBe(2);
    await hurry();
    await idle();
    const deliveries = (await receiver.received()).slice(-5);
    expect(deliveries.map(({ behaviour }) => behaviour)).toEqual([500, "redirect", "cut", 204, 204]);
    expect(new Set(deliveries.slice(0, 4).map(({ id, lines }) => JSON.stringify([id, lines]))).size).toBe(1);
    expect(actions(deliveries.slice(3))).toEqual(["person.added", "person.added"]);
    expect(deliveries.every(({ valid }) => valid)).toBe(true);
    expect(await receiver.received("-elsewhere")).toEqual([]);
    expect(await state()).not.toHaveProperty("failing");
  });

  it("that does not answer holds up nobody", async () => {
    await added();
    await idle();
    await receiver.behave("hang");
    const before = (await receiver.received()).length;
    await world.person("ada");
    await delivered(before + 1);
    // The receiver has the request, and keeps it: the books go on, and another alarm rings.
    await world.person("bob");
    expect(await world.stub.enter({ rights: ["view"], place: {}, person: "ada" })).toMatchObject({ admitted: true });
    await runInDurableObject(world.stub, async (_object, { storage }) => await storage.setAlarm(Date.now()));
    await runDurableObjectAlarm(world.stub);
    expect((await receiver.received()).length).toBe(before + 1);
    expect((await state())?.waiting).toBe(2);
    await receiver.behave();
    await idle();
    expect(actions((await receiver.received()).slice(before))).toEqual(["person.added", "person.added"]);
  });

  it("goes on after an eviction in the midst of a try, with the events of then", async () => {
    await added();
    await idle();
    await receiver.behave("hang");
    const before = (await receiver.received()).length;
    await world.person("ada");
    const cut = (await delivered(before + 1)).at(-1);
    await evictDurableObject(world.stub);
    await world.person("bob");
    await hurry();
    await idle();
    const again = (await receiver.received())[before + 1];
    expect([again?.id, again?.lines]).toEqual([cut?.id, cut?.lines]);
    await receiver.behave();
  });

  it("that has failed too often has dead letters, which are told of, and go out again when somebody says so", async () => {
    const { id } = await added();
    await idle();
    await receiver.behave(...Array.from({ length: 2 }, () => 503));
    await world.person("ada");
    await failed(1);
    await hurry(MAX_TRIES - 1);
    await vi.waitUntil(async () => (await state())?.deadLetters === 1, SOON);
    await hurry();
    await idle();
    expect(actions((await receiver.received()).slice(-1))).toEqual(["webhook.failed"]);
    const list = async () =>
      (await api.ok<{ letters: { id: string; first: number; last: number }[] }>("GET", `/webhooks/${id}/dead-letters`))
        .letters;
    const [letter] = await list();
    expect(letter).toMatchObject({ tries: MAX_TRIES, reason: "answered 503", resending: false });

    await receiver.behave(500);
    expect(await api.ok("POST", `/webhooks/${id}/dead-letters/resend`, {})).toEqual({ letters: 1 });
    await vi.waitUntil(async () => JSON.stringify(await list()).includes("answered 500"), SOON);
    expect(await api.ok("POST", `/webhooks/${id}/dead-letters/resend`, { letters: ["other"] })).toEqual({ letters: 0 });
    const wish = { letters: [letter?.id] };
    expect(await api.ok("POST", `/webhooks/${id}/dead-letters/resend`, wish)).toEqual({ letters: 1 });
    await vi.waitUntil(async () => (await list()).length === 0, SOON);
    const resent = (await receiver.received()).filter((one) => one.id === letter?.id).at(-1);
    expect(resent).toMatchObject({ valid: true, behaviour: 204 });
    expect(actions(resent === undefined ? [] : [resent])).toEqual(["person.added"]);
  });

  it("signs with both secrets while they change, and with the new one alone after that", async () => {
    const { id, secret } = await added();
    await idle();
    const rotated = await api.ok<{ secret: string }>("POST", `/webhooks/${id}/rotate`, { graceSeconds: 60 });
    expect(rotated.secret).not.toBe(secret);
    await idle();
    expect((await receiver.received()).at(-1)).toMatchObject({ valid: true, signatures: 2 });
    await receiver.trust(rotated.secret);
    await world.person("ada");
    await idle();
    expect((await receiver.received()).at(-1)).toMatchObject({ valid: true, signatures: 2 });
    await api.ok("POST", `/webhooks/${id}/rotate`, { graceSeconds: 0 });
    await idle();
    expect((await receiver.received()).at(-1)).toMatchObject({ valid: false, signatures: 1 });
  });

  it("is sent elsewhere, or nowhere any more, and of its address only the host is ever told", async () => {
    const { id } = await added();
    await idle();
    const first = await receiver.received();
    const token = new URL(receiver.url).pathname.slice(1);
    receiver = new Receiver();
    await api.ok("PUT", `/webhooks/${id}`, { name: "Other", url: receiver.url });
    await idle();
    expect(actions(await receiver.received())).toEqual(["webhook.changed"]);
    expect(await state()).toMatchObject({ host: new URL(receiver.url).host });
    await api.gone(`/webhooks/${id}`);
    expect(await state()).toBeUndefined();
    await expectProblem(await api.raw("GET", `/webhooks/${id}/dead-letters`), 404, "no-such-webhook");
    await world.person("ada");
    const log = new TextDecoder().decode(await (await api.raw("GET", "/audit")).arrayBuffer());
    expect(log).toContain("webhook.removed");
    expect(log).not.toContain(token);
    expect(first.length).toBeGreaterThan(0);
  });

  it("is one of five at most", async () => {
    for (let index = 0; index < 5; index += 1) await added();
    await expectProblem(await api.raw("POST", "/webhooks", { name: "x", url: receiver.url }), 409, "limit-reached");
  });
});
