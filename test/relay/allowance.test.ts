import { beforeEach, describe, expect, it } from "vitest";
import type { Allowance, HardwareWant, InputBody, Right, ViewerMessage } from "#protocol";
import { apply, rememberRelay, restoreRelay } from "../../edge/relay/index.ts";
import { LENDER, LendingWorld, PLACES } from "../support/lending-world.ts";
import { DEVICE, RelayWorld, TAP } from "../support/relay-world.ts";

const PAD: InputBody = { kind: "gamepad", pad: 0, buttons: 2, axes: [0, 0, 0, 0], triggers: [0, 0] };
const ALL: readonly Right[] = ["view", "audio", "touch", "keyboard", "clipboard"];

let world: RelayWorld;

beforeEach(() => {
  world = new RelayWorld();
  world.serve();
});

/** A seat that watches and steers, with this allowance. */
function watch(allowance: Allowance, inWorld = world, rights = ALL): void {
  inWorld.take(apply(inWorld.state, { type: "seat-admitted", at: inWorld.at, seat: "ada", rights, allowance }));
  inWorld.watch("ada", rights);
}

/** What came of it: `passes`, or why it was refused. */
function copies(text: string): string {
  const effects = world.says("ada", { type: "clipboard", text });
  const refused = effects.find((effect) => effect.type === "tell-seat");
  if (refused?.message.type === "refused") return refused.message.reason;
  return effects.some((effect) => effect.type === "tell-origin") ? "passes" : "nothing";
}

/** What of a text of the device came to the seat. */
function deviceCopies(text: string): string {
  const effects = world.originSays({ type: "clipboard", text });
  const told = effects.find((effect) => effect.type === "tell-seat")?.message;
  return told?.type === "refused" ? told.reason : (told?.type ?? "nothing");
}

describe("a clipboard", () => {
  it.each([
    ["nothing is named", {}, "passes", "clipboard"],
    ["both ways are without limit", { clipboardToDevice: {}, clipboardFromDevice: {} }, "passes", "clipboard"],
    ["it never goes to the device", { clipboardToDevice: { perMinute: 0 } }, "no-right", "clipboard"],
    ["it never comes from the device", { clipboardFromDevice: { perMinute: 0 } }, "passes", "nothing"],
    ["7 bytes are too few each way", bytes(7), "over-limit", "over-limit"],
    ["8 bytes are enough", bytes(8), "passes", "clipboard"],
  ] satisfies readonly (readonly [string, Allowance, string, string])[])(
    "R-5 of which %s",
    (_, allowance, to, from) => {
      watch(allowance);
      // 1, 2, 3 bytes, and 2 more for a half of a pair is written as 3 alone; whole it is 4.
      const text = "aé€ab";
      expect([copies(text), deviceCopies(text)]).toEqual([to, from]);
    },
  );

  it.each([
    ["a pair of surrogates is 4 bytes", "\u{1f600}", 4],
    ["half of one is sent as 3", "\ud83d", 3],
  ])("R-5 in which %s", (_, text, size) => {
    watch({ clipboardToDevice: { maxBytes: size - 1 } });
    expect(copies(text)).toBe("over-limit");
    world = new RelayWorld();
    world.serve();
    watch({ clipboardToDevice: { maxBytes: size } });
    expect(copies(text)).toBe("passes");
  });

  it("R-5 of twice a minute goes twice in any minute, each way for itself, also through sleep", () => {
    watch({ clipboardToDevice: { perMinute: 2 }, clipboardFromDevice: { perMinute: 2 } });
    expect([copies("a"), copies("b"), copies("c")]).toEqual(["passes", "passes", "over-limit"]);
    world.pass(30_000);
    expect([deviceCopies("a"), deviceCopies("b"), deviceCopies("c")]).toEqual(["clipboard", "clipboard", "over-limit"]);
    const memory = JSON.parse(JSON.stringify(rememberRelay(world.state)));
    const restored = restoreRelay({ session: "s", device: DEVICE, memory, sockets: [], picture: [] }, world.at);
    const { toDevice, fromDevice } = restored.seats.get("ada")?.transfers ?? {};
    expect([toDevice?.length, fromDevice?.length]).toEqual([2, 2]);
    world.pass(29_999);
    expect(copies("d")).toBe("over-limit");
    world.pass(1);
    expect([copies("d"), copies("e"), copies("f")]).toEqual(["passes", "passes", "over-limit"]);
    expect(deviceCopies("d")).toBe("over-limit");
  });

  it("R-5 that is counted is remembered at once, and one that is not costs no write", () => {
    watch({ clipboardToDevice: { perMinute: 2, maxBytes: 5 } });
    const writes = (text: string) =>
      world.says("ada", { type: "clipboard", text }).filter(({ type }) => type === "remember").length;
    expect([writes("a"), writes("too long")]).toEqual([1, 0]);
  });
});

