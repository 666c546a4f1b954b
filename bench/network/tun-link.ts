// Runs under Deno, which can call the C library: node has no way to make a TUN device.
import { Random } from "../../test/support/random.ts";
import type { Conditions } from "./way.ts";

/** Two TUN devices and what is between them. Conditions come as lines of JSON; ends with its input. */

const [near = "", far = "", seed = "1"] = Deno.args;
const QUEUE_BYTES = 64 * 1024;
const MTU = 1500;
const TRACE_PACKET = 1504;
const TICK_MS = 1;

const libc = Deno.dlopen("libc.so.6", {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize", nonblocking: true },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
});

/** TUNSETIFF with IFF_TUN | IFF_NO_PI, of linux/if_tun.h. */
function openTun(name: string): number {
  const fd = libc.symbols.open(new TextEncoder().encode("/dev/net/tun\0"), 2);
  const request = new Uint8Array(40);
  request.set(new TextEncoder().encode(name));
  new DataView(request.buffer).setUint16(16, 0x0001 | 0x1000, true);
  if (fd < 0 || libc.symbols.ioctl(fd, 0x400454can, request) < 0) throw new Error(`no TUN device ${name}`);
  return fd;
}

class Direction {
  readonly #to: number;
  readonly #random: Random;
  #conditions: Conditions = { delayMs: 0 };
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #waitingBytes = 0;
  #flying: { readonly due: number; readonly packet: Uint8Array<ArrayBuffer> }[] = [];
  #credit = 0;
  #servedAt = performance.now();
  #setAt = performance.now();
  readonly counted = { passed: 0, lost: 0, overflowed: 0 };

  constructor(to: number, seed: number) {
    this.#to = to;
    this.#random = new Random(seed);
  }

  set(conditions: Conditions): void {
    this.#conditions = conditions;
    this.#setAt = performance.now();
    this.#servedAt = this.#setAt;
    this.#credit = 0;
  }

  take(packet: Uint8Array<ArrayBuffer>): void {
    if (this.#conditions.loss !== undefined && this.#random.chance(this.#conditions.loss)) this.counted.lost += 1;
    else if (this.#waitingBytes + packet.length > QUEUE_BYTES) this.counted.overflowed += 1;
    else {
      this.#waiting.push(packet);
      this.#waitingBytes += packet.length;
    }
  }

  tick(now: number): void {
    this.#serve(now);
    while ((this.#flying[0]?.due ?? Number.POSITIVE_INFINITY) <= now) {
      const packet = this.#flying.shift()?.packet;
      if (packet !== undefined) libc.symbols.write(this.#to, packet, BigInt(packet.length));
    }
  }

  #serve(now: number): void {
    const { rate, trace, down } = this.#conditions;
    const since = this.#servedAt;
    this.#servedAt = now;
    if (down) return;
    if (trace !== undefined) {
      for (let chances = opportunities(trace, since - this.#setAt, now - this.#setAt); chances > 0; chances -= 1) {
        let room = TRACE_PACKET;
        while (this.#waiting[0] !== undefined && this.#waiting[0].length <= room) {
          room -= this.#waiting[0].length;
          this.#launch(now);
        }
      }
      return;
    }
    this.#credit = rate === undefined ? Number.POSITIVE_INFINITY : this.#credit + (rate / 8_000) * (now - since);
    while (this.#waiting[0] !== undefined && this.#waiting[0].length <= this.#credit) {
      this.#credit -= this.#waiting[0].length;
      this.#launch(now);
    }
    // What was not used is gone, but for what a tick is too coarse for.
    if (this.#waiting.length === 0 && rate !== undefined) this.#credit = Math.min(this.#credit, (rate / 8_000) * TICK_MS);
  }

  #launch(now: number): void {
    const packet = this.#waiting.shift();
    if (packet === undefined) return;
    this.#waitingBytes -= packet.length;
    this.counted.passed += 1;
    this.#flying.push({ due: now + this.#conditions.delayMs, packet });
  }
}

/** How many packets a trace that goes round lets pass from one moment to another. */
function opportunities(trace: readonly number[], from: number, to: number): number {
  const period = trace.at(-1) ?? 1;
  const before = (moment: number) => Math.floor(moment / period) * trace.length + lowerBound(trace, moment % period);
  return before(to) - before(from);
}

function lowerBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function pump(from: number, into: Direction): Promise<void> {
  for (;;) {
    const buffer = new Uint8Array(MTU);
    const length = Number(await libc.symbols.read(from, buffer, BigInt(MTU)));
    if (length > 0) into.take(buffer.slice(0, length));
  }
}

const [nearFd, farFd] = [openTun(near), openTun(far)];
const down = new Direction(farFd, Number(seed));
const up = new Direction(nearFd, Number(seed) + 1_000_000);
void pump(nearFd, down);
void pump(farFd, up);
setInterval(() => {
  const now = performance.now();
  down.tick(now);
  up.tick(now);
}, TICK_MS);
console.log("open");
let pending = "";
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (pending + text).split("\n");
  pending = lines.pop() ?? "";
  for (const line of lines) {
    const conditions: { readonly up: Conditions; readonly down: Conditions } = JSON.parse(line);
    up.set(conditions.up);
    down.set(conditions.down);
    console.log(JSON.stringify({ up: up.counted, down: down.counted }));
  }
}
Deno.exit(0);
