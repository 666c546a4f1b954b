import { beforeEach, describe, expect, it } from "vitest";
import type { Right } from "#protocol";
import { apply, type RelayEffect, rememberRelay, restoreRelay, type SeatTerms } from "../../edge/relay/index.ts";
import { CAMERA, LENDER, LendingWorld } from "../support/lending-world.ts";
import { DEVICE, RelayWorld, TAP } from "../support/relay-world.ts";

let world: RelayWorld;

beforeEach(() => {
  world = new RelayWorld();
  world.serve();
});

function change(to: Partial<SeatTerms>, seat = "ada", inWorld = world): readonly RelayEffect[] {
  const terms = { rights: ["view"] as readonly Right[], allowance: {}, times: {}, ...to };
  return inWorld.take(apply(inWorld.state, { type: "seat-changed", at: inWorld.at, seat, terms }));
}

describe("a seat whose rights change", () => {
  it("R-4 is told, has no sound from then on, and says what it may not in vain", () => {
    world.watch("ada");
    world.video({ keyframe: true });
    const effects = change({ rights: ["view", "touch"] });
    expect(effects).toContainEqual({
      type: "tell-seat",
      seat: "ada",
      message: { type: "rights", rights: ["view", "touch"] },
    });
    world.audio();
    world.video();
    expect(world.sequencesOf("ada")).toEqual([0, 1]);
    expect(world.frames.get("ada")).toHaveLength(2);
    const refused = {
      type: "tell-seat",
      seat: "ada",
      message: { type: "refused", what: "keyboard", reason: "no-right" },
    };
    expect(world.input("ada", { kind: "text", text: "a" })).toEqual([refused]);
    expect(world.says("ada", { type: "clipboard", text: "a" })).toMatchObject([{ message: { what: "clipboard" } }]);
    expect(world.input("ada", TAP)).toMatchObject([{ type: "forward-input" }]);
  });

  it("R-4 lets go of what it held when it loses a part of steering, and of the lease when it loses all of it", () => {
    world.watch("ada");
    world.watch("bob", ["view"]);
    expect(change({ rights: ["view", "touch"] })).toContainEqual({
      type: "tell-origin",
      message: { type: "release", lease: 1 },
    });
    expect(world.state.lease.holder).toBe("ada");
    const effects = change({ rights: ["view"] });
    expect(effects).toContainEqual({ type: "tell-origin", message: { type: "release", lease: 1 } });
    expect(effects).toContainEqual({
      type: "tell-seat",
      seat: "bob",
      message: { type: "lease", lease: 1, mine: false, held: false },
    });
    expect(world.state.lease.holder).toBeUndefined();
    expect(world.input("ada", TAP)).toEqual([]);
    change({ rights: ["view", "keyboard"] }, "bob");
    expect(world.state.lease.holder).toBe("bob");
  });

  it("R-4 is shown the picture that is there once it may see it", () => {
    world.watch("bob");
    world.watch("ada", ["audio"]);
    world.video({ keyframe: true });
    expect(world.sequencesOf("ada")).toEqual([]);
    change({ rights: ["view"] });
    expect(world.sequencesOf("ada")).toEqual([0]);
    world.video();
    expect(world.sequencesOf("ada")).toEqual([0, 1]);
  });

  it("R-4 keeps them through sleep and for its next socket", () => {
    const connection = world.watch("ada");
    change({ rights: ["view"], allowance: { singleApp: true }, times: { idleSeconds: 600 } });
    world.leaves("ada", connection);
    const memory = JSON.parse(JSON.stringify(rememberRelay(world.state)));
    const state = restoreRelay({ session: "s", device: DEVICE, memory, sockets: [], picture: [] }, world.at);
    expect(state.seats.get("ada")).toMatchObject({
      rights: ["view"],
      allowance: { singleApp: true },
      times: { idleSeconds: 600 },
    });
    world.resumes("ada");
    const welcome = world.effects.findLast(({ type }) => type === "welcome-seat");
    expect(welcome).toMatchObject({ message: { rights: ["view"], allowance: { singleApp: true } } });
  });

  it("R-4 of which nobody knows changes nothing", () => {
    expect(change({}, "nobody")).toEqual([]);
  });
});

describe("what is lent", () => {
  it("R-4 is over with the right to lend it, and asked for again with that", () => {
    const lending = new LendingWorld();
    lending.watch("ada", LENDER);
    lending.asks(CAMERA, "Camera");
    lending.answers("ada", "camera", "granted");
    change({ rights: LENDER.filter((right) => right !== "camera") }, "ada", lending);
    expect(lending.told("ada").at(-1)).toEqual({ type: "hardware-done", kind: "camera" });
    expect(lending.heard().at(-1)).toEqual({ type: "hardware-ended", kind: "camera", reason: "no-right" });
    expect(lending.lends("ada", { sequence: 1, keyframe: true })).toBe(false);
    lending.answers("ada", "camera", "granted");
    expect(lending.lends("ada", { sequence: 2, keyframe: true })).toBe(false);
    change({ rights: LENDER }, "ada", lending);
    expect(lending.told("ada").at(-1)).toEqual({ type: "hardware-ask", purpose: "Camera", want: CAMERA });
  });

  it("R-4 is over too when the right to steer is", () => {
    const lending = new LendingWorld();
    lending.watch("ada", LENDER);
    lending.asks(CAMERA, "Camera");
    lending.answers("ada", "camera", "granted");
    change({ rights: ["view", "camera"] }, "ada", lending);
    expect(lending.heard().at(-1)).toEqual({ type: "hardware-ended", kind: "camera", reason: "nobody" });
  });
});
