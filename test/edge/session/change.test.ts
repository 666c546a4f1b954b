import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { CLOSE, type Right, viewerChannel, writeInput } from "#protocol";
import { comeBack } from "../support/peer.ts";
import { SessionWorld, videoFrame } from "./world.ts";

const TERMS = { rights: ["view", "touch"] as readonly Right[], allowance: {}, times: {} };

describe("a seat whose terms change", () => {
  it("R-4 is told, keeps its socket and its picture, and is held against them from then on", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const ada = await world.viewer();
    origin.send(videoFrame(0, true));
    await ada.peer.frameCount(1);
    await world.stub.change([{ seat: ada.seat, terms: { ...TERMS, allowance: { apps: [] } } }]);
    expect(await ada.peer.said("rights")).toMatchObject({ rights: TERMS.rights, allowance: { apps: [] } });
    ada.peer.send(viewerChannel.write({ type: "clipboard", text: "a" }));
    ada.peer.send(viewerChannel.write({ type: "open-app", app: "notes" }));
    ada.peer.send(writeInput({ kind: "text", text: "a", epoch: 0, sequence: 1, lease: 1 }));
    await vi.waitFor(() =>
      expect(ada.peer.heard("refused").map(({ what }) => what)).toEqual(["clipboard", "app", "keyboard"]),
    );
    origin.send(videoFrame(1, false));
    await ada.peer.frameCount(2);
    expect(origin.frames).toEqual([]);
  });

  it("R-4 has them after a sleep and with its next socket, which a ticket of before opens too", async () => {
    const world = await new SessionWorld().open();
    await world.origin();
    const ada = await world.viewer();
    await world.stub.change([{ seat: ada.seat, terms: { ...TERMS, allowance: { singleApp: true } } }]);
    await ada.peer.said("rights");
    await evictDurableObject(world.stub);
    const back = await comeBack(world.stub, { role: "viewer", resume: ada.resume });
    expect(await back.said("welcome")).toMatchObject({ rights: TERMS.rights, allowance: { singleApp: true } });
    const again = await world.seated(ada.seat);
    expect(again.peer.heard("welcome")[0]).toMatchObject({ rights: TERMS.rights });
  });

  it("R-4 that is gone, in a session that is over, is nobody's", async () => {
    const world = await new SessionWorld().open();
    await world.stub.change([{ seat: "nobody", terms: TERMS }]);
    await world.stub.end("ended");
    await world.stub.change([{ seat: "nobody", terms: TERMS }]);
    expect(await world.stub.admit({ rights: ["view"] })).toMatchObject({ refusal: "no-such-session" });
  });
});

describe("a seat whose time is over", () => {
  it.each([
    ["length", { lengthSeconds: 60 }, CLOSE.timeOver],
    ["idle", { idleSeconds: 60 }, CLOSE.idleTooLong],
  ] as const)("S-13 by its %s is warned, closed by the alarm after a sleep, and ends the session", async (...row) => {
    const [reason, times, close] = row;
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const admission = await world.stub.admit({ rights: ["view"], times });
    if (!admission.admitted || admission.claims.role !== "viewer") throw new Error("not admitted");
    const { peer, resume } = await world.seated(admission.claims.seat);
    await runDurableObjectAlarm(world.stub);
    expect(await peer.said("ending")).toMatchObject({ reason });
    await evictDurableObject(world.stub);
    // As if the minute had passed.
    await runInDurableObject(world.stub, (_object, { storage }) => {
      const row = storage.sql.exec<{ memory: string }>("SELECT memory FROM session").one();
      const memory = JSON.parse(row.memory);
      memory.steeredAt -= 80_000;
      for (const seat of memory.seats) seat.since -= 80_000;
      storage.sql.exec("UPDATE session SET memory = ?", JSON.stringify(memory));
    });
    await evictDurableObject(world.stub);
    await runInDurableObject(world.stub, async (object) => {
      // Safe: the namespace is of this class, which has an alarm.
      await (object as unknown as { alarm(): Promise<void> }).alarm();
    });
    expect(await peer.closing()).toEqual({ code: close.code, reason: close.words });
    expect((await origin.closing()).code).toBe(CLOSE.sessionEnded.code);
    expect((await (await comeBack(world.stub, { role: "viewer", resume })).closing()).code).toBe(
      CLOSE.noSuchSession.code,
    );
  });
});
