import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { CLOSE, readFrameHeader, viewerChannel, writeInput } from "#protocol";
import type { SessionRpc } from "../../../edge/session/contract.ts";
import { comeBack, connect } from "../support/peer.ts";
import { SessionWorld, videoFrame } from "./world.ts";

const KEY = { kind: "key", down: true, repeat: false, keycode: 4, meta: 0, epoch: 0 } as const;

describe("a session", () => {
  it("S-1 carries the very bytes of a frame to every seat, and of an input to the origin", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const [ada, bob] = [await world.viewer(), await world.viewer()];
    const frame = videoFrame(0, true);
    origin.send(frame);
    for (const { peer } of [ada, bob]) {
      await peer.frameCount(1);
      expect(new Uint8Array(peer.frames[0] ?? new ArrayBuffer(0))).toEqual(new Uint8Array(frame));
    }
    const input = writeInput({ ...KEY, lease: 1, sequence: 1 });
    ada.peer.send(input);
    await origin.frameCount(1);
    expect(new Uint8Array(origin.frames[0] ?? new ArrayBuffer(0))).toEqual(new Uint8Array(input));
  });

  it("S-6 a second viewer is served from the cache without a keyframe being asked for", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    await world.viewer();
    for (let sequence = 0; sequence < 3; sequence += 1) origin.send(videoFrame(sequence, sequence === 0));
    await origin.settled();
    const asked = origin.texts.filter((text) => text.includes("keyframe-request")).length;
    const second = await world.viewer();
    await second.peer.frameCount(3);
    expect(second.peer.frames.map((frame) => readFrameHeader(frame).sequence)).toEqual([0, 1, 2]);
    expect(origin.texts.filter((text) => text.includes("keyframe-request"))).toHaveLength(asked);
  });

  it("R-2 a ticket opens one socket", async () => {
    const world = await new SessionWorld().open();
    await connect(world.stub, { role: "origin", session: world.session }, "one");
    const again = await connect(world.stub, { role: "origin", session: world.session }, "one");
    expect((await again.closing()).code).toBe(CLOSE.ticketRefused.code);
  });

  it("R-2 a socket that is refused is none of the object's, whether or not its peer answers the close", async () => {
    const world = await new SessionWorld().open();
    await connect(world.stub, { role: "origin", session: world.session }, "one");
    const again = await connect(world.stub, { role: "origin", session: world.session }, "one", undefined, true);
    expect((await again.closing()).code).toBe(CLOSE.ticketRefused.code);
    const kept = await runInDurableObject(world.stub, (_object, state) => state.getWebSockets().length);
    expect(kept).toBe(1);
  });

  it("R-2 a session that was never opened, or has ended, has no sockets and is never opened again", async () => {
    const world = new SessionWorld();
    const early = await connect(world.stub, { role: "origin", session: world.session });
    expect((await early.closing()).code).toBe(CLOSE.noSuchSession.code);
    await world.open();
    const { peer } = await world.viewer();
    await world.stub.end("revoked");
    expect(await peer.closing()).toEqual({ code: CLOSE.revoked.code, reason: CLOSE.revoked.words });
    const late = await connect(world.stub, { role: "origin", session: world.session });
    expect((await late.closing()).code).toBe(CLOSE.noSuchSession.code);
    expect(await world.stub.admit({ rights: ["view"] })).toMatchObject({ refusal: "no-such-session" });
    await world.open();
    expect(await world.stub.admit({ rights: ["view"] })).toMatchObject({ refusal: "no-such-session" });
  });

  it("R-2 a ticket that has expired by the object's clock opens nothing, spent or not", async () => {
    const world = await new SessionWorld().open();
    for (const id of ["late", "late"]) {
      const peer = await connect(world.stub, { role: "origin", session: world.session }, id, Date.now() - 1);
      expect((await peer.closing()).code).toBe(CLOSE.ticketRefused.code);
    }
  });

  it("S-9 an alarm that rings while the session ends does not forget that it did", async () => {
    const world = await new SessionWorld().open();
    await runInDurableObject(world.stub, async (object: DurableObject) => {
      // Safe: the stub is one of a Session object.
      const session = object as DurableObject & Pick<SessionRpc, "end">;
      await session.end("ended");
      await session.alarm?.();
    });
    expect(await world.stub.quality()).toBeDefined();
    await runDurableObjectAlarm(world.stub);
    expect(await world.stub.quality()).toBeUndefined();
  });

  it("S-9 calls by a made-up name leave nothing behind, and an ended session is forgotten by its alarm", async () => {
    const stored = async ({ stub }: SessionWorld) =>
      await runInDurableObject(stub, (_object, state) => {
        return state.storage.sql
          .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name = 'session'")
          .toArray();
      });
    const world = new SessionWorld();
    expect(await world.stub.renew("guess")).toMatchObject({ refusal: "no-such-session" });
    await world.stub.end("ended");
    await (await connect(world.stub, { role: "origin", session: world.session })).closing();
    expect(await stored(world)).toEqual([]);
    await world.open();
    await world.stub.end("ended");
    expect(await stored(world)).toHaveLength(1);
    expect(await runDurableObjectAlarm(world.stub)).toBe(true);
    expect(await stored(world)).toEqual([]);
  });
});

