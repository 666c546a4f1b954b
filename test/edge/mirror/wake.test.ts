import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { originChannel, readFrameHeader, viewerChannel } from "#protocol";
import type { MirrorRpc, NextFrame } from "../../../edge/mirror-link/contract.ts";
import { restoreRelay } from "../../../edge/relay/index.ts";
import { LiveSession } from "../../../edge/session/live-session.ts";
import { MirrorLinks } from "../../../edge/session/mirror-links.ts";
import { SessionStore } from "../../../edge/session/store.ts";
import { DEVICE, SessionWorld, videoFrame } from "../session/world.ts";
import { MirrorWorld } from "./world.ts";

const device = { ...DEVICE, videoCodecs: ["h264" as const], features: [...DEVICE.features], apps: [] };

describe("a mirror that is woken for a frame", () => {
  async function resting(sleeps: boolean) {
    const world = await new MirrorWorld().open();
    const origin = await world.origin();
    const far = await world.viewerNear("apac");
    origin.send(videoFrame(0, true));
    origin.send(videoFrame(1, false));
    await far.peer.frameCount(2);
    far.peer.send(viewerChannel.write({ type: "ack", video: 1, queued: 0 }));
    await world.rested(far.mirror);
    if (sleeps) await evictDurableObject(world.mirror("apac-1"), { webSockets: "hibernate" });
    const shown = () => far.peer.frames.map((frame) => readFrameHeader(frame).sequence);
    return { world, origin, far, shown, mirror: world.mirror("apac-1") };
  }

  // The home has never had these frames: what is shown of them came with the call.
  it.each([
    ["rests", false],
    ["sleeps", true],
  ])("G-5 and %s shows it at once, before the link is open", async (_name, sleeps) => {
    const { far, shown, mirror } = await resting(sleeps);
    await mirror.wake({ device, message: videoFrame(2, false) });
    await far.peer.frameCount(3);
    expect(shown()).toEqual([0, 1, 2]);
  });

  it.each([
    ["that it has had", 1, 0],
    ["before which one is missing", 3, 0],
    ["of another geometry", 2, 1],
  ])("S-5 E-1 G-5 shows none %s", async (_name, sequence, epoch) => {
    const { origin, far, shown, mirror } = await resting(false);
    await mirror.wake({ device, message: videoFrame(sequence, false, epoch) });
    origin.send(videoFrame(2, false));
    await far.peer.frameCount(3);
    expect(shown()).toEqual([0, 1, 2]);
  });

  it("G-5 is shown it once by the home that had slept too", async () => {
    const { world, origin, far, shown } = await resting(true);
    await evictDurableObject(world.stub, { webSockets: "hibernate" });
    for (const sequence of [2, 3, 4]) origin.send(videoFrame(sequence, false));
    await far.peer.frameCount(5);
    origin.send(originChannel.write({ type: "clipboard", text: "copied" }));
    await far.peer.said("clipboard");
    expect(shown()).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("the home that wakes a mirror", () => {
  it("G-2 G-5 gives the newest frame along, unless something is to be said before", async () => {
    await runInDurableObject(new SessionWorld().stub, (_object, { storage }) => {
      const wake = vi.fn<MirrorRpc["wake"]>(async (_next?: NextFrame) => ({ anybody: true }));
      const links = new MirrorLinks({
        live: () => live,
        stub: () => ({ wake, end: async () => undefined }),
        nextConnection: () => 1,
        background: (work) => void work,
        happened: () => undefined,
      });
      const seats = ["apac-1", "oc-1"].map((mirror) => ({ id: `at ${mirror}`, rights: ["view"] as const, mirror }));
      const remotes = links.restore(seats);
      const memory = { lease: { number: 0 }, sent: { video: 0, audio: 0 }, seats };
      const picture = [videoFrame(0, true), videoFrame(1, false)];
      const state = restoreRelay({ session: "weur-1", device, memory, sockets: [], picture }, Date.now());
      const store = new SessionStore(storage.sql);
      store.open({ session: "weur-1", tenant: "default", fleet: "none", device }, memory);
      const live = new LiveSession(state, { store, end: () => undefined, seatOver: () => undefined }, remotes);
      remotes[0]?.send("something");
      expect(wake.mock.calls).toEqual([[undefined]]);
      links.wakeRestored();
      links.wakeRestored();
      expect(wake.mock.calls.slice(1)).toEqual([[{ device, message: picture[1] }]]);
    });
  });
});
