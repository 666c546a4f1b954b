import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { CLOSE } from "#protocol";
import { connect } from "../support/peer.ts";
import { MirrorWorld } from "./world.ts";

/** A mirror whose only viewer, let in with this ticket, has just left. */
async function left(ticket: string, expiresAt: number) {
  const world = await new MirrorWorld().open();
  await world.origin();
  const admission = await world.stub.admit({ rights: ["view"], near: "apac" });
  if (!admission.admitted) throw new Error("not admitted");
  const { claims } = admission;
  const mirror = world.mirror("apac-1");
  const peer = await connect(mirror, claims, ticket, expiresAt);
  peer.close(1000);
  await peer.closing();
  const again = async () => await connect(world.mirror("apac-1"), claims, ticket, expiresAt);
  return { world, mirror, again };
}

async function knowsItself(mirror: DurableObjectStub): Promise<boolean> {
  return await runInDurableObject(mirror, (_object, { storage }) => {
    return storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'mirror'").toArray().length > 0;
  });
}

describe("a mirror without viewers", () => {
  it("R-2 G-7 forgets no ticket while that is valid, whatever its alarm rings for", async () => {
    const { mirror, again } = await left("one", Date.now() + 30_000);
    for (const sleeps of [false, true]) {
      if (sleeps) await evictDurableObject(mirror, { webSockets: "close" });
      expect(await runDurableObjectAlarm(mirror)).toBe(true);
      expect(await knowsItself(mirror)).toBe(true);
      expect((await (await again()).closing()).code).toBe(CLOSE.ticketRefused.code);
    }
  });

  it("G-7 forgets everything, having slept meanwhile, once every ticket has expired", async () => {
    const { mirror } = await left("one", Date.now() + 1_000);
    await evictDurableObject(mirror, { webSockets: "close" });
    await vi.waitFor(
      async () => {
        await runDurableObjectAlarm(mirror);
        expect(await knowsItself(mirror)).toBe(false);
      },
      { timeout: 10_000, interval: 100 },
    );
    expect(await runDurableObjectAlarm(mirror)).toBe(false);
  });

  it("G-7 of a session that has ended asks anew for who comes with a ticket of before", async () => {
    const { world, mirror } = await left("one", Date.now() + 30_000);
    const far = await world.viewerNear("apac");
    await world.stub.end("ended");
    expect((await far.peer.closing()).code).toBe(CLOSE.sessionEnded.code);
    const claims = {
      role: "viewer",
      session: world.session,
      seat: far.seat,
      rights: ["view"],
      mirror: "apac-1",
    } as const;
    const late = await connect(mirror, claims);
    expect((await late.closing()).code).toBe(CLOSE.noSuchSession.code);
    await vi.waitFor(async () => expect(await knowsItself(mirror)).toBe(false));
    // It wanted a keyframe to the end, and waits for nothing now.
    expect(await runDurableObjectAlarm(mirror)).toBe(false);
  });
});
