import { beforeEach, describe, expect, it } from "vitest";
import type { Right, ToViewerMessage } from "#protocol";
import {
  apply,
  nextWake,
  rememberOrigin,
  rememberRelay,
  rememberSeat,
  restoreRelay,
  type SeatTerms,
} from "../../edge/relay/index.ts";
import { DEVICE, RelayWorld, TAP } from "../support/relay-world.ts";

const RIGHTS: readonly Right[] = ["view", "touch"];
const START = 1_000_000;

let world: RelayWorld;

beforeEach(() => {
  world = new RelayWorld();
  world.serve();
});

/** A seat that watches, with these limits. Returns its connection. */
function watch(seat: string, times: SeatTerms["times"], rights = RIGHTS): number {
  world.take(apply(world.state, { type: "seat-admitted", at: world.at, seat, rights, times }));
  return world.watch(seat, rights);
}

function endings(seat: string): ToViewerMessage[] {
  return world.effects.flatMap((effect) =>
    effect.type === "tell-seat" && effect.seat === seat && effect.message.type === "ending" ? [effect.message] : [],
  );
}

function closes(): { readonly seat: string; readonly reason: string }[] {
  return world.effects.flatMap((effect) =>
    effect.type === "close-seat" ? [{ seat: effect.seat, reason: effect.reason }] : [],
  );
}

describe("a seat with a length", () => {
  it("S-13 is warned a minute before, closed to the moment, and ends the session when nobody else is there", () => {
    watch("ada", { lengthSeconds: 300 });
    world.video({ keyframe: true });
    world.input("ada", TAP);
    expect(nextWake(world.state)).toBe(START + 240_000);
    world.pass(239_999);
    expect(endings("ada")).toEqual([]);
    world.pass(1);
    expect(endings("ada")).toEqual([{ type: "ending", reason: "length", at: (START + 300_000) * 1_000 }]);
    world.input("ada", TAP, { sequence: 2 });
    world.pass(59_999);
    expect(closes()).toEqual([]);
    world.pass(1);
    expect(closes()).toEqual([{ seat: "ada", reason: "timeOver" }]);
    expect(world.effects).toContainEqual({ type: "forget-seat", seat: "ada", reason: "length" });
    expect(world.effects.at(-1)).toEqual({ type: "end-session", reason: "ended" });
    expect(endings("ada")).toHaveLength(1);
  });

  it("S-13 leaves the others in the session, and the lease", () => {
    watch("ada", { lengthSeconds: 300 });
    world.pass(100_000);
    watch("bob", { lengthSeconds: 300 });
    world.pass(200_000);
    expect(closes()).toEqual([{ seat: "ada", reason: "timeOver" }]);
    expect(world.state.lease.holder).toBeUndefined();
    expect(world.ended()).toBe(false);
    world.pass(100_000);
    expect(closes().at(-1)).toEqual({ seat: "bob", reason: "timeOver" });
    expect(world.ended()).toBe(true);
  });

  it("S-13 counts on while its socket is lost, and warns the next one", () => {
    const connection = watch("ada", { lengthSeconds: 300 });
    world.pass(245_000);
    world.leaves("ada", connection);
    world.pass(5_000);
    world.resumes("ada");
    world.pass(1);
    expect(endings("ada")).toHaveLength(2);
    world.pass(50_000);
    expect(closes()).toEqual([{ seat: "ada", reason: "timeOver" }]);
  });

  it("S-13 counts from when it was given, also after sleep", () => {
    watch("ada", { lengthSeconds: 300 });
    world.pass(100_000);
    const memory = JSON.parse(JSON.stringify(rememberRelay(world.state)));
    const sockets = [rememberOrigin(world.state), rememberSeat(world.state, "ada")].filter((one) => one !== undefined);
    const state = restoreRelay({ session: "s", device: DEVICE, memory, sockets, picture: [] }, world.at);
    expect(nextWake(state)).toBe(START + 240_000);
    expect(apply(state, { type: "woke", at: START + 299_999 })).toMatchObject([{ type: "tell-seat" }]);
    expect(apply(state, { type: "woke", at: START + 300_000 })[0]).toMatchObject({ reason: "timeOver" });
  });

  it("S-13 that is changed is told so, and put off", () => {
    watch("ada", { lengthSeconds: 300 });
    world.pass(250_000);
    const terms = { rights: RIGHTS, allowance: {}, times: { lengthSeconds: 600 } };
    world.take(apply(world.state, { type: "seat-changed", at: world.at, seat: "ada", terms }));
    expect(endings("ada").at(-1)).toEqual({ type: "ending", reason: "length" });
    world.pass(289_999);
    expect(endings("ada")).toHaveLength(2);
    world.pass(1);
    expect(endings("ada").at(-1)).toEqual({ type: "ending", reason: "length", at: (START + 600_000) * 1_000 });
  });
});

