import { expect, it } from "vitest";
import { type Right, readFrameHeader } from "#protocol";
import { apply, rememberOrigin, rememberRelay, rememberSeat, restoreRelay } from "../../edge/relay/index.ts";
import { Random, seeds } from "../support/random.ts";
import { DEVICE, MOVE, RelayWorld, TAP } from "../support/relay-world.ts";

const STEPS = 3_000;
/** Now and then the trouble ends for 3 s of 30 fps: by then all must have been well for a while. */
const CALM_EVERY = 200;
const CALM_FRAMES = 90;
const RIGHTS: readonly Right[] = ["view", "audio", "touch", "keyboard", "clipboard"];
const SEATS = ["ada", "bob", "cyd", "dan"];

interface Peer {
  connection: number | undefined;
  /** Whether it acknowledges what it gets. */
  reads: boolean;
}

/** A session lived through by chance: viewers come, go, stall and drain, the agent too, and sleep may come at any time. */
class Life {
  world = new RelayWorld();
  readonly #random: Random;
  readonly #peers = new Map<string, Peer>(SEATS.map((seat) => [seat, { connection: undefined, reads: true }]));
  #origin: number | undefined;
  #epoch = 0;
  #sequence = 0;
  #needsKeyframe = true;
  #seenRequests = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  step(): void {
    const random = this.#random;
    this.world.pass(random.int(1, 60));
    if (this.world.ended()) return;
    const roll = random.next();
    if (roll < 0.7) this.#video();
    else if (roll < 0.85) this.#viewer(random.pick(SEATS));
    else if (roll < 0.9) this.#steer(random.pick(SEATS));
    else if (roll < 0.92) this.#agent();
    else if (roll < 0.925) this.#sleep();
    else if (roll < 0.935) this.#change(random.pick(SEATS), random.chance(0.6));
    for (const [seat, peer] of this.#peers)
      if (peer.connection !== undefined && peer.reads && random.chance(0.4)) this.#ack(seat);
  }

