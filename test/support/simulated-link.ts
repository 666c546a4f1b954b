import { TRACE_BYTES } from "../network/direction.ts";
import type { Random } from "./random.ts";
import type { SimulatedTime } from "./simulated-time.ts";

/** What a link lets through. Times are milliseconds from the start of the run. */
export interface LinkRate {
  /** When the last of so many bytes is through, if the first may go at `from`; to be asked in order of time. */
  through(from: number, bytes: number): number;
  /** How many bytes could have gone between two moments. */
  room(from: number, to: number): number;
}

/** A rate in bits a second that changes at given moments: the first must be at 0. */
export function stepRate(...steps: readonly (readonly [from: number, bitrate: number])[]): LinkRate {
  const until = (index: number) => steps[index + 1]?.[0] ?? Number.POSITIVE_INFINITY;
  const perMs = (index: number) => (steps[index]?.[1] ?? 0) / 8_000;
  const indexAt = (moment: number) => steps.findLastIndex(([from]) => from <= moment);
  return {
    through(from, bytes) {
      let [moment, left] = [from, bytes];
      for (let index = indexAt(from); ; index += 1) {
        const takes = perMs(index) === 0 ? Number.POSITIVE_INFINITY : left / perMs(index);
        if (moment + takes <= until(index)) return moment + takes;
        left -= (until(index) - moment) * perMs(index);
        moment = until(index);
      }
    },
    room(from, to) {
      let bytes = 0;
      for (let index = indexAt(from); index < steps.length && (steps[index]?.[0] ?? to) < to; index += 1)
        bytes += (Math.min(to, until(index)) - Math.max(from, steps[index]?.[0] ?? 0)) * perMs(index);
      return bytes;
    },
  };
}

/** As mahimahi has it: the milliseconds at which one packet of 1504 bytes may pass, over and over. */
export function traceRate(opportunities: readonly number[]): LinkRate {
  const period = opportunities.at(-1) ?? 1;
  const momentOf = (index: number) =>
    Math.floor(index / opportunities.length) * period + (opportunities[index % opportunities.length] ?? 0);
  let next = 0;
  let left = TRACE_BYTES;
  return {
    through(from, bytes) {
      for (; momentOf(next) < from; next += 1) left = TRACE_BYTES;
      for (let missing = bytes - left; ; missing -= TRACE_BYTES) {
        if (missing <= 0) {
          left = -missing;
          return momentOf(next);
        }
        next += 1;
      }
    },
    room(from, to) {
      let count = 0;
      for (let index = 0; momentOf(index) < to; index += 1) if (momentOf(index) >= from) count += 1;
      return count * TRACE_BYTES;
    },
  };
}

/**
 * A link to a phone in a moving car, by chance: the rate wanders between 0.3 and 12 Mbit/s around 3.5, changes its
 * mind several times a second, and now and then nothing passes for up to 1.5 s (after the traces of mahimahi).
 */
export function drivingTrace(random: Random, seconds: number): number[] {
  const opportunities: number[] = [];
  let level = Math.log(3.5);
  let outageUntil = 0;
  let credit = 0;
  for (let moment = 0; moment < seconds * 1_000; moment += 1) {
    if (moment % 100 === 0) {
      level += (Math.log(3.5) - level) * 0.04 + (random.next() + random.next() - 1) * 0.45;
      level = Math.min(Math.log(12), Math.max(Math.log(0.3), level));
      if (random.chance(0.006)) outageUntil = moment + random.int(200, 1_500);
    }
    if (moment < outageUntil) continue;
    credit += (Math.exp(level) * 1_000) / 8 / TRACE_BYTES;
    for (; credit >= 1; credit -= 1) opportunities.push(moment);
  }
  opportunities.push(seconds * 1_000);
  return opportunities;
}

export interface LinkOptions {
  readonly rate: LinkRate;
  /** One way, milliseconds. */
  readonly delay: number;
  /** Up to so much more by chance, milliseconds. */
  readonly jitter?: number;
  /** Share of packets that are lost, and sent again a round trip later: what comes after them waits. */
  readonly loss?: number;
  readonly random?: Random;
}

/** One direction of a TCP connection as its ends see it: nothing is lost, all is in order, and any amount may wait. */
export class SimulatedLink {
  readonly #time: SimulatedTime;
  readonly #start: number;
  readonly #options: LinkOptions;
  #through = 0;
  #arrived = 0;
  /** Bytes that were sent and have not arrived, and the most there ever were. */
  waiting = 0;
  mostWaiting = 0;

  constructor(time: SimulatedTime, options: LinkOptions) {
    this.#time = time;
    this.#start = time.now;
    this.#options = options;
  }

  send(bytes: number, arrive: () => void): void {
    const { rate, delay, jitter = 0, loss = 0, random } = this.#options;
    const from = Math.max(this.#time.now - this.#start, this.#through);
    this.#through = rate.through(from, bytes);
    let extra = jitter * (random?.next() ?? 0);
    for (let sent = 0; sent < bytes && random !== undefined && loss > 0; sent += 1_448)
      if (random.chance(loss)) extra = Math.max(extra, 2 * delay + 10);
    this.#arrived = Math.max(this.#arrived, this.#start + this.#through + delay + extra);
    this.waiting += bytes;
    this.mostWaiting = Math.max(this.mostWaiting, this.waiting);
    this.#time.at(this.#arrived, () => {
      this.waiting -= bytes;
      arrive();
    });
  }
}
