import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { Journal } from "../../../../edge/tenant/journal.ts";
import { Deliveries, type DeliveryPort } from "../../../../edge/tenant/log/deliveries.ts";
import type { Delivery, Sent } from "../../../../edge/tenant/log/send.ts";
import { Webhooks } from "../../../../edge/tenant/log/webhooks.ts";
import { migrate } from "../../../../edge/tenant/migrations.ts";

const AT = 1_000_000;

/** Deliveries in a store of their own, to receivers that answer when and what the test says. */
async function withDeliveries(
  use: (world: {
    readonly deliveries: Deliveries;
    readonly webhooks: Webhooks;
    readonly sent: Delivery[];
    readonly write: (count: number) => void;
    readonly clock: { at: number; answer: () => Promise<Sent> };
  }) => Promise<void>,
): Promise<void> {
  const stub = env.TENANT.get(env.TENANT.idFromName(`v1:${crypto.randomUUID()}`));
  await runInDurableObject(stub, async (_object, { storage }) => {
    migrate(storage);
    const journal = new Journal(storage, "acme", env.SIGNING_KEY);
    const webhooks = new Webhooks(storage.sql);
    const sent: Delivery[] = [];
    const clock = { at: AT, answer: async (): Promise<Sent> => ({ delivered: true }) };
    let ids = 0;
    const port: DeliveryPort = {
      send: async (delivery) => {
        sent.push(delivery);
        return await clock.answer();
      },
      sign: async () => ["v1,x"],
      commit: (work) => storage.transactionSync(work),
      newId: () => `msg_${++ids}`,
      chance: () => 1,
      now: () => clock.at,
    };
    const write = (count: number) => {
      for (let index = 0; index < count; index += 1)
        storage.transactionSync(() => journal.write({ action: "person.added", actor: "admin-token" }, clock.at));
      webhooks.wake(clock.at);
    };
    const deliveries = new Deliveries(webhooks, journal, port);
    await use({ deliveries, webhooks, sent, write, clock });
  });
}

function added(webhooks: Webhooks, id: string): void {
  webhooks.add({ name: id, url: `https://${id}.example/` }, 0, "admin-token", "salt", id, AT);
}

it("one receiver waits for no other, and one that is slow does not make the alarm ring again and again", async () => {
  await withDeliveries(async ({ deliveries, webhooks, sent, write, clock }) => {
    for (const id of ["fast", "slow"]) added(webhooks, id);
    write(1);
    expect(deliveries.nextDue()).toBe(AT);
    let release: (sent: Sent) => void = () => undefined;
    const slow = new Promise<Sent>((resolve) => {
      release = resolve;
    });
    clock.answer = async () => (sent.at(-1)?.url.includes("slow") === true ? await slow : { delivered: true });
    const running = deliveries.run();
    await expect.poll(() => webhooks.row("fast")?.due).toBeNull();
    expect(webhooks.row("fast")?.delivered).toBe(1);
    // Somebody asks for something meanwhile: it has its turn when the try is over.
    webhooks.put("slow", { name: "slow", url: "https://slow.example/" }, AT);
    expect(deliveries.nextDue()).toBe(AT + 30_000);
    await deliveries.run();
    expect(sent).toHaveLength(2);
    release({ delivered: true });
    await running;
    expect(webhooks.row("slow")).toMatchObject({ delivered: 1, due: null });
    expect(deliveries.nextDue()).toBeUndefined();
  });
});

it("a long past goes in batches, so many in one go, and the rest in the next", async () => {
  await withDeliveries(async ({ deliveries, webhooks, sent, write }) => {
    added(webhooks, "siem");
    write(10_001);
    await deliveries.run();
    expect(sent).toHaveLength(20);
    expect(webhooks.row("siem")).toMatchObject({ delivered: 10_000, due: AT });
    await deliveries.run();
    expect(sent).toHaveLength(21);
    expect(webhooks.row("siem")).toMatchObject({ delivered: 10_001, due: null });
    expect(sent.map(({ body }) => body.split("\n").length - 1).slice(0, 2)).toEqual([500, 501]);
  });
});

it("a batch that fails is tried until it has failed for about a day, and the next begins anew", async () => {
  await withDeliveries(async ({ deliveries, webhooks, sent, write, clock }) => {
    added(webhooks, "siem");
    write(1);
    clock.answer = async () => ({ delivered: false, reason: "answered 500" });
    let tries = 0;
    while (webhooks.letters("siem").length === 0) {
      await deliveries.run();
      tries += 1;
      clock.at = deliveries.nextDue() ?? Number.NaN;
    }
    expect(tries).toBe(30);
    const [letter] = webhooks.letters("siem");
    expect(letter).toMatchObject({ id: "msg_1", first: 1, last: 1, tries: 30, reason: "answered 500" });
    const hours = ((letter?.at ?? 0) - AT) / 3_600_000;
    expect([hours > 24, hours < 26]).toEqual([true, true]);
    clock.answer = async () => ({ delivered: true });
    await deliveries.run();
    expect(sent.at(-1)).toMatchObject({ id: "msg_2", body: expect.stringContaining("webhook.failed") });
  });
});
