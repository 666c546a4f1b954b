import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { type QualityReport, viewerChannel } from "#protocol";
import { MAX_SEAT_RECORDS, QualityBook, type QualityRows } from "../../../edge/session/quality.ts";
import type { Peer } from "../support/peer.ts";
import { SessionWorld, videoFrame } from "./world.ts";

const NOTHING = { received: 0, decoded: 0, painted: 0, dropped: 0, keyframesRequested: 0, freezes: 0, frozenMs: 0 };

function report(peer: Peer, says: Partial<QualityReport>): void {
  peer.send(viewerChannel.write({ type: "quality", ...NOTHING, ...says }));
}

async function recordOf(world: SessionWorld) {
  const record = await world.stub.quality();
  if (record === undefined) throw new Error("there is no record");
  return record;
}

/** What stands in storage, by seat. */
async function written(world: SessionWorld): Promise<Record<string, unknown>> {
  return await runInDurableObject(world.stub, (_object, state) => {
    const rows = state.storage.sql.exec<{ seat: string; record: string }>("SELECT seat, record FROM quality").toArray();
    return Object.fromEntries(rows.map(({ seat, record }) => [seat, JSON.parse(record)]));
  });
}

describe("Q-3 the record of a session", () => {
  it("says what the edge counted and what viewers told", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const ada = await world.viewer();
    const deaf = await world.viewer(["touch"]);
    for (let sequence = 0; sequence < 3; sequence += 1) origin.send(videoFrame(sequence, sequence === 0));
    await ada.peer.frameCount(3);
    ada.peer.send(viewerChannel.write({ type: "keyframe-request" }));
    report(ada.peer, { received: 3, painted: 2, dropped: 1, rttMs: 40, paintedAge: { p50: 50, p95: 90 } });
    report(ada.peer, { received: 9, painted: 7, dropped: 2, paintedAge: { p50: 40, p95: 60 } });
    await ada.peer.settled();
    // At most one request a second reaches the agent.
    await vi.waitFor(async () => expect((await recordOf(world)).origin.keyframesAsked).toBe(1), { timeout: 5_000 });
    const { origin: arrived, seats } = await recordOf(world);
    expect(arrived).toEqual({
      frames: 3,
      bytes: 3 * 116,
      keyframes: 1,
      keyframesAsked: 1,
      edgeAge: { p50: expect.any(Number), p95: expect.any(Number), worst: expect.any(Number) },
    });
    expect(seats).toMatchObject([
      {
        seat: ada.seat,
        connections: 1,
        framesSent: 3,
        bytesSent: 3 * 116,
        stops: 1,
        viewer: {
          total: { ...NOTHING, received: 9, painted: 7, dropped: 2 },
          rttMs: 40,
          paintedAge: { p50: 40, p95: 60, worst: 90 },
        },
      },
      { seat: deaf.seat, framesSent: 0, bytesSent: 0, stops: 0 },
    ]);
    expect(seats[1]).not.toHaveProperty("viewer");
    expect(seats[0]).not.toHaveProperty("leftAt");
  });

  it("adds up what a seat's pages told, one after the other", async () => {
    const world = await new SessionWorld().open();
    const ada = await world.viewer();
    report(ada.peer, { received: 100, freezes: 2, frozenMs: 700 });
    await ada.peer.settled();
    const again = await world.seated(ada.seat);
    report(again.peer, { received: 150, freezes: 2, frozenMs: 700 });
    await again.peer.settled();
    const anew = await world.seated(ada.seat);
    report(anew.peer, { received: 10, freezes: 1, frozenMs: 300 });
    report(anew.peer, { received: 20, freezes: 1, frozenMs: 300 });
    await anew.peer.settled();
    const [seat] = (await recordOf(world)).seats;
    expect(seat).toMatchObject({ connections: 3, viewer: { total: { received: 170, freezes: 3, frozenMs: 1_000 } } });
    expect(seat).not.toHaveProperty("leftAt");
  });

  it("is written when a seat leaves, and goes on through sleep and a restart", async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const ada = await world.viewer();
    const bob = await world.viewer();
    origin.send(videoFrame(0, true));
    await ada.peer.frameCount(1);
    report(ada.peer, { received: 1 });
    ada.peer.send(viewerChannel.write({ type: "bye" }));
    await ada.peer.closing();
    bob.peer.close(1000);
    await bob.peer.closing();
    await vi.waitFor(async () =>
      expect(await written(world)).toMatchObject({
        "": { frames: 1 },
        [ada.seat]: { framesSent: 1, viewer: { total: { received: 1 } }, leftAt: expect.any(Number) },
        [bob.seat]: { framesSent: 1, leftAt: expect.any(Number) },
      }),
    );
    await evictDurableObject(world.stub, { webSockets: "close" });
    const again = await world.seated(bob.seat);
    const next = await world.origin({ resumed: true });
    next.send(videoFrame(1, true));
    await again.peer.frameCount(1);
    const { origin: arrived, seats } = await recordOf(world);
    expect(arrived.frames).toBe(2);
    expect(seats).toMatchObject([
      { seat: ada.seat, framesSent: 1 },
      { seat: bob.seat, framesSent: 2, connections: 2 },
    ]);
    expect(seats[1]).not.toHaveProperty("leftAt");
  });

  it("S-12 is not written while frames come, whatever rings, and once the screen is at rest", {
    timeout: 15_000,
  }, async () => {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const ada = await world.viewer();
    origin.send(videoFrame(0, true));
    report(ada.peer, { received: 1 });
    await ada.peer.settled();
    await ada.peer.frameCount(1);
    expect(await written(world)).toEqual({});
    expect(await runDurableObjectAlarm(world.stub)).toBe(true);
    expect(await written(world)).toEqual({});
    await vi.waitUntil(async () => Object.keys(await written(world)).length > 0, { timeout: 10_000, interval: 100 });
    expect(await written(world)).toMatchObject({
      "": { frames: 1 },
      [ada.seat]: { viewer: { total: { received: 1 } } },
    });
  });

  it("is written at once for a report at rest, since the object may sleep before anything else happens", async () => {
    const world = await new SessionWorld().open();
    const ada = await world.viewer();
    report(ada.peer, { received: 7 });
    await ada.peer.settled();
    await evictDurableObject(world.stub, { webSockets: "hibernate" });
    expect((await recordOf(world)).seats).toMatchObject([{ viewer: { total: { received: 7 } } }]);
  });

  it("outlives the session until its name is forgotten", async () => {
    const world = new SessionWorld();
    expect(await world.stub.quality()).toBeUndefined();
    await world.open();
    const ada = await world.viewer();
    report(ada.peer, { received: 5 });
    await ada.peer.settled();
    await world.stub.end("ended");
    const ended = await recordOf(world);
    expect(ended.seats).toMatchObject([{ leftAt: expect.any(Number), viewer: { total: { received: 5 } } }]);
    await evictDurableObject(world.stub, { webSockets: "close" });
    expect(await recordOf(world)).toEqual(ended);
    expect(await runDurableObjectAlarm(world.stub)).toBe(true);
    expect(await world.stub.quality()).toBeUndefined();
  });
});

