import { beforeEach, describe, expect, it } from "vitest";
import { writeFrame } from "#protocol";
import {
  apply,
  createMirrorRelay,
  displayTold,
  frameFromHome,
  homeAttached,
  homeDetached,
  nextRetry,
  type RelayEffect,
  type RelayState,
  retryDue,
  seatWatches,
} from "../../edge/relay/index.ts";
import { DEVICE } from "../support/relay-world.ts";

let state: RelayState;
let at: number;

beforeEach(() => {
  at = 1_000_000;
  state = createMirrorRelay("local-1", DEVICE, undefined, at);
  homeAttached(state, at);
  displayTold(state, { epoch: 0, width: 720, height: 1280, rotation: 0, codec: "h264" });
  seatWatches(state, "ada", ["view"], 1, at);
  seatWatches(state, "bob", ["view"], 2, at);
  arrives(0);
});

function arrives(sequence: number): void {
  const header = { kind: "video", keyframe: true, config: true, epoch: 0, sequence, capturedAtMicros: 0 } as const;
  frameFromHome(state, { at, header, message: writeFrame(header, new Uint8Array(100)) });
}

function asks(seat: string): readonly RelayEffect[] {
  return apply(state, { type: "viewer-said", at, seat, message: { type: "keyframe-request" } });
}

function wishes(effects: readonly RelayEffect[]): number {
  return effects.filter((effect) => effect.type === "tell-origin" && effect.message.type === "keyframe-request").length;
}

describe("a keyframe that is wished for at a mirror", () => {
  it("S-7 G-4 is asked of the home again when the interval has passed, though nothing else happens", () => {
    at += 5_000;
    expect(nextRetry(state)).toBeUndefined();
    expect(wishes(asks("ada"))).toBe(1);
    arrives(1);
    at += 400;
    expect(wishes(asks("bob"))).toBe(0);
    expect(nextRetry(state)).toBe(at + 600);
    expect(wishes(retryDue(state, at + 599))).toBe(0);
    expect(wishes(retryDue(state, at + 600))).toBe(1);
    expect(nextRetry(state)).toBe(at + 1_600);
    arrives(2);
    expect(nextRetry(state)).toBeUndefined();
  });

  it("G-4 G-5 waits for no moment while the home is not there, and is asked of it when it is", () => {
    at += 5_000;
    homeDetached(state, at);
    expect(wishes(asks("ada"))).toBe(0);
    expect(nextRetry(state)).toBeUndefined();
    expect(wishes(homeAttached(state, at))).toBe(1);
  });
});