describe("apps", () => {
  it.each([
    ["any", {}, "tell-origin"],
    ["one that is listed", { apps: ["notes", "mail"] }, "tell-origin"],
    ["one that is not listed", { apps: ["mail"] }, "no-right"],
    ["any, where none is listed", { apps: [] }, "no-right"],
  ] satisfies readonly (readonly [string, Allowance, string])[])("R-5 %s", (_, allowance, expected) => {
    watch(allowance);
    const [effect] = world.says("ada", { type: "open-app", app: "notes" });
    const refusal = effect?.type === "tell-seat" && effect.message.type === "refused" ? effect.message.reason : "";
    expect([effect?.type, refusal]).toContain(expected);
  });
});

describe("a session of one app", () => {
  const key = (keycode: number, meta = 0, down = true) =>
    ({ kind: "key", down, repeat: false, keycode, meta }) as const;

  it.each([
    ["home", 3, 0],
    ["back", 4, 0],
    ["escape, which is back where no app takes it", 111, 0],
    ["recents", 187, 0],
    ["notifications", 83, 0],
    ["assist", 219, 0],
    ["meta alone", 117, 0],
    ["any key with meta", 42, 0x1_0000],
    ["any key with one of both metas", 42, 0x4_0000],
    ["tab with alt", 61, 0x02],
    ["tab with one of both alts", 61, 0x10],
    ["key of a certain app", 301, 0],
  ])("R-5 has no %s, and says so once", (_, keycode, meta) => {
    watch({ singleApp: true });
    const refused = { type: "tell-seat", seat: "ada", message: { type: "refused", what: "home", reason: "no-right" } };
    expect(world.input("ada", key(keycode, meta))).toEqual([refused]);
    expect(world.input("ada", key(keycode, meta, false))).toEqual([]);
    expect(world.inputs).toEqual([]);
  });

  it.each([
    ["a letter", 29, 0],
    ["tab", 61, 0],
    ["a letter with shift", 29, 0x41],
    ["enter", 66, 0],
    ["delete", 67, 0],
    ["louder", 24, 0],
    ["a letter with alt", 29, 0x12],
  ])("R-5 has %s", (_, keycode, meta) => {
    watch({ singleApp: true });
    world.input("ada", key(keycode, meta));
    world.input("ada", TAP, { sequence: 2 });
    world.input("ada", { kind: "text", text: "a" }, { sequence: 3 });
    expect(world.inputs).toHaveLength(3);
  });

  it("R-5 has no physical Tab, as only the device knows what is held beside it, no gamepad, and no screen that goes off", () => {
    watch({ singleApp: true });
    world.input("ada", { ...key(61), physical: true });
    world.input("ada", PAD, { sequence: 2 });
    expect(world.inputs).toEqual([]);
    const refused = { type: "refused", what: "touch", reason: "no-right" } as const;
    expect(world.says("ada", { type: "screen", on: false })).toEqual([
      { type: "tell-seat", seat: "ada", message: refused },
    ]);
    expect(world.says("ada", { type: "screen", on: true })).toContainEqual({
      type: "tell-origin",
      message: { type: "screen", on: true },
    });
  });

  it("R-4 R-5 holds nothing down that it could not lift any more", () => {
    watch({});
    const terms = { rights: ALL, allowance: { singleApp: true }, times: {} };
    const effects = apply(world.state, { type: "seat-changed", at: world.at, seat: "ada", terms });
    expect(effects).toContainEqual({ type: "tell-origin", message: { type: "release", lease: 1 } });
  });

  it("R-5 is only where that is said", () => {
    watch({});
    world.input("ada", key(3));
    expect(world.inputs).toHaveLength(1);
  });
});

