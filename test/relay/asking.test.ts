import { beforeEach, expect, it } from "vitest";
import type { ToViewerMessage } from "#protocol";
import { apply, rememberRelay, restoreRelay } from "../../edge/relay/index.ts";
import { DEVICE, RelayWorld, TAP } from "../support/relay-world.ts";

let world: RelayWorld;

beforeEach(() => {
  world = new RelayWorld();
  world.serve();
  world.watch("ada");
  admit("sam");
});

/** A seat that may steer when it is let. */
function admit(seat: string): void {
  const rights = ["view", "touch"] as const;
  const allowance = { asksToSteer: true };
  world.take(apply(world.state, { type: "seat-admitted", at: world.at, seat, rights, allowance }));
  world.watch(seat, rights);
}

function told(seat: string): ToViewerMessage[] {
  return world.effects.flatMap((effect) =>
    effect.type === "tell-seat" && effect.seat === seat && /^(lease-asked|refused)$/.test(effect.message.type)
      ? [effect.message]
      : [],
  );
}

const ask = () => world.says("sam", { type: "lease-request", want: true });
const answer = (give: boolean, by = "ada") => world.says(by, { type: "lease-answer", seat: "sam", give });

it("L-5 the holder is asked, also one that rests, and gives the lease, which is then as any other", () => {
  world.pass(60_000);
  ask();
  expect(told("ada")).toEqual([{ type: "lease-asked", seat: "sam" }]);
  expect(world.state.lease.holder).toBe("ada");
  answer(true);
  expect(world.state.lease).toMatchObject({ holder: "sam", number: 2 });
  world.input("sam", TAP);
  expect(world.inputs).toHaveLength(1);
  world.pass(3_000);
  world.says("ada", { type: "lease-request", want: true });
  expect(world.state.lease.holder).toBe("ada");
  // What was consented to is over with it.
  answer(true);
  expect(world.state.lease.holder).toBe("ada");
});

it("L-5 a holder that says no keeps it, and the seat hears so", () => {
  ask();
  answer(false);
  expect([world.state.lease.holder, told("sam")]).toEqual([
    "ada",
    [{ type: "refused", what: "lease", reason: "denied" }],
  ]);
  answer(true);
  expect(world.state.lease.holder).toBe("ada");
});

it("L-5 nobody but the holder answers, and nobody who was not asked", () => {
  world.watch("bob");
  answer(true);
  ask();
  answer(true, "bob");
  answer(true, "sam");
  world.says("ada", { type: "lease-answer", seat: "bob", give: true });
  expect(world.state.lease.holder).toBe("ada");
});

it("L-5 the holder is asked every 5 s at most, and may answer for 30 s, also after a sleep", () => {
  for (let second = 0; second < 10; second += 1) {
    ask();
    world.pass(1_000);
  }
  expect(told("ada")).toHaveLength(2);
  const memory = JSON.parse(JSON.stringify(rememberRelay(world.state)));
  const state = restoreRelay({ session: "s", device: DEVICE, memory, sockets: [], picture: [] }, world.at);
  expect(state.seats.get("sam")?.askedAt).toBe(world.at - 5_000);
  world.pass(25_001);
  answer(true);
  expect(world.state.lease.holder).toBe("ada");
  ask();
  world.pass(30_000);
  answer(true);
  expect(world.state.lease.holder).toBe("sam");
});

it("L-5 without a holder who is there nobody can be asked, and the lease is not got by joining either", () => {
  const other = new RelayWorld();
  other.serve();
  world = other;
  admit("sam");
  expect(world.state.lease.holder).toBeUndefined();
  ask();
  expect(told("sam")).toEqual([{ type: "refused", what: "lease", reason: "nobody" }]);
});

it("L-5 R-4 a holder that must ask from now on has lost the lease, and one that need not any more gets it", () => {
  const terms = { rights: ["view", "touch"] as const, allowance: { asksToSteer: true }, times: {} };
  world.take(apply(world.state, { type: "seat-changed", at: world.at, seat: "ada", terms }));
  expect(world.state.lease.holder).toBeUndefined();
  const free = { ...terms, allowance: {} };
  world.take(apply(world.state, { type: "seat-changed", at: world.at, seat: "sam", terms: free }));
  expect(world.state.lease.holder).toBe("sam");
});