describe("closing", () => {
  it.each([
    [1000, 1000],
    [undefined, 1000],
    [4000, 4000],
  ])("C-3 a viewer that closes with %s is answered with %s and its seat kept", async (code, answer) => {
    const world = await new SessionWorld().open();
    const { peer, seat } = await world.viewer();
    peer.close(code);
    expect((await peer.closing()).code).toBe(answer);
    const { resume } = await world.seated(seat);
    expect(resume).not.toBe("");
  });

  it("S-8 a resume token buys the claims of its seat, the newest two count, and no other", async () => {
    const world = await new SessionWorld().open();
    const first = await world.viewer(["view", "touch"]);
    expect(await world.stub.renew(first.resume)).toEqual({
      admitted: true,
      claims: { role: "viewer", session: world.session, seat: first.seat, rights: ["view", "touch"] },
    });
    const second = await world.seated(first.seat, ["view", "touch"]);
    const third = await world.seated(first.seat, ["view", "touch"]);
    expect(await world.stub.renew(first.resume)).toMatchObject({ refusal: "resume-refused" });
    expect(await world.stub.renew(second.resume)).toMatchObject({ admitted: true });
    expect(await world.stub.renew(third.resume)).toMatchObject({ admitted: true });
    expect(await world.stub.renew("made-up")).toMatchObject({ refusal: "resume-refused" });
    third.peer.send(viewerChannel.write({ type: "bye" }));
    await third.peer.closing();
    expect(await world.stub.renew(third.resume)).toMatchObject({ refusal: "resume-refused" });
  });
});

describe("a resume token", () => {
  it("R-2 opens the next socket of its seat, after a restart too, with the rights that the seat was given", async () => {
    const world = await new SessionWorld().open();
    const ada = await world.viewer(["view"]);
    await evictDurableObject(world.stub, { webSockets: "close" });
    const peer = await comeBack(world.stub, { role: "viewer", resume: ada.resume });
    expect(await peer.said("welcome")).toMatchObject({ seat: ada.seat, rights: ["view"] });
  });

  it("S-8 counts for as long as its holder has heard of no later one, however many welcomes are lost", async () => {
    const world = await new SessionWorld().open();
    const ada = await world.viewer();
    const welcomes: string[] = [];
    for (let loss = 0; loss < 4; loss += 1) {
      const peer = await comeBack(world.stub, { role: "viewer", resume: ada.resume });
      welcomes.push((await peer.said("welcome")).resume);
    }
    const [first = "", , , last = ""] = welcomes;
    const old = await comeBack(world.stub, { role: "viewer", resume: first });
    expect((await old.closing()).code).toBe(CLOSE.ticketRefused.code);
    const newest = await comeBack(world.stub, { role: "viewer", resume: last });
    await newest.said("welcome");
  });

  it("M-1 is welcomed without a hello, the picture with it; a hello is a fault then", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const ada = await world.viewer();
    origin.send(videoFrame(0, true));
    await ada.peer.frameCount(1);
    const peer = await comeBack(world.stub, { role: "viewer", resume: ada.resume });
    await peer.frameCount(1);
    expect((await ada.peer.closing()).code).toBe(CLOSE.seatReplaced.code);
    origin.send(videoFrame(1, false));
    await peer.frameCount(2);
    peer.send(viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] }));
    expect((await peer.closing()).code).toBe(CLOSE.protocolFault.code);
  });

  it("S-8 is worth nothing once its seat said bye", async () => {
    const world = await new SessionWorld().open();
    const ada = await world.viewer();
    ada.peer.send(viewerChannel.write({ type: "bye" }));
    await ada.peer.closing();
    const peer = await comeBack(world.stub, { role: "viewer", resume: ada.resume });
    expect((await peer.closing()).code).toBe(CLOSE.ticketRefused.code);
  });
});

