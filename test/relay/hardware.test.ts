import { beforeEach, describe, expect, it } from "vitest";
import { HARDWARE_KINDS, type HardwareWant } from "#protocol";
import { nextWake, rememberOrigin, rememberRelay, rememberSeat, restoreRelay } from "../../edge/relay/index.ts";
import { CAMERA, LENDER, LendingWorld, PLACES } from "../support/lending-world.ts";
import { DEVICE } from "../support/relay-world.ts";

const MINUTE_MS = 60_000;
/** A wish of each kind. */
const WANTS: { readonly [Kind in HardwareWant["kind"]]: HardwareWant } = {
  location: PLACES,
  motion: { kind: "motion", rateHz: 30 },
  camera: CAMERA,
  microphone: { kind: "microphone" },
};

let world: LendingWorld;

beforeEach(() => {
  world = new LendingWorld();
});

describe("an ask", () => {
  it("B-2 goes to whoever steers, and the answer to the device", () => {
    world.watch("ada", LENDER);
    world.watch("bob", LENDER);
    world.asks(CAMERA, "Camera");
    expect(world.told("ada")).toEqual([{ type: "hardware-ask", purpose: "Camera", want: CAMERA }]);
    expect(world.told("bob")).toEqual([]);
    expect(world.heard()).toEqual([]);
    world.answers("ada", "camera", "granted");
    expect(world.heard()).toEqual([{ type: "hardware-granted", want: CAMERA, codec: "h264" }]);
  });

  it("B-2 nobody else can answer", () => {
    world.watch("ada", LENDER);
    world.watch("bob", LENDER);
    world.asks(CAMERA);
    world.answers("bob", "camera", "granted");
    world.answers("ada", "microphone", "granted");
    expect(world.heard()).toEqual([]);
    expect(world.lends("bob", { sequence: 1, keyframe: true })).toBe(false);
  });

  it.each(["denied", "ended"] as const)("B-2 that was %s may be granted after all while it is wanted", (answer) => {
    world.watch("ada", LENDER);
    world.asks(CAMERA);
    world.answers("ada", "camera", answer);
    const reason = answer === "denied" ? "denied" : "stopped";
    expect(world.heard()).toEqual([{ type: "hardware-ended", kind: "camera", reason }]);
    expect(world.lends("ada", { sequence: 1, keyframe: true })).toBe(false);
    world.answers("ada", "camera", "granted");
    expect(world.heard().at(-1)).toMatchObject({ type: "hardware-granted" });
    expect(world.lends("ada", { sequence: 2, keyframe: true })).toBe(true);
  });

  it("B-2 is refused once, however often that is said", () => {
    world.watch("ada", LENDER);
    world.asks(CAMERA);
    for (const answer of ["denied", "denied", "ended"] as const) world.answers("ada", "camera", answer);
    expect(world.heard()).toEqual([{ type: "hardware-ended", kind: "camera", reason: "denied" }]);
  });

  it("B-2 that was denied a moment ago is denied without asking", () => {
    world.watch("ada", LENDER);
    world.asks(CAMERA);
    world.pass(5_000);
    world.answers("ada", "camera", "denied");
    world.pass(900);
    world.asks(CAMERA);
    expect(world.told("ada")).toHaveLength(1);
    expect(world.heard().at(-1)).toEqual({ type: "hardware-ended", kind: "camera", reason: "denied" });
    world.pass(100);
    world.asks(CAMERA);
    expect(world.told("ada")).toHaveLength(2);
  });

  it("B-2 the same again changes nothing, and is answered anew", () => {
    world.lendCamera();
    world.lends("ada", { sequence: 1, keyframe: true });
    world.asks(CAMERA);
    expect(world.told("ada")).toHaveLength(1);
    expect(world.heard()).toHaveLength(2);
    expect(world.lends("ada", { sequence: 2 })).toBe(true);
  });

  it("B-2 for another measure replaces the one before", () => {
    world.lendCamera();
    const larger = { ...CAMERA, width: 1280, height: 720 };
    world.asks(larger);
    expect(world.told("ada").at(-1)).toEqual({ type: "hardware-ask", purpose: "App", want: larger });
    expect(world.heard().at(-1)).toEqual({ type: "hardware-ended", kind: "camera", reason: "stopped" });
    expect(world.lends("ada", { sequence: 1, keyframe: true })).toBe(false);
  });

  it("B-2 that is over is over at once", () => {
    world.lendCamera();
    world.originSays({ type: "hardware-done", kind: "camera" });
    expect(world.told("ada").at(-1)).toEqual({ type: "hardware-done", kind: "camera" });
    expect(world.lends("ada", { sequence: 1, keyframe: true })).toBe(false);
    world.answers("ada", "camera", "granted");
    expect(world.heard()).toHaveLength(1);
  });

  it("B-1 of a holder without the right hears the same, however soon it is repeated", () => {
    world.watch("ada", ["view", "touch"]);
    world.asks(CAMERA);
    world.asks({ ...CAMERA, width: 320 });
    const ended = { type: "hardware-ended", kind: "camera", reason: "no-right" };
    expect(world.heard()).toEqual([ended, ended]);
  });

  it.each(HARDWARE_KINDS)("B-1 R-1 of a holder without the right to %s asks nobody", (kind) => {
    const others = LENDER.filter((right) => right !== kind);
    world.watch("ada", others);
    world.watch("bob", LENDER);
    world.asks(WANTS[kind]);
    expect(world.heard()).toEqual([{ type: "hardware-ended", kind, reason: "no-right" }]);
    world.answers("ada", kind, "granted");
    expect(world.heard()).toHaveLength(1);
    expect([...world.told("ada"), ...world.told("bob")]).toEqual([]);
  });
});

