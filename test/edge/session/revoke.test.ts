import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { CLOSE } from "#protocol";
import { comeBack, connect } from "../support/peer.ts";
import { SessionWorld, videoFrame } from "./world.ts";

describe("seats that are taken away", () => {
  it("R-3 are closed as revoked, with what they were shown; the others and the agent go on", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const [ada, bob] = [await world.viewer(), await world.viewer()];
    origin.send(videoFrame(0, true));
    origin.send(videoFrame(1, false));
    await ada.peer.frameCount(2);
    const revoked = await world.stub.revoke([ada.seat, "nobody"]);
    expect(revoked).toEqual({ seats: [{ seat: ada.seat, sent: 1 }], ended: false });
    expect(await ada.peer.closing()).toEqual({ code: CLOSE.revoked.code, reason: CLOSE.revoked.words });
    origin.send(videoFrame(2, false));
    await bob.peer.frameCount(3);
    expect(ada.peer.frames).toHaveLength(2);
    expect(origin.closed).toBeUndefined();
  });

  it("R-3 do not come back: not by a ticket that is out, not by their resume token", async () => {
    const world = await new SessionWorld().open();
    await world.viewer();
    const ada = await world.viewer();
    const { session } = world;
    await world.stub.revoke([ada.seat]);
    const ticket = { role: "viewer", session, seat: ada.seat, rights: ["view"] } as const;
    expect((await (await connect(world.stub, ticket)).closing()).code).toBe(CLOSE.ticketRefused.code);
    const back = await comeBack(world.stub, { role: "viewer", resume: ada.resume });
    expect((await back.closing()).code).toBe(CLOSE.ticketRefused.code);
    expect(await world.stub.renew(ada.resume)).toEqual({ admitted: false, refusal: "resume-refused" });
  });

  it("R-3 end the session when nobody is left in it, for the agent too", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const ada = await world.viewer();
    expect(await world.stub.revoke([ada.seat])).toMatchObject({ ended: true });
    expect((await ada.peer.closing()).code).toBe(CLOSE.revoked.code);
    expect((await origin.closing()).code).toBe(CLOSE.revoked.code);
    expect(await world.stub.revoke([ada.seat])).toEqual({ seats: [], ended: true });
  });

  it("R-3 are all of a session's, when it is the session that is revoked, also after an eviction", async () => {
    const world = await new SessionWorld().open();
    await world.origin();
    const [ada, bob] = [await world.viewer(), await world.viewer()];
    await evictDurableObject(world.stub);
    const { seats, ended } = await world.stub.revoke("all");
    expect([seats.map(({ seat }) => seat).sort(), ended]).toEqual([[ada.seat, bob.seat].sort(), true]);
    for (const { peer } of [ada, bob]) expect((await peer.closing()).code).toBe(CLOSE.revoked.code);
  });
});