describe("sleep", () => {
  it("S-11 a hibernated session wakes with its seats, lease and stream", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const ada = await world.viewer();
    origin.send(videoFrame(0, true));
    await ada.peer.frameCount(1);
    await restAndSave(world);
    await evictDurableObject(world.stub, { webSockets: "hibernate" });
    origin.send(videoFrame(1, false));
    await ada.peer.frameCount(2);
    ada.peer.send(writeInput({ ...KEY, lease: 1, sequence: 1 }));
    await origin.frameCount(1);
    expect(ada.peer.closed).toBeUndefined();
  });

  it("S-11 after sleep a joiner is shown the stored picture without the origin being asked", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const ada = await world.viewer();
    origin.send(videoFrame(0, true));
    origin.send(videoFrame(1, false));
    await ada.peer.frameCount(2);
    await restAndSave(world);
    await evictDurableObject(world.stub, { webSockets: "hibernate" });
    const asked = origin.texts.filter((text) => text.includes("keyframe-request")).length;
    const bob = await world.viewer();
    await bob.peer.frameCount(2);
    await origin.settled();
    expect(origin.texts.filter((text) => text.includes("keyframe-request"))).toHaveLength(asked);
  });

  it("S-11 a restart closes every socket; seat, lease and agent come back and go on", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const ada = await world.viewer();
    origin.send(videoFrame(0, true));
    await ada.peer.frameCount(1);
    await evictDurableObject(world.stub, { webSockets: "close" });
    expect((await ada.peer.closing()).code).toBe(1006);
    const renewed = await world.stub.renew(ada.resume);
    expect(renewed).toMatchObject({ admitted: true, claims: { seat: ada.seat } });
    const again = await world.seated(ada.seat);
    const back = await world.origin({ resumed: true });
    back.send(videoFrame(1, true));
    await again.peer.frameCount(1);
    again.peer.send(writeInput({ ...KEY, lease: 1, sequence: 1 }));
    await back.frameCount(1);
  });

  it("S-2 S-11 a replaced socket whose dead peer never answered the close is not taken for its seat's after a sleep", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const { peer: dead, seat } = await world.viewer(undefined, true);
    const { peer } = await world.seated(seat);
    expect((await dead.closing()).code).toBe(CLOSE.seatReplaced.code);
    await origin.settled();
    await evictDurableObject(world.stub, { webSockets: "hibernate" });
    origin.send(videoFrame(0, true));
    await peer.frameCount(1);
    peer.send(writeInput({ ...KEY, lease: 1, sequence: 1 }));
    await origin.frameCount(1);
    expect(dead.frames).toEqual([]);
  });

  it("S-8 S-11 a socket closed for a fault whose dead peer never answered does not watch after a sleep", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const { peer: dead } = await world.viewer(undefined, true);
    dead.send("{");
    expect((await dead.closing()).code).toBe(CLOSE.protocolFault.code);
    await evictDurableObject(world.stub, { webSockets: "hibernate" });
    const from = origin.texts.length;
    await world.viewer();
    expect((await origin.told("viewers", from)).count).toBe(1);
  });

  it("C-1 a bug of ours closes the socket that met it, and its seat is not watched any more", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const { peer: dead } = await world.viewer(undefined, true);
    await runInDurableObject(world.stub, (_object, state) => {
      state.storage.sql.exec("ALTER TABLE session RENAME TO broken");
    });
    dead.send(viewerChannel.write({ type: "lease-request", want: false }));
    expect((await dead.closing()).code).toBe(CLOSE.internal.code);
    await runInDurableObject(world.stub, (_object, state) => {
      state.storage.sql.exec("ALTER TABLE broken RENAME TO session");
    });
    const from = origin.texts.length;
    await world.viewer();
    expect((await origin.told("viewers", from)).count).toBe(1);
  });

  it("S-12 frames cause no storage write", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const { peer } = await world.viewer();
    origin.send(videoFrame(0, true));
    await peer.frameCount(1);
    const rows = async () =>
      await runInDurableObject(
        world.stub,
        (_object, state) => state.storage.sql.exec("SELECT total_changes() AS n").one().n,
      );
    const before = await rows();
    for (let sequence = 1; sequence <= 50; sequence += 1) origin.send(videoFrame(sequence, false));
    await peer.frameCount(51);
    expect(await rows()).toBe(before);
    peer.send(viewerChannel.write({ type: "lease-request", want: false }));
    await vi.waitFor(async () => expect(await rows()).toBeGreaterThan(Number(before)));
  });

  it("S-9 a session without seats sets its alarm for the end of its grace; one that rings early finds nothing due", async () => {
    const world = await new SessionWorld().open();
    const alarm = async () => await runInDurableObject(world.stub, (_object, state) => state.storage.getAlarm());
    const before = Date.now();
    await vi.waitFor(async () => expect(await alarm()).not.toBeNull());
    expect(await alarm()).toBeLessThanOrEqual(before + 61_000);
    expect(await runDurableObjectAlarm(world.stub)).toBe(true);
    expect(await world.stub.admit({ rights: ["view"] })).toMatchObject({ admitted: true });
    await vi.waitFor(async () => expect(await alarm()).toBeGreaterThan(before));
  });
});

/** Let the screen rest until the object has stored its picture. */
async function restAndSave(world: SessionWorld): Promise<void> {
  await vi.waitFor(
    async () => {
      await runDurableObjectAlarm(world.stub);
      const saved = await runInDurableObject(
        world.stub,
        (_object, state) => state.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM picture").one().n,
      );
      expect(saved).toBeGreaterThan(0);
    },
    { timeout: 8_000, interval: 200 },
  );
}