describe("the edge grants no more than its limits:", () => {
  it.each([
    [
      { kind: "location", intervalMs: 0, distanceM: 5, accuracy: "coarse" },
      { kind: "location", intervalMs: 200, distanceM: 5, accuracy: "coarse" },
    ],
    [
      { kind: "motion", rateHz: 200 },
      { kind: "motion", rateHz: 60 },
    ],
    [
      { kind: "camera", width: 1440, height: 2560, frameRate: 60 },
      { kind: "camera", width: 720, height: 1280, frameRate: 30 },
    ],
    [
      { kind: "camera", width: 4096, height: 16, frameRate: 1 },
      { kind: "camera", width: 1280, height: 16, frameRate: 1 },
    ],
  ] as const)("B-3 %o becomes %o", (wish, want) => {
    world.watch("ada", LENDER);
    world.asks(wish);
    expect(world.told("ada")).toEqual([{ type: "hardware-ask", purpose: "App", want }]);
  });

  it("B-3 a camera is lent for half an hour, and then it is over on both sides", () => {
    world.lendCamera();
    const end = world.at + 30 * MINUTE_MS;
    expect(nextWake(world.state)).toBe(end);
    world.pass(30 * MINUTE_MS - 1);
    expect(world.lends("ada", { sequence: 1, keyframe: true })).toBe(true);
    world.pass(1);
    expect(world.told("ada").at(-1)).toEqual({ type: "hardware-done", kind: "camera" });
    expect(world.heard().at(-1)).toEqual({ type: "hardware-ended", kind: "camera", reason: "time-limit" });
    expect(world.lends("ada", { sequence: 2, keyframe: true })).toBe(false);
  });

  it("B-3 that time is not made longer by the viewer: not by granting again, before or after", () => {
    world.lendCamera();
    world.pass(29 * MINUTE_MS);
    world.answers("ada", "camera", "granted");
    world.pass(1 * MINUTE_MS);
    expect(world.heard().at(-1)).toEqual({ type: "hardware-ended", kind: "camera", reason: "time-limit" });
    world.answers("ada", "camera", "granted");
    expect(world.lends("ada", { sequence: 1, keyframe: true })).toBe(false);
    world.asks(CAMERA);
    expect(world.told("ada").at(-1)).toMatchObject({ type: "hardware-ask" });
  });
});