describe("a seat with an idle time", () => {
  it("S-13 is closed when nobody steered for so long, by whoever's hand", () => {
    watch("ada", { idleSeconds: 120 }, ["view"]);
    watch("bob", {});
    world.pass(50_000);
    world.input("bob", TAP);
    world.pass(119_999);
    expect(closes()).toEqual([]);
    world.pass(1);
    expect(closes()).toEqual([{ seat: "ada", reason: "idleTooLong" }]);
    expect(world.ended()).toBe(false);
  });

  it("S-13 is warned a minute before, and told when steering has put it off", () => {
    watch("ada", { idleSeconds: 120 });
    world.pass(60_000);
    expect(endings("ada")).toEqual([{ type: "ending", reason: "idle", at: (START + 120_000) * 1_000 }]);
    world.input("ada", TAP);
    expect(endings("ada").at(-1)).toEqual({ type: "ending", reason: "idle" });
    world.input("ada", TAP, { sequence: 2 });
    expect(endings("ada")).toHaveLength(2);
    world.pass(60_000);
    expect(endings("ada").at(-1)).toEqual({ type: "ending", reason: "idle", at: (START + 180_000) * 1_000 });
  });

  it.each([
    ["a clipboard", () => world.says("ada", { type: "clipboard", text: "a" })],
    ["an app", () => world.says("ada", { type: "open-app", app: "notes" })],
  ])("S-13 goes on by %s as well, and by nothing that is refused", (_, act) => {
    watch("ada", { idleSeconds: 120 }, ["view", "touch", "clipboard"]);
    world.pass(50_000);
    act();
    world.pass(100_000);
    world.input("ada", { kind: "text", text: "no right" });
    world.says("ada", { type: "clock", sentAt: 1 });
    world.pass(19_999);
    expect(closes()).toEqual([]);
    world.pass(1);
    expect(closes()).toEqual([{ seat: "ada", reason: "idleTooLong" }]);
  });

  it("S-13 begins anew with whoever comes, and with a limit that was not there", () => {
    watch("ada", { idleSeconds: 120 });
    world.pass(100_000);
    watch("bob", {});
    world.pass(100_000);
    expect(closes()).toEqual([]);
    const terms = { rights: RIGHTS, allowance: {}, times: { idleSeconds: 60 } };
    world.take(apply(world.state, { type: "seat-changed", at: world.at, seat: "bob", terms }));
    world.pass(59_999);
    expect(closes()).not.toContainEqual({ seat: "bob", reason: "idleTooLong" });
    world.pass(1);
    expect(closes()).toContainEqual({ seat: "bob", reason: "idleTooLong" });
  });

  it("S-13 is remembered to 10 s, by a write that often at most, and by none where nobody has such a limit", () => {
    watch("ada", { idleSeconds: 120 });
    const writes = () => world.effects.filter(({ type }) => type === "remember").length;
    const before = writes();
    for (let second = 0; second < 30; second += 1) {
      world.pass(1_000);
      world.input("ada", TAP, { sequence: second + 1 });
    }
    expect(writes() - before).toBe(3);
    const memory = JSON.parse(JSON.stringify(rememberRelay(world.state)));
    const state = restoreRelay({ session: "s", device: DEVICE, memory, sockets: [], picture: [] }, world.at + 60_000);
    expect(state.steeredAt).toBe(START + 40_000);
    expect(restoreRelay({ session: "s", device: DEVICE, memory, sockets: [], picture: [] }, world.at).steeredAt).toBe(
      world.at,
    );
    world.take(
      apply(world.state, {
        type: "seat-changed",
        at: world.at,
        seat: "ada",
        terms: { rights: RIGHTS, allowance: {}, times: {} },
      }),
    );
    const free = writes();
    for (let second = 30; second < 60; second += 1) {
      world.pass(1_000);
      world.input("ada", TAP, { sequence: second + 1 });
    }
    expect(writes() - free).toBe(0);
  });
});
