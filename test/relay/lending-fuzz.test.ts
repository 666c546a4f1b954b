import { expect, it } from "vitest";
import { HARDWARE_KINDS, type HardwareKind, type HardwareWant } from "#protocol";
import { rememberOrigin, rememberRelay, rememberSeat, restoreRelay } from "../../edge/relay/index.ts";
import { MOVEMENT, PLACE } from "../protocol/samples.ts";
import { CAMERA, LENDER, LendingWorld, PLACES } from "../support/lending-world.ts";
import { Random, seeds } from "../support/random.ts";
import { DEVICE } from "../support/relay-world.ts";

const STEPS = 4_000;
const SEATS = ["ada", "bob", "cyd"];
/** Of cyd, who steers like the others and has less to lend. */
const FEW = LENDER.filter((right) => right !== "camera" && right !== "location");
const WANTS: { readonly [Kind in HardwareKind]: HardwareWant } = {
  location: PLACES,
  motion: { kind: "motion", rateHz: 60 },
  camera: CAMERA,
  microphone: { kind: "microphone" },
};

/** What the device's side may believe of each kind, by what it was told. */
class Device {
  readonly lent = new Set<HardwareKind>();
  readonly wanted = new Set<HardwareKind>();
  #seen = 0;

  hear(world: LendingWorld): void {
    const heard = world.heard();
    for (const message of heard.slice(this.#seen)) {
      if (message.type === "hardware-granted") this.lent.add(message.want.kind);
      if (message.type === "hardware-ended") this.lent.delete(message.kind);
      // Nothing comes of what it was not told that it is lent.
      if (message.type === "location" || message.type === "motion") expect(this.lent).toContain(message.type);
    }
    this.#seen = heard.length;
  }
}

class Life {
  readonly world = new LendingWorld();
  readonly device = new Device();
  readonly #random: Random;
  readonly #connections = new Map<string, number>();
  #origin = this.world.origin;
  #sequence = 0;
  #lastPassed: number | undefined;
  passed = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  step(): void {
    const random = this.#random;
    const { holder } = this.world.state.lease;
    const seat = holder !== undefined && random.chance(0.7) ? holder : random.pick(SEATS);
    const kind = random.pick(HARDWARE_KINDS);
    this.world.pass(random.int(1, 80));
    if (this.world.ended()) return;
    const roll = random.next();
    if (roll < 0.5) this.#frame(seat);
    else if (roll < 0.65) this.#says(seat, () => this.world.says(seat, random.chance(0.5) ? PLACE : MOVEMENT));
    else if (roll < 0.8)
      this.#says(seat, () => this.world.answers(seat, kind, random.chance(0.8) ? "granted" : "ended"));
    else if (roll < 0.9) this.#asks(kind);
    else if (roll < 0.91) this.#done(kind);
    else if (roll < 0.93) this.#comesOrGoes(random.pick(SEATS));
    else if (roll < 0.95)
      this.#says(seat, () => this.world.says(seat, { type: "lease-request", want: random.chance(0.8) }));
    else if (roll < 0.96) this.#agent();
    else if (roll < 0.97) this.#sleep();
    this.device.hear(this.world);
  }

  /** Of the kinds that are lent, whose is not the holder's, or not its right. */
  misplaced(): HardwareKind[] {
    const { hardware, lease, seats } = this.world.state;
    return [...hardware].flatMap(([kind, { standing }]) => {
      if (standing.phase !== "lent") return [];
      const seat = seats.get(standing.seat);
      const may = seat?.presence.phase === "watching" && lease.holder === seat.id && seat.rights.includes(kind);
      return may ? [] : [kind];
    });
  }

  #isWatching(seat: string): boolean {
    return this.world.state.seats.get(seat)?.presence.phase === "watching";
  }

  #says(seat: string, say: () => void): void {
    if (this.#isWatching(seat)) say();
  }

  #frame(seat: string): void {
    if (!this.#isWatching(seat)) return;
    const keyframe = this.#random.chance(0.2);
    const sequence = this.#sequence++;
    if (!this.world.lends(seat, { sequence, keyframe }, this.#random.int(100, 40_000))) return;
    const { hardware, lease } = this.world.state;
    expect(hardware.get("camera")?.standing).toMatchObject({ phase: "lent", seat });
    expect(lease.holder).toBe(seat);
    this.device.hear(this.world);
    expect(this.device.lent).toContain("camera");
    if (!keyframe) expect(this.#lastPassed).toBe(sequence - 1);
    this.#lastPassed = sequence;
    this.passed += 1;
  }

  #asks(kind: HardwareKind): void {
    this.device.wanted.add(kind);
    this.world.asks(WANTS[kind]);
  }

  #done(kind: HardwareKind): void {
    this.world.originSays({ type: "hardware-done", kind });
    this.device.wanted.delete(kind);
    this.device.lent.delete(kind);
  }

  #comesOrGoes(seat: string): void {
    const connection = this.#connections.get(seat);
    if (connection !== undefined && this.#isWatching(seat) && this.#random.chance(0.3)) {
      this.world.leaves(seat, connection);
    } else this.#connections.set(seat, this.world.watch(seat, seat === "cyd" ? FEW : LENDER));
  }

  /** As an agent does: what was lent is over while the edge is away, and what is wanted is said again. */
  #agent(): void {
    const resumed = this.#random.chance(0.5);
    this.world.originLeaves(this.#origin);
    this.device.hear(this.world);
    this.device.lent.clear();
    this.world.pass(this.#random.int(0, 500));
    this.#origin = this.world.serve(resumed);
    if (!resumed) this.device.wanted.clear();
    for (const kind of this.device.wanted) this.world.asks(WANTS[kind]);
  }

  #sleep(): void {
    const { state } = this.world;
    const sockets = [rememberOrigin(state), ...SEATS.map((seat) => rememberSeat(state, seat))].filter(
      (memory) => memory !== undefined,
    );
    const memory = structuredClone(rememberRelay(state));
    const restored = restoreRelay({ session: "s", device: DEVICE, memory, sockets, picture: [] }, this.world.at);
    Object.assign(this.world, { state: restored });
  }
}

it.each(seeds())(
  "B-1 B-4 B-6 whatever happens, only the holder lends, only what it may, and the device knows (seed %i)",
  (seed) => {
    const random = new Random(seed);
    let life = new Life(random);
    let passed = 0;
    for (let step = 0; step < STEPS; step += 1) {
      life.step();
      expect(life.misplaced(), `misplaced at step ${step}`).toEqual([]);
      if (!life.world.ended()) continue;
      passed += life.passed;
      life = new Life(random);
    }
    expect(passed + life.passed).toBeGreaterThan(STEPS / 200);
  },
);