describe("whoever steers lends:", () => {
  it("B-4 a wish that finds nobody waits for the next holder", () => {
    world.asks(CAMERA);
    expect(world.heard()).toEqual([{ type: "hardware-ended", kind: "camera", reason: "nobody" }]);
    world.watch("ada", ["view", "camera"]);
    expect(world.told("ada")).toEqual([]);
    world.watch("bob", LENDER);
    expect(world.told("bob")).toHaveLength(1);
  });

  it("B-4 with the lease goes what was lent, and the next holder is asked", () => {
    world.lendCamera();
    world.watch("bob", LENDER);
    world.pass(3_000);
    world.says("bob", { type: "lease-request", want: true });
    expect(world.told("ada").at(-1)).toEqual({ type: "hardware-done", kind: "camera" });
    expect(world.heard().at(-1)).toEqual({ type: "hardware-ended", kind: "camera", reason: "nobody" });
    expect(world.lends("ada", { sequence: 1, keyframe: true })).toBe(false);
    expect(world.told("bob")).toHaveLength(1);
    world.answers("bob", "camera", "granted");
    expect(world.lends("bob", { sequence: 1, keyframe: true })).toBe(true);
  });

  it("B-4 giving up the lease ends it", () => {
    world.lendCamera();
    world.says("ada", { type: "lease-request", want: false });
    expect(world.heard().at(-1)).toEqual({ type: "hardware-ended", kind: "camera", reason: "nobody" });
  });

  it("B-4 a lost socket ends it, and who comes back is asked again", () => {
    const connection = world.watch("ada", LENDER);
    world.asks(CAMERA);
    world.answers("ada", "camera", "granted");
    world.leaves("ada", connection);
    expect(world.heard().at(-1)).toEqual({ type: "hardware-ended", kind: "camera", reason: "nobody" });
    world.watch("ada", LENDER);
    expect(world.told("ada").map(({ type }) => type)).toEqual(["hardware-ask", "hardware-ask"]);
    world.answers("ada", "camera", "granted");
    expect(world.lends("ada", { sequence: 0, keyframe: true })).toBe(true);
  });

  it("B-4 an agent that came back says again what it wants, and goes on", () => {
    world.lendCamera();
    world.originLeaves(world.origin);
    expect(world.lends("ada", { sequence: 1, keyframe: true })).toBe(false);
    world.serve(true);
    world.asks(CAMERA);
    expect(world.heard().at(-1)).toMatchObject({ type: "hardware-granted" });
    expect(world.told("ada")).toHaveLength(1);
    expect(world.lends("ada", { sequence: 2 })).toBe(false);
    expect(world.lends("ada", { sequence: 3, keyframe: true })).toBe(true);
    expect(world.lends("ada", { sequence: 4 })).toBe(true);
  });

  it("B-4 a new agent wants nothing yet", () => {
    world.lendCamera();
    world.serve();
    expect(world.told("ada").at(-1)).toEqual({ type: "hardware-done", kind: "camera" });
    expect(world.lends("ada", { sequence: 1, keyframe: true })).toBe(false);
  });

  it("B-4 S-11 what is lent survives sleep", () => {
    world.lendCamera();
    world.asks(PLACES, "Maps");
    world.pass(5_000);
    const { state } = world;
    const sockets = [rememberOrigin(state), rememberSeat(state, "ada")].filter((memory) => memory !== undefined);
    const memory = structuredClone(rememberRelay(state));
    const restored = restoreRelay({ session: "s", device: DEVICE, memory, sockets, picture: [] }, world.at);
    Object.assign(world, { state: restored });
    expect(rememberRelay(restored).hardware).toEqual(memory.hardware);
    expect(nextWake(restored)).toBe(world.at - 5_000 + 30 * MINUTE_MS);
    expect(world.lends("ada", { sequence: 80 })).toBe(false);
    expect(world.lends("ada", { sequence: 90, keyframe: true })).toBe(true);
    world.answers("ada", "location", "granted");
    expect(world.heard().at(-1)).toEqual({ type: "hardware-granted", want: PLACES });
  });
});
