import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import {
  CLOSE,
  type FrameHeader,
  HARDWARE_KINDS,
  type HardwareWant,
  originChannel,
  type Right,
  viewerChannel,
  writeFrame,
} from "#protocol";
import { MirrorWorld } from "../mirror/world.ts";
import type { Peer } from "../support/peer.ts";

const LENDER: readonly Right[] = ["view", "touch", ...HARDWARE_KINDS];
const CAMERA: HardwareWant = { kind: "camera", width: 640, height: 480, frameRate: 15 };
const PLACE = { type: "location", latitude: 48.2081749, longitude: 16.3738198, accuracyM: 8, at: 1 } as const;

function cameraFrame(sequence: number, keyframe: boolean, kind: FrameHeader["kind"] = "camera"): ArrayBuffer {
  const header = { kind, keyframe, config: keyframe, epoch: 0, sequence, capturedAtMicros: Date.now() * 1_000 };
  return writeFrame(header, new Uint8Array(30_000).fill(sequence));
}

function ask(origin: Peer, want: HardwareWant): void {
  origin.send(originChannel.write({ type: "hardware-ask", purpose: "Camera", want }));
}

async function grant(viewer: Peer, want: HardwareWant): Promise<void> {
  expect(await viewer.said("hardware-ask")).toEqual({ type: "hardware-ask", purpose: "Camera", want });
  const codec = want.kind === "camera" ? ({ codec: "vp8" } as const) : {};
  viewer.send(viewerChannel.write({ type: "hardware-answer", kind: want.kind, answer: "granted", ...codec }));
}

describe.each([
  ["its home", "weur"],
  ["a mirror", "apac"],
] as const)("a viewer at %s that lends its hardware", (_place, near) => {
  async function scene(want: HardwareWant = CAMERA) {
    const world = new MirrorWorld();
    await world.open();
    const origin = await world.origin();
    const viewer = await world.viewerNear(near, LENDER);
    ask(origin, want);
    await grant(viewer.peer, want);
    await origin.told("hardware-granted");
    return { world, origin, viewer };
  }

  it("B-6 is a camera whose pictures reach the origin as the very bytes", async () => {
    const { origin, viewer } = await scene();
    expect(await origin.told("hardware-granted")).toEqual({ type: "hardware-granted", want: CAMERA, codec: "vp8" });
    const sent = [cameraFrame(0, true), cameraFrame(1, false)];
    for (const message of sent) viewer.peer.send(message);
    await origin.frameCount(2);
    expect(origin.frames).toEqual(sent);
  });

  it("B-5 is a place, rounded", async () => {
    const { origin, viewer } = await scene({ kind: "location", intervalMs: 500, distanceM: 0, accuracy: "coarse" });
    viewer.peer.send(viewerChannel.write(PLACE));
    expect(await origin.told("location")).toEqual({ ...PLACE, latitude: 48.21, longitude: 16.37, accuracyM: 800 });
  });

  it("B-4 is over for the device when it leaves", async () => {
    const { origin, viewer } = await scene();
    viewer.peer.send(viewerChannel.write({ type: "bye" }));
    expect(await origin.told("hardware-ended")).toMatchObject({ kind: "camera", reason: "nobody" });
  });

  it("C-2 B-6 loses its socket for a frame of another kind, and the device hears that it is over", async () => {
    const { origin, viewer } = await scene();
    viewer.peer.send(cameraFrame(0, true, "video"));
    expect((await viewer.peer.closing()).code).toBe(CLOSE.protocolFault.code);
    expect(await origin.told("hardware-ended")).toMatchObject({ kind: "camera", reason: "nobody" });
    expect(origin.frames).toEqual([]);
  });
});

it("B-4 S-11 what is lent goes on after a sleep, a camera at its next keyframe", async () => {
  const world = new MirrorWorld();
  await world.open();
  const origin = await world.origin();
  const { peer } = await world.viewerNear("weur", LENDER);
  ask(origin, CAMERA);
  await grant(peer, CAMERA);
  await origin.told("hardware-granted");
  await evictDurableObject(world.stub);
  const keyframe = cameraFrame(8, true);
  peer.send(cameraFrame(7, false));
  peer.send(keyframe);
  await vi.waitFor(() => expect(origin.frames).toEqual([keyframe]));
});
