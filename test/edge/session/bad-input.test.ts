import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { CLOSE, writeInput } from "#protocol";
import { SessionWorld, videoFrame } from "./world.ts";

const KEY = { kind: "key", down: true, repeat: false, keycode: 4, meta: 0, epoch: 0 } as const;

describe("bad input costs only its sender", () => {
  async function scene() {
    const world = await new SessionWorld().open();
    const origin = await world.origin();
    const [ada, eve] = [await world.viewer(), await world.viewer()];
    origin.send(videoFrame(0, true));
    await ada.peer.frameCount(1);
    return { world, origin, ada: ada.peer, eve: eve.peer };
  }

  it.each([
    ["garbage", new Uint8Array([0xff, 1, 2]).buffer, CLOSE.protocolFault],
    ["an empty message", new ArrayBuffer(0), CLOSE.protocolFault],
    ["a frame", videoFrame(0, true), CLOSE.protocolFault],
    ["malformed JSON", "{", CLOSE.protocolFault],
    ["an origin's message", '{"type":"input-ack","lease":1,"sequence":1}', CLOSE.protocolFault],
    ["10 MiB of text", "x".repeat(10 * 1024 * 1024), CLOSE.messageTooBig],
    ["10 MiB of bytes", new Uint8Array(10 * 1024 * 1024).fill(0x1a).buffer, CLOSE.messageTooBig],
    ["10 MiB of zeros", new ArrayBuffer(10 * 1024 * 1024), CLOSE.messageTooBig],
    [
      "text that is not UTF-8",
      new Uint8Array([0x1a, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0xc3, 0x28]).buffer,
      CLOSE.protocolFault,
    ],
  ] as const)("C-2 a viewer that sends %s loses its socket, the others go on", async (_name, message, reason) => {
    const { origin, ada, eve } = await scene();
    eve.send(message);
    expect((await eve.closing()).code).toBe(reason.code);
    origin.send(videoFrame(1, false));
    await ada.frameCount(2);
    expect(ada.closed).toBeUndefined();
    expect(origin.closed).toBeUndefined();
  });

  it.each([
    ["frames out of order", videoFrame(0, false)],
    ["a frame of an unknown epoch", videoFrame(1, true, 9)],
    ["an input", writeInput({ ...KEY, lease: 1, sequence: 1 })],
    ["a viewer's message", '{"type":"ack","queued":0}'],
    ["a frame over its limit", new Uint8Array(1024 * 1024 + 1).fill(0x11).buffer],
  ] as const)("C-2 an origin that sends %s loses its socket; viewers wait for the next", async (_name, message) => {
    const { world, origin, ada } = await scene();
    origin.send(message);
    expect((await origin.closing()).code).toBeGreaterThanOrEqual(4400);
    await vi.waitFor(() => expect(ada.texts.at(-1)).toContain("away"));
    const next = await world.origin();
    const { nextVideo, nextEpoch } = await next.told("welcome");
    next.send(videoFrame(nextVideo, true, nextEpoch));
    await ada.frameCount(2);
  });

  it("S-8 a silent peer that is closed for a fault leaves its seat an alarm for the end of its grace", async () => {
    const { world, eve } = await scene();
    eve.send(new Uint8Array([0xff]).buffer);
    await eve.closing();
    const inGrace = Date.now() + 61_000;
    await vi.waitFor(async () => {
      const alarm = await runInDurableObject(world.stub, (_object, state) => state.storage.getAlarm());
      expect(alarm).toBeLessThanOrEqual(inGrace);
    });
  });

  it("S-2 two origins: the newer serves, the older is told why", async () => {
    const { world, origin, ada } = await scene();
    const newer = await world.origin();
    expect((await origin.closing()).code).toBe(CLOSE.originReplaced.code);
    newer.send(videoFrame((await newer.told("welcome")).nextVideo, true, 1));
    await ada.frameCount(2);
  });

  it("S-2 a seat that connects again replaces its older socket", async () => {
    const world = await new SessionWorld().open();
    await world.origin();
    const { peer, seat } = await world.viewer();
    await world.seated(seat);
    expect((await peer.closing()).code).toBe(CLOSE.seatReplaced.code);
  });
});
