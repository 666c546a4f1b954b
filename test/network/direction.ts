import type { Random } from "../support/random.ts";

/** How one direction of a link treats packets. What is left out does nothing. */
export interface DirectionProfile {
  /** One way, from the end of a packet's transmission on; milliseconds. */
  readonly delayMs?: number;
  /** Up to so much more by chance, milliseconds. Packets stay in order, as on one path they mostly do. */
  readonly jitterMs?: number;
  /** Share of packets that are lost after they were transmitted, 0 to 1, each by its own chance. */
  readonly loss?: number;
  /** Megabits a second; a trace comes before it. */
  readonly rateMbit?: number;
  /** As mahimahi has it: the milliseconds at which 1504 bytes may pass, rising; after the last it begins again. */
  readonly trace?: readonly number[];
  /** What may wait; a packet that finds more is dropped at the tail. */
  readonly queueBytes?: number;
}

/** What became of the packets of one direction. */
export interface DirectionReport {
  readonly packets: number;
  readonly bytes: number;
  readonly lostByChance: number;
  readonly lostByQueue: number;
  /** Found the queue full while nothing passed at all. */
  readonly lostByOutage: number;
}

/** What mahimahi lets through at one moment of a trace. */
export const TRACE_BYTES = 1504;
/** A home router's buffer. */
const QUEUE_BYTES = 64 * 1024;

interface Waiting<Packet> {
  readonly packet: Packet;
  readonly bytes: number;
  readonly arrivedAt: number;
  /** Of its bytes, what a trace has not let through yet. */
  left: number;
}

/** One direction of a link: packets in, packets out later or never. Times are milliseconds on any one clock. */
export class Direction<Packet> {
  #profile: DirectionProfile;
  readonly #random: Random;
  readonly #queue: Waiting<Packet>[] = [];
  readonly #flying: { readonly packet: Packet; readonly bytes: number; readonly outAt: number }[] = [];
  #queuedBytes = 0;
  /** When the packet before was through. */
  #freeAt: number;
  #lastOutAt = 0;
  #outage = false;
  /** Where the trace stands: when it began, and which of its moments is next. */
  #traceAt: number;
  #next = 0;
  #counts = { packets: 0, bytes: 0, lostByChance: 0, lostByQueue: 0, lostByOutage: 0 };

  constructor(profile: DirectionProfile, random: Random, at: number) {
    this.#profile = profile;
    this.#random = random;
    this.#freeAt = at;
    this.#traceAt = at;
  }

  /** Change what is named, from this moment on; what waits is treated anew. */
  set(profile: DirectionProfile, at: number): void {
    this.#transmit(at);
    this.#profile = { ...this.#profile, ...profile };
    this.#freeAt = Math.max(this.#freeAt, at);
    if (profile.trace !== undefined) [this.#traceAt, this.#next] = [at, 0];
  }

  /** During an outage nothing is transmitted, and what comes waits as long as the queue has room. */
  outage(outage: boolean, at: number): void {
    if (!outage) this.#freeAt = Math.max(this.#freeAt, at);
    else this.#transmit(at);
    this.#outage = outage;
  }

  offer(packet: Packet, bytes: number, at: number): void {
    this.#transmit(at);
    if (this.#queuedBytes + bytes > (this.#profile.queueBytes ?? QUEUE_BYTES)) {
      if (this.#outage) this.#counts.lostByOutage += 1;
      else this.#counts.lostByQueue += 1;
      return;
    }
    this.#queue.push({ packet, bytes, arrivedAt: at, left: bytes });
    this.#queuedBytes += bytes;
  }

  /** The packets that have come out by now, in order. */
  take(at: number): Packet[] {
    this.#transmit(at);
    const out: Packet[] = [];
    for (let first = this.#flying[0]; first !== undefined && first.outAt <= at; first = this.#flying[0]) {
      this.#flying.shift();
      this.#counts.packets += 1;
      this.#counts.bytes += first.bytes;
      out.push(first.packet);
    }
    return out;
  }

  /** When to look again; undefined while nothing is on its way. */
  nextAt(): number | undefined {
    const out = this.#flying[0]?.outAt;
    const head = this.#queue[0];
    if (head === undefined || this.#outage) return out;
    const through = this.#profile.trace === undefined ? this.#throughAt(head) : this.#momentAt(this.#profile.trace);
    return Math.min(out ?? Number.POSITIVE_INFINITY, through);
  }

  report(): DirectionReport {
    return { ...this.#counts };
  }

  #transmit(at: number): void {
    if (this.#outage) return;
    const { trace } = this.#profile;
    if (trace !== undefined) return this.#transmitByTrace(trace, at);
    for (let head = this.#queue[0]; head !== undefined; head = this.#queue[0]) {
      const through = this.#throughAt(head);
      if (through > at) return;
      this.#freeAt = through;
      this.#leave(head, through);
    }
  }

  #transmitByTrace(trace: readonly number[], at: number): void {
    for (let moment = this.#momentAt(trace); moment <= at; moment = this.#momentAt(trace)) {
      this.#next += 1;
      // A moment before the outage ended, or with nothing to carry, is gone.
      if (moment < this.#freeAt) continue;
      let room = TRACE_BYTES;
      for (
        let head = this.#queue[0];
        head !== undefined && head.arrivedAt <= moment && room > 0;
        head = this.#queue[0]
      ) {
        const passed = Math.min(room, head.left);
        head.left -= passed;
        room -= passed;
        if (head.left === 0) this.#leave(head, moment);
      }
    }
  }

  #leave(head: Waiting<Packet>, through: number): void {
    this.#queue.shift();
    this.#queuedBytes -= head.bytes;
    const { loss = 0, delayMs = 0, jitterMs = 0 } = this.#profile;
    if (loss > 0 && this.#random.chance(loss)) {
      this.#counts.lostByChance += 1;
      return;
    }
    const jitter = jitterMs === 0 ? 0 : jitterMs * this.#random.next();
    this.#lastOutAt = Math.max(this.#lastOutAt, through + delayMs + jitter);
    this.#flying.push({ packet: head.packet, bytes: head.bytes, outAt: this.#lastOutAt });
  }

  #throughAt({ bytes, arrivedAt }: Waiting<Packet>): number {
    const { rateMbit } = this.#profile;
    const begun = Math.max(arrivedAt, this.#freeAt);
    return rateMbit === undefined ? begun : begun + (bytes * 8) / (rateMbit * 1_000);
  }

  #momentAt(trace: readonly number[]): number {
    const round = Math.floor(this.#next / trace.length);
    return this.#traceAt + round * (trace.at(-1) ?? 0) + (trace[this.#next % trace.length] ?? 0);
  }
}
