import { beforeEach, expect, it } from "vitest";
import { MOVE, RelayWorld, TAP } from "../support/relay-world.ts";

let world: RelayWorld;
let ada: number;

beforeEach(() => {
  world = new RelayWorld();
  world.serve();
  ada = world.watch("ada");
  world.watch("bob");
});

const TYPE = { kind: "text", text: "hi" } as const;

it("L-1 only the holder's input goes on, as the very bytes that came", () => {
  world.input("ada", TAP);
  world.input("bob", TAP);
  expect(world.inputs).toHaveLength(1);
  expect(new Uint8Array(world.inputs[0] ?? new ArrayBuffer(0))[0]).toBe(0x18);
});

it("L-1 input under an older lease is not heard", () => {
  const old = world.state.lease.number;
  world.pass(3_000);
  world.says("bob", { type: "lease-request", want: true });
  world.input("bob", TAP, { lease: old });
  world.input("ada", TAP, { lease: old });
  expect(world.inputs).toHaveLength(0);
  world.input("bob", TAP);
  expect(world.inputs).toHaveLength(1);
});

it("L-2 the first seat that may steer has the lease without asking; one that may only look has not", () => {
  const other = new RelayWorld();
  other.serve();
  other.watch("eve", ["view"]);
  expect(other.state.lease.holder).toBeUndefined();
  other.watch("fay", ["view", "touch"]);
  expect(other.state.lease.holder).toBe("fay");
});

it("L-2 who joins while the holder is gone and has rested gets the lease, and no sooner", () => {
  world.input("ada", TAP);
  world.leaves("ada", ada);
  world.pass(2_900);
  world.watch("cyd");
  expect(world.state.lease.holder).toBe("ada");
  world.pass(200);
  world.watch("dan");
  expect(world.state.lease.holder).toBe("dan");
});

it("L-2 who joins while the holder rests but is there does not get the lease", () => {
  world.pass(10_000);
  world.watch("cyd");
  expect(world.state.lease.holder).toBe("ada");
});

it("L-3 a holder that steers keeps the lease, one that rests loses it to whoever asks", () => {
  world.pass(2_900);
  world.input("ada", TAP);
  world.pass(200);
  world.says("bob", { type: "lease-request", want: true });
  expect(world.toSeat.get("bob")?.at(-1)).toBe("refused");
  expect(world.state.lease.holder).toBe("ada");
  world.pass(3_000);
  world.says("bob", { type: "lease-request", want: true });
  expect(world.state.lease).toMatchObject({ holder: "bob", number: 2 });
});

it("L-3 who takes the lease and gives it up again and again is heard twice a second, and nobody sees more", () => {
  world.pass(3_000);
  const before = world.state.lease.number;
  for (let time = 0; time < 1_000; time += 50) {
    world.says("bob", { type: "lease-request", want: true });
    world.says("bob", { type: "lease-request", want: false });
    world.pass(50);
  }
  expect(world.state.lease.number - before).toBe(3);
  world.says("ada", { type: "lease-request", want: true });
  expect(world.state.lease.holder).toBe("ada");
});

it("L-3 a holder may give the lease up", () => {
  world.says("ada", { type: "lease-request", want: false });
  expect(world.state.lease.holder).toBeUndefined();
  expect(world.count("release")).toBe(1);
});

it("L-3 a seat without a right to steer is refused the lease", () => {
  world.watch("eve", ["view", "audio"]);
  world.pass(10_000);
  world.says("eve", { type: "lease-request", want: true });
  expect(world.state.lease.holder).toBe("ada");
  expect(world.toSeat.get("eve")?.at(-1)).toBe("refused");
});

it("L-4 a holder whose socket is lost lifts everything at once and keeps the lease for its return", () => {
  world.leaves("ada", ada);
  expect(world.toOrigin.at(-2)).toBe("release");
  expect(world.state.lease.holder).toBe("ada");
  world.watch("ada");
  world.input("ada", TAP);
  expect(world.inputs).toHaveLength(1);
});

it("L-4 a holder that does not come back loses the lease, and the next who asks has it", () => {
  world.leaves("ada", ada);
  world.pass(61_000);
  expect(world.state.lease.holder).toBeUndefined();
  world.says("bob", { type: "lease-request", want: true });
  expect(world.state.lease.holder).toBe("bob");
});

it("R-1 input without its right is refused and goes nowhere", () => {
  const other = new RelayWorld();
  other.serve();
  other.watch("eve", ["view", "touch"]);
  other.input("eve", TYPE);
  expect(other.inputs).toHaveLength(0);
  expect(other.toSeat.get("eve")?.at(-1)).toBe("refused");
});

