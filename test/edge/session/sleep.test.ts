import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, it, vi } from "vitest";
import { CLOSE, viewerChannel, writeInput } from "#protocol";
import { comeBack, connect } from "../support/peer.ts";
import { SessionWorld, videoFrame } from "./world.ts";

// The platform lets go of an object only when it holds no timer, no answer that is awaited and no socket that it opened
// itself, and refuses after 30 s otherwise: that it goes is what each of these proves.

const HELLO = viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] });
const KEY = { kind: "key", down: true, repeat: false, keycode: 4, meta: 0, epoch: 0 } as const;

/** Brings a session into a state; what comes back proves after the sleep that it is the same. */
type Scene = (world: SessionWorld) => Promise<() => Promise<unknown>>;

const SCENES: Readonly<Record<string, Scene>> = {
  "that nobody has come to": async (world) => {
    return async () => await world.viewer();
  },

  "with a seat that was given out and not taken": async (world) => {
    const admission = await world.stub.admit({ rights: ["view"] });
    if (!admission.admitted || admission.claims.role !== "viewer") throw new Error("not admitted");
    const { seat } = admission.claims;
    return async () => await world.seated(seat, ["view"]);
  },

  "with sockets that have not said hello": async (world) => {
    const admission = await world.stub.admit({ rights: ["view"] });
    if (!admission.admitted) throw new Error("not admitted");
    const viewer = await connect(world.stub, admission.claims);
    const origin = await connect(world.stub, { role: "origin", session: world.session });
    return async () => {
      viewer.send(HELLO);
      await viewer.said("welcome");
      expect(origin.closed).toBeUndefined();
    };
  },

  "that is watched and still, its clocks compared and its quality told": async (world) => {
    const origin = await world.origin();
    const { peer } = await world.viewer();
    origin.send(videoFrame(0, true));
    await peer.frameCount(1);
    peer.send(viewerChannel.write({ type: "ack", video: 0, queued: 0 }));
    peer.send(viewerChannel.write({ type: "clock", sentAt: 1 }));
    const counts = { received: 1, decoded: 1, painted: 1, dropped: 0, keyframesRequested: 0, freezes: 0, frozenMs: 0 };
    peer.send(viewerChannel.write({ type: "quality", ...counts }));
    await peer.said("clock-reply");
    return async () => {
      // The picture was not stored yet, so that what follows it leads nowhere; the next keyframe does.
      origin.send(videoFrame(1, true));
      await peer.frameCount(2);
    };
  },

  "whose picture is stored": async (world) => {
    const origin = await world.origin();
    const { peer } = await world.viewer();
    origin.send(videoFrame(0, true));
    await peer.frameCount(1);
    await vi.waitFor(
      async () => {
        await runDurableObjectAlarm(world.stub);
        expect(await stored(world)).toBe(1);
      },
      { timeout: 8_000, interval: 200 },
    );
    return async () => {
      origin.send(videoFrame(1, false));
      await peer.frameCount(2);
      const { peer: second } = await world.viewer();
      await second.frameCount(2);
    };
  },

  "whose holder of the lease steers": async (world) => {
    const origin = await world.origin();
    const { peer } = await world.viewer();
    peer.send(writeInput({ ...KEY, lease: 1, sequence: 1 }));
    await origin.frameCount(1);
    return async () => {
      peer.send(writeInput({ ...KEY, lease: 1, sequence: 2 }));
      await origin.frameCount(2);
    };
  },

  "with a seat that is away, in its grace": async (world) => {
    const origin = await world.origin();
    const { peer, seat, resume } = await world.viewer();
    peer.close(1000);
    await peer.closing();
    await origin.settled();
    return async () => {
      const again = await comeBack(world.stub, { role: "viewer", resume });
      expect(await again.said("welcome")).toMatchObject({ seat, lease: { mine: true } });
    };
  },

  "whose agent is away, in its grace": async (world) => {
    const origin = await world.origin();
    const { peer } = await world.viewer();
    const from = peer.texts.length;
    origin.close(1000);
    await origin.closing();
    expect(await peer.said("origin", from)).toMatchObject({ state: "away" });
    return async () => {
      const again = peer.texts.length;
      await world.origin({ resumed: true });
      expect(await peer.said("origin", again)).toMatchObject({ state: "online" });
    };
  },

  "that waits for a keyframe": async (world) => {
    const origin = await world.origin();
    const { peer } = await world.viewer();
    peer.send(viewerChannel.write({ type: "keyframe-request" }));
    await peer.settled();
    return async () => {
      origin.send(videoFrame(0, true));
      await peer.frameCount(1);
    };
  },

  "that has ended": async (world) => {
    const { peer } = await world.viewer();
    await world.stub.end("ended");
    await peer.closing();
    return async () => {
      const late = await connect(world.stub, { role: "origin", session: world.session });
      expect((await late.closing()).code).toBe(CLOSE.noSuchSession.code);
    };
  },
};

async function stored(world: SessionWorld): Promise<number> {
  return await runInDurableObject(
    world.stub,
    (_object, state) => state.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM picture").one().n,
  );
}

it.each(Object.entries(SCENES))("S-11 a session %s may sleep, has an alarm, and goes on", async (_state, scene) => {
  const world = await new SessionWorld().open();
  const isTheSame = await scene(world);
  await evictDurableObject(world.stub, { webSockets: "hibernate" });
  const alarm = await runInDurableObject(world.stub, (_object, state) => state.storage.getAlarm());
  // None waits for longer than an ended session is remembered.
  expect(alarm).toBeLessThanOrEqual(Date.now() + 60 * 60_000);
  await isTheSame();
});