describe("what is lent", () => {
  let lending: LendingWorld;
  const place = { latitude: 48.20817, longitude: 16.37382, accuracyM: 12, altitudeM: 171, headingDeg: 90, at: 1 };
  const movement: ViewerMessage = { type: "motion", acceleration: { x: 1, y: 0, z: 0 }, at: 1 };

  function lend(allowance: Allowance, want: HardwareWant): void {
    lending = new LendingWorld();
    watch(allowance, lending, LENDER);
    lending.asks(want);
    lending.answers("ada", want.kind, "granted");
  }

  const count = (type: "location" | "motion") => lending.heard().filter((message) => message.type === type).length;

  it.each([
    ["in a minute", { location: { perMinute: 6 } }, PLACES, { ...PLACES, intervalMs: 10_500 }],
    ["a second", { motionHz: 10 }, { kind: "motion", rateHz: 60 }, { kind: "motion", rateHz: 10 }],
    ["that is more than is wanted", { motionHz: 100 }, { kind: "motion", rateHz: 30 }, { kind: "motion", rateHz: 30 }],
    ["for others", { motionHz: 1 }, PLACES, PLACES],
  ] satisfies readonly (readonly [string, Allowance, HardwareWant, HardwareWant])[])(
    "R-5 B-3 is reduced to so many %s before anybody is asked",
    (_, allowance, want, reduced) => {
      lend(allowance, want);
      expect(lending.told("ada")).toMatchObject([{ type: "hardware-ask", want: reduced }]);
      expect(lending.heard()).toMatchObject([{ type: "hardware-granted", want: reduced }]);
      // The same again is the same wish, though less of it was granted.
      lending.asks(want);
      expect(lending.told("ada")).toHaveLength(1);
    },
  );

  it("R-5 is six places in any minute, and not one more, also when the page sends more and the session sleeps", () => {
    lend({ location: { perMinute: 6 } }, PLACES);
    for (let second = 0; second < 60; second += 1) {
      lending.says("ada", { type: "location", ...place });
      lending.pass(1_000);
    }
    expect(count("location")).toBe(6);
    const memory = JSON.parse(JSON.stringify(rememberRelay(lending.state)));
    expect(memory.hardware[0].dueAt).toBe(1_060_000);
  });

  it("R-5 is so many movements a second on average, however many come", () => {
    lend({ motionHz: 10 }, { kind: "motion", rateHz: 60 });
    for (let index = 0; index < 600; index += 1) {
      lending.says("ada", movement);
      lending.pass(20);
    }
    // Twelve seconds, and what may come at once.
    expect(count("motion")).toBeLessThanOrEqual(12 * 10 + 11);
    expect(count("motion")).toBeGreaterThanOrEqual(12 * 10);
  });

  it.each([
    [1_000, 48.21236, 16.37897, 708],
    [100_000, 48.5088, 16.27117, 70_711],
    [50_000_000, 0, 0, 35_355_340],
  ])("R-5 is a place on a grid of %i m, and nothing else of it", (gridM, latitude, longitude, accuracyM) => {
    lend({ location: { gridM } }, PLACES);
    lending.says("ada", { type: "location", ...place });
    const told = lending.heard().at(-1);
    expect(told).toEqual({
      type: "location",
      latitude: expect.closeTo(latitude, 3),
      longitude: expect.closeTo(longitude, 3),
      accuracyM,
      at: 1,
    });
  });

  it("R-5 is the same place for all within half of the grid, also at a pole", () => {
    lend({ location: { gridM: 10_000 } }, PLACES);
    const at = (latitude: number, longitude: number) => {
      lending.says("ada", { type: "location", ...place, latitude, longitude });
      lending.pass(2_000);
      return lending.heard().at(-1);
    };
    expect(at(48.2001, 16.3001)).toEqual(at(48.2099, 16.3099));
    for (const message of [at(90, 179), at(-90, -179), at(0, 180)]) {
      if (message?.type !== "location") throw new Error("no place");
      expect(Math.abs(message.latitude)).toBeLessThanOrEqual(90);
      expect(Math.abs(message.longitude)).toBeLessThanOrEqual(180);
    }
  });

  it("R-4 R-5 is asked for anew when another measure of it is allowed", () => {
    lend({}, PLACES);
    const terms = { rights: LENDER, allowance: { location: { perMinute: 1 } }, times: {} };
    lending.take(apply(lending.state, { type: "seat-changed", at: lending.at, seat: "ada", terms }));
    expect(lending.told("ada").slice(-2)).toMatchObject([
      { type: "hardware-done" },
      { type: "hardware-ask", want: { intervalMs: 63_000 } },
    ]);
    expect(lending.heard().at(-1)).toEqual({ type: "hardware-ended", kind: "location", reason: "stopped" });
    lending.says("ada", { type: "location", ...place });
    expect(count("location")).toBe(0);
  });
});

function bytes(maxBytes: number): Allowance {
  return { clipboardToDevice: { maxBytes }, clipboardFromDevice: { maxBytes } };
}
