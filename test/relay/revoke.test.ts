import { beforeEach, describe, expect, it } from "vitest";
import { apply, framesShown } from "../../edge/relay/index.ts";
import { RelayWorld } from "../support/relay-world.ts";

let world: RelayWorld;

beforeEach(() => {
  world = new RelayWorld();
  world.serve();
});

function revoke(seat: string) {
  return world.take(apply(world.state, { type: "seat-revoked", at: world.at, seat }));
}

describe("a seat that is taken away", () => {
  it("R-3 is closed and forgotten, what it held is released, and the others go on", () => {
    const connection = world.watch("ada");
    world.watch("bob");
    world.video({ keyframe: true });
    const effects = revoke("ada");
    expect(effects[0]).toEqual({ type: "close-seat", seat: "ada", connection, reason: "revoked" });
    expect(effects).toContainEqual({ type: "forget-seat", seat: "ada" });
    expect(effects).toContainEqual({ type: "tell-origin", message: expect.objectContaining({ type: "release" }) });
    expect([...world.state.seats.keys()]).toEqual(["bob"]);
    expect(world.state.lease.holder).not.toBe("ada");
    world.video();
    expect(world.sequencesOf("ada")).toEqual([0]);
    expect(world.sequencesOf("bob")).toEqual([0, 1]);
  });

  it("R-3 is forgotten also while it has no socket, and once", () => {
    const connection = world.watch("ada");
    world.leaves("ada", connection);
    const effects = revoke("ada");
    expect(effects.filter(({ type }) => type === "close-seat")).toEqual([]);
    expect(effects).toContainEqual({ type: "forget-seat", seat: "ada" });
    expect(revoke("ada")).toEqual([]);
  });

  it("R-3 says nothing more: what it sends afterwards is not heard", () => {
    world.watch("ada");
    revoke("ada");
    expect(world.says("ada", { type: "clock", sentAt: 1 })).toEqual([]);
  });
});

describe("what a seat was shown", () => {
  it("is what was sent, and of that what it said it has", () => {
    world.watch("ada");
    expect(framesShown(world.state, "ada")).toEqual({});
    world.video({ keyframe: true });
    world.video();
    expect(framesShown(world.state, "ada")).toEqual({ sent: 1 });
    world.says("ada", { type: "ack", video: 0, queued: 0 });
    expect(framesShown(world.state, "ada")).toEqual({ sent: 1, acknowledged: 0 });
    world.says("ada", { type: "ack", video: 1, queued: 0 });
    world.video();
    expect(framesShown(world.state, "ada")).toEqual({ sent: 2, acknowledged: 1 });
  });

  it("is nothing of a seat that has no right to the picture, no socket, or was never there", () => {
    world.watch("ada", ["audio"]);
    const connection = world.watch("bob");
    world.video({ keyframe: true });
    world.leaves("bob", connection);
    for (const seat of ["ada", "bob", "nobody"]) expect(framesShown(world.state, seat)).toEqual({});
  });
});