describe("Q-3 a book of many seats", () => {
  class Rows implements QualityRows {
    readonly kept = new Map<string, string>();
    qualityRows() {
      return [...this.kept].map(([seat, record]) => ({ seat, record }));
    }
    saveQuality(seat: string, record: string) {
      this.kept.set(seat, record);
    }
    dropQuality(seat: string) {
      this.kept.delete(seat);
    }
  }

  it("keeps the last, drops the oldest that has left, and never one that is there", () => {
    const rows = new Rows();
    const book = new QualityBook(rows);
    book.joined("stays", 0);
    for (let seat = 1; seat <= 2 * MAX_SEAT_RECORDS; seat += 1) {
      book.joined(`seat-${seat}`, seat);
      book.left(`seat-${seat}`, seat);
    }
    const seats = book.read().seats.map(({ seat }) => seat);
    expect(seats).toHaveLength(MAX_SEAT_RECORDS);
    expect(seats.slice(0, 2)).toEqual(["stays", `seat-${MAX_SEAT_RECORDS + 2}`]);
    book.save();
    expect(rows.kept.size).toBe(MAX_SEAT_RECORDS + 1);
    expect(new QualityBook(rows).read().seats).toHaveLength(MAX_SEAT_RECORDS);
  });

  it("counts nothing of a seat that it does not know, and stays within exact numbers", () => {
    const book = new QualityBook(new Rows());
    book.stopped("nobody");
    book.left("nobody", 1);
    book.frameSent(["nobody"], 100);
    book.reported("nobody", NOTHING, undefined, 1);
    expect(book.read().seats).toEqual([]);
    book.joined("eve", 1);
    const most = { ...NOTHING, received: 0xffff_ffff };
    for (let page = 0; page < 3; page += 1) {
      book.reported("eve", most, undefined, 1);
      book.reported("eve", NOTHING, undefined, 1);
    }
    expect(book.read().seats[0]?.viewer?.total.received).toBe(3 * 0xffff_ffff);
  });
});