it("R-1 a clipboard without its right is refused and goes nowhere", () => {
  const other = new RelayWorld();
  other.serve();
  other.watch("eve", ["view", "touch"]);
  other.says("eve", { type: "clipboard", text: "secret" });
  expect(other.count("clipboard")).toBe(0);
  other.originSays({ type: "clipboard", text: "secret" });
  expect(other.toSeat.get("eve")).not.toContain("clipboard");
});

it("R-1 an app is opened for who steers and may touch, and for nobody else", () => {
  world.says("ada", { type: "open-app", app: "notes" });
  expect(world.count("open-app")).toBe(1);
  world.says("bob", { type: "open-app", app: "notes" });
  const other = new RelayWorld();
  other.serve();
  other.watch("eve", ["view", "keyboard"]);
  other.says("eve", { type: "open-app", app: "notes" });
  expect([world.count("open-app"), other.count("open-app")]).toEqual([1, 0]);
  expect([world.toSeat.get("bob")?.at(-1), other.toSeat.get("eve")?.at(-1)]).toEqual(["refused", "refused"]);
});

it("R-1 a device is turned and put to sleep by who steers and may touch, and by nobody else", () => {
  const asks = [{ type: "rotate" }, { type: "screen", on: false }] as const;
  for (const ask of asks) {
    for (const seat of ["ada", "bob"]) world.says(seat, ask);
    expect([world.count(ask.type), world.toSeat.get("bob")?.at(-1)]).toEqual([1, "refused"]);
  }
  const other = new RelayWorld();
  other.serve();
  other.watch("eve", ["view", "keyboard"]);
  for (const ask of asks) other.says("eve", ask);
  expect(other.toSeat.get("eve")?.slice(-2)).toEqual(["refused", "refused"]);
  expect([other.count("rotate"), other.count("screen")]).toEqual([0, 0]);
});

it("I-4 a touch aimed at a picture that is gone is dropped, a key is not", () => {
  world.display(1);
  world.input("ada", TAP, { epoch: 0 });
  expect(world.inputs).toHaveLength(0);
  world.input("ada", { kind: "key", down: true, repeat: false, keycode: 4, meta: 0 }, { epoch: 0 });
  expect(world.inputs).toHaveLength(1);
});

it("I-5 the holder hears what was applied, and hears it again in its next welcome", () => {
  world.originSays({ type: "input-ack", lease: 1, sequence: 7 });
  expect(world.toSeat.get("ada")?.at(-1)).toBe("input-ack");
  world.leaves("ada", ada);
  world.watch("ada");
  const welcome = world.effects.findLast((effect) => effect.type === "welcome-seat");
  expect(welcome?.type === "welcome-seat" && welcome.message.appliedInput).toBe(7);
});

it("I-5 an agent that was away missed input: its holder is told the lease again, and sends what was not applied", () => {
  const leases = () => world.toSeat.get("ada")?.filter((type) => type === "lease").length;
  const before = leases();
  world.serve(true);
  expect(leases()).toBe((before ?? 0) + 1);
  expect(world.toSeat.get("ada")?.at(-1)).toBe("lease");
  expect(world.toSeat.get("bob")?.at(-1)).toBe("origin");
});

it("I-5 a new agent knows of no input: under a new number nothing that may have been applied is sent again", () => {
  world.input("ada", TAP, { sequence: 7 });
  world.originSays({ type: "input-ack", lease: 1, sequence: 7 });
  expect(world.state.lease).toMatchObject({ holder: "ada", number: 1, applied: 7 });
  world.serve();
  expect(world.state.lease).toMatchObject({ holder: "ada", number: 2, applied: 0 });
  for (const seat of ["ada", "bob"]) expect(world.toSeat.get(seat)).toContain("lease");
  world.input("ada", TAP, { lease: 1 });
  expect(world.inputs).toHaveLength(1);
  const other = new RelayWorld();
  other.serve();
  expect(other.state.lease).toMatchObject({ holder: undefined, number: 0 });
});

it("I-6 a flood of moves is thinned, a flood of presses ends the socket", () => {
  for (let index = 0; index < 1_000; index += 1) world.input("ada", MOVE);
  expect(world.inputs).toHaveLength(240);
  world.input("ada", TAP);
  expect(world.effects.at(-1)).toMatchObject({ type: "close-seat", seat: "ada", reason: "tooManyMessages" });
});
