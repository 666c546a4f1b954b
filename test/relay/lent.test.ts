import { beforeEach, describe, expect, it } from "vitest";
import { ProtocolFault } from "#protocol";
import { MOVEMENT, PLACE } from "../protocol/samples.ts";
import { LENDER, LendingWorld, PLACES } from "../support/lending-world.ts";
import { TAP } from "../support/relay-world.ts";

let world: LendingWorld;

beforeEach(() => {
  world = new LendingWorld();
});

describe("samples", () => {
  function lendPlaces(accuracy: "fine" | "coarse", intervalMs = 1_000): void {
    world.watch("ada", LENDER);
    world.asks({ ...PLACES, accuracy, intervalMs });
    world.answers("ada", "location", "granted");
  }

  it("B-5 of a fine place are rounded to a metre", () => {
    lendPlaces("fine");
    const place = { ...PLACE, latitude: 48.208174321, longitude: 16.373819876, accuracyM: 11.96, altitudeM: 171.54 };
    world.says("ada", place);
    expect(world.heard().at(-1)).toEqual({
      ...PLACE,
      latitude: 48.20817,
      longitude: 16.37382,
      accuracyM: 12,
      altitudeM: 171.5,
    });
  });

  it("B-5 of a coarse place tell a kilometre, and nothing that would make it finer", () => {
    lendPlaces("coarse");
    world.says("ada", { ...PLACE, latitude: 48.208174321 });
    const { at, type } = PLACE;
    expect(world.heard().at(-1)).toEqual({ type, latitude: 48.21, longitude: 16.37, accuracyM: 800, at });
  });

  it("B-5 of motion are rounded to a tenth", () => {
    world.watch("ada", LENDER);
    world.asks({ kind: "motion", rateHz: 10 });
    world.answers("ada", "motion", "granted");
    world.says("ada", { ...MOVEMENT, acceleration: { x: 0.123, y: -0.06, z: 9.80665 } });
    expect(world.heard().at(-1)).toEqual({ ...MOVEMENT, acceleration: { x: 0.1, y: -0.1, z: 9.8 } });
  });

  it("B-5 that nobody asked for, or that another seat sends, go nowhere", () => {
    world.watch("ada", LENDER);
    world.watch("bob", LENDER);
    world.says("ada", PLACE);
    world.asks(PLACES);
    world.says("ada", PLACE);
    world.answers("ada", "location", "granted");
    world.says("bob", PLACE);
    world.says("ada", MOVEMENT);
    expect(world.heard().map(({ type }) => type)).toEqual(["hardware-granted"]);
  });

  it("B-5 come no more often than granted, however often they are sent", () => {
    lendPlaces("fine", 500);
    for (let sent = 0; sent < 400; sent += 1) {
      world.says("ada", PLACE);
      world.pass(25);
    }
    const passed = world.heard().filter(({ type }) => type === "location").length;
    // 10 s, a second's worth more, and a tenth for the sender's clock.
    expect(passed).toBeGreaterThanOrEqual(20);
    expect(passed).toBeLessThanOrEqual(26);
  });

  it("B-5 M-11 do not use up what a seat may say otherwise; 240 a second are the end", () => {
    world.watch("ada", LENDER);
    for (let sent = 0; sent < 240; sent += 1) world.says("ada", MOVEMENT);
    expect(world.says("ada", { type: "clock", sentAt: 1 })).toHaveLength(1);
    expect(world.says("ada", MOVEMENT)).toMatchObject([{ type: "close-seat", reason: "tooManyMessages" }]);
    expect(world.state.seats.get("ada")?.presence.phase).toBe("watching");
  });

  it("B-5 are no steering: the lease may pass on meanwhile", () => {
    lendPlaces("fine");
    world.watch("bob", LENDER);
    world.input("ada", TAP);
    world.pass(3_000);
    world.says("ada", PLACE);
    world.says("bob", { type: "lease-request", want: true });
    expect(world.state.lease.holder).toBe("bob");
  });
});

describe("lent frames", () => {
  it("B-6 go on as they came, from the first keyframe on", () => {
    world.lendCamera();
    expect(world.lends("ada", { sequence: 1 })).toBe(false);
    expect(world.lends("ada", { sequence: 2, keyframe: true })).toBe(true);
    expect(world.lends("ada", { sequence: 3 })).toBe(true);
    expect(world.lends("ada", { sequence: 5 })).toBe(false);
    expect(world.lends("ada", { sequence: 6 })).toBe(false);
    expect(world.lends("ada", { sequence: 7, keyframe: true })).toBe(true);
  });

  it("B-6 of the microphone need none before them", () => {
    world.watch("ada", LENDER);
    world.asks({ kind: "microphone" });
    world.answers("ada", "microphone", "granted");
    expect(world.lends("ada", { kind: "microphone", sequence: 1 }, 80)).toBe(true);
    expect(world.lends("ada", { kind: "microphone", sequence: 9 }, 80)).toBe(true);
  });

  it("B-3 of a camera come no faster than granted, and each that comes can be decoded", () => {
    world.lendCamera();
    let passed = 0;
    let last: number | undefined;
    for (let sequence = 0; sequence < 600; sequence += 1) {
      const keyframe = sequence % 120 === 0;
      const passes = world.lends("ada", { sequence, keyframe });
      if (passes && !keyframe) expect(last).toBe(sequence - 1);
      if (passes) [passed, last] = [passed + 1, sequence];
      world.pass(1_000 / 60);
    }
    expect(passed).toBeGreaterThan(60);
    expect(passed).toBeLessThanOrEqual(10 * 15 * 1.12 + 17);
  });

  it("B-3 of a camera take no more bytes than granted", () => {
    world.lendCamera();
    let bytes = 0;
    for (let sequence = 0; sequence < 100; sequence += 1) {
      if (world.lends("ada", { sequence, keyframe: true }, 100_000)) bytes += 100_000;
      world.pass(100);
    }
    expect(bytes).toBeGreaterThan(4_000_000);
    expect(bytes).toBeLessThanOrEqual(5_500_000);
  });

  it.each([
    ["video", { kind: "video" }],
    ["audio", { kind: "audio" }],
    ["of an epoch", { epoch: 1 }],
    ["of a sequence that does not rise", { sequence: 5 }],
  ] as const)("B-6 a viewer that sends %s is at fault", (_what, header) => {
    world.lendCamera();
    world.lends("ada", { sequence: 5, keyframe: true });
    expect(() => world.lends("ada", { sequence: 6, ...header })).toThrow(ProtocolFault);
  });

  it("B-6 of a viewer that has not said hello are a fault", () => {
    world.connect("ada", LENDER);
    expect(() => world.lends("ada", { sequence: 1 })).toThrow(ProtocolFault);
  });

  it("B-5 of which there are more than 240 a second close the socket", () => {
    world.watch("ada", LENDER);
    for (let sequence = 0; sequence < 240; sequence += 1) world.lends("ada", { sequence });
    world.lends("ada", { sequence: 240 });
    expect(world.effects.at(-1)).toMatchObject({ type: "close-seat", seat: "ada", reason: "tooManyMessages" });
  });

  it("S-12 write nothing", () => {
    world.lendCamera();
    const before = world.effects.length;
    for (let sequence = 0; sequence < 30; sequence += 1) {
      world.lends("ada", { sequence, keyframe: sequence === 0 });
      world.pass(66);
    }
    expect(new Set(world.effects.slice(before).map(({ type }) => type))).toEqual(new Set(["forward-lent"]));
  });
});