  /** The trouble is over: everybody reads, the agent is there and makes the keyframes that it is asked for. */
  calmDown(): void {
    const { world } = this;
    for (const peer of this.#peers.values()) peer.reads = true;
    for (const seat of SEATS) this.#change(seat, true);
    if (this.#origin === undefined || world.state.origin.phase !== "online") this.#dial();
    for (let frame = 0; frame < CALM_FRAMES && !world.ended(); frame += 1) {
      world.pass(33);
      this.#video(false);
      for (const seat of SEATS) this.#ack(seat);
    }
  }

  /** Seats that watch and are not at the newest frame. */
  behind(): string[] {
    const newest = (this.#sequence - 1) >>> 0;
    return SEATS.filter((seat) => {
      const watching = this.world.state.seats.get(seat)?.presence.phase === "watching";
      return watching && this.world.sequencesOf(seat).at(-1) !== newest;
    });
  }

  #video(mayLose = true): void {
    const { world } = this;
    if (this.#origin === undefined || world.state.origin.phase !== "online") return;
    const asked = world.toOrigin.lastIndexOf("keyframe-request");
    const keyframe = this.#needsKeyframe || (asked >= this.#seenRequests && asked !== -1);
    this.#seenRequests = world.toOrigin.length;
    if (mayLose && this.#random.chance(0.01)) this.#sequence += 1;
    const blind = SEATS.filter((seat) => world.state.seats.get(seat)?.rights.includes("view") === false);
    const shown = blind.map((seat) => world.frames.get(seat)?.length);
    world.frame(
      { kind: "video", keyframe, sequence: this.#sequence, epoch: this.#epoch },
      this.#random.int(100, keyframe ? 60_000 : 9_000),
    );
    expect(blind.map((seat) => world.frames.get(seat)?.length)).toEqual(shown);
    this.#sequence += 1;
    this.#needsKeyframe = false;
  }

  #viewer(seat: string): void {
    const peer = this.#peers.get(seat);
    if (peer === undefined) return;
    const { world } = this;
    const gone = peer.connection !== undefined && world.state.seats.get(seat)?.presence.phase !== "watching";
    if (gone) peer.connection = undefined;
    if (peer.connection === undefined || this.#random.chance(0.1)) {
      const last = world.sequencesOf(seat).at(-1);
      if (last !== undefined && world.state.seats.has(seat) && this.#random.chance(0.5)) {
        // What it has already it goes on from.
        peer.connection = world.resumes(seat, last);
        return;
      }
      world.frames.set(seat, []);
      peer.connection = world.watch(seat);
    } else if (this.#random.chance(0.3)) {
      world.leaves(seat, peer.connection);
      peer.connection = undefined;
    } else peer.reads = !peer.reads;
  }

  #steer(seat: string): void {
    if (this.world.state.seats.get(seat)?.presence.phase !== "watching") return;
    if (this.#random.chance(0.3)) this.world.says(seat, { type: "lease-request", want: this.#random.chance(0.8) });
    const before = this.world.inputs.length;
    const holder = this.world.state.lease.holder;
    this.world.input(seat, this.#random.pick([TAP, MOVE]), { epoch: this.#epoch });
    const mayTouch = this.world.state.seats.get(seat)?.rights.includes("touch") === true;
    if (holder !== seat || !mayTouch) expect(this.world.inputs.length).toBe(before);
  }

  /** Its rights are decided anew: all of them, or any. */
  #change(seat: string, all: boolean): void {
    const { world } = this;
    const rights = RIGHTS.filter(() => all || this.#random.chance(0.5));
    const terms = { rights, allowance: {}, times: {} };
    world.take(apply(world.state, { type: "seat-changed", at: world.at, seat, terms }));
    const { holder } = world.state.lease;
    if (holder === seat) expect(rights.includes("touch") || rights.includes("keyboard")).toBe(true);
  }

  #agent(): void {
    const { world } = this;
    if (this.#origin !== undefined && this.#random.chance(0.5)) {
      world.originLeaves(this.#origin);
      this.#origin = undefined;
      return;
    }
    this.#dial();
  }

  #dial(): void {
    const { world } = this;
    const resumed = this.#origin !== undefined && this.#random.chance(0.5);
    this.#origin = world.serve(resumed);
    const welcome = world.effects.findLast((effect) => effect.type === "welcome-origin");
    if (welcome?.type !== "welcome-origin" || resumed) return;
    this.#sequence = Math.max(this.#sequence, welcome.message.nextVideo);
    this.#epoch = welcome.message.nextEpoch;
    this.#needsKeyframe = true;
  }

  #sleep(): void {
    const { state } = this.world;
    const sockets = [rememberOrigin(state), ...SEATS.map((seat) => rememberSeat(state, seat))].filter(
      (memory) => memory !== undefined,
    );
    const restored = restoreRelay(
      {
        session: state.session,
        device: DEVICE,
        memory: structuredClone(rememberRelay(state)),
        sockets,
        picture: this.#random.chance(0.5) ? [...state.cache.frames] : [],
      },
      this.world.at,
    );
    Object.assign(this.world, { state: restored });
  }

  #ack(seat: string): void {
    const last = this.world.sequencesOf(seat).at(-1);
    if (last !== undefined && this.world.state.seats.get(seat)?.presence.phase === "watching")
      this.world.acks(seat, last);
  }
}

/** What a decoder needs: it starts at a keyframe, and every other frame follows the one before it. */
function undecodable(frames: readonly ArrayBuffer[]): number {
  let count = 0;
  let expected: number | undefined;
  for (const { kind, keyframe, sequence } of frames.map(readFrameHeader)) {
    if (kind !== "video") continue;
    if (!keyframe && sequence !== expected) count += 1;
    expected = (sequence + 1) >>> 0;
  }
  return count;
}

it.each(seeds())(
  "S-5 W-3 S-7 whatever happens, no seat is sent a frame that it cannot decode, and none stays behind (seed %i)",
  (seed) => {
    const random = new Random(seed);
    let life = new Life(random);
    let lease = 0;
    let delivered = 0;
    for (let step = 0; step < STEPS; step += 1) {
      life.step();
      const { world } = life;
      for (const seat of SEATS) {
        expect(undecodable(world.frames.get(seat) ?? []), `${seat} at step ${step}`).toBe(0);
        const presence = world.state.seats.get(seat)?.presence;
        if (presence?.phase === "watching") expect(presence.window.bytes).toBeLessThan(2 * 1024 * 1024);
      }
      if (step % CALM_EVERY === CALM_EVERY - 1) {
        life.calmDown();
        if (!world.ended()) expect(life.behind(), `behind after the calm at step ${step}`).toEqual([]);
      }
      expect(world.state.lease.number).toBeGreaterThanOrEqual(lease);
      lease = world.state.lease.number;
      if (!world.ended()) continue;
      delivered += world.effects.filter((effect) => effect.type === "forward-frame").length;
      life = new Life(random);
      lease = 0;
    }
    delivered += life.world.effects.filter((effect) => effect.type === "forward-frame").length;
    expect(delivered).toBeGreaterThan(STEPS / 10);
  },
);
