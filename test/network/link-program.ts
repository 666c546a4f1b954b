import { Random } from "../support/random.ts";
import { Direction } from "./direction.ts";
import type { LinkAnswer, LinkOrder, LinkStart } from "./messages.ts";
import { Tun } from "./tun.ts";

/**
 * The link itself, run by Deno as root: carries packets between two TUN devices as the two directions say. Its one
 * argument is a `LinkStart` in JSON; it ends when its standard input does.
 */

type Packet = Uint8Array<ArrayBuffer>;

// Safe: only link.ts starts this program.
const start = JSON.parse(Deno.args[0] ?? "{}") as LinkStart;

class Carrier {
  readonly #from: Tun;
  readonly #to: Tun;
  readonly direction: Direction<Packet>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(from: Tun, to: Tun, direction: Direction<Packet>) {
    this.#from = from;
    this.#to = to;
    this.direction = direction;
  }

  async run(): Promise<never> {
    for (;;) {
      await this.#from.readable();
      for (let packet = this.#from.read(); packet !== undefined; packet = this.#from.read())
        this.direction.offer(packet, packet.byteLength, performance.now());
      this.deliver();
    }
  }

  /** Hand over what is due, and come back when more is. */
  deliver(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    for (const packet of this.direction.take(now)) this.#to.write(packet);
    const next = this.direction.nextAt();
    if (next !== undefined) this.#timer = setTimeout(() => this.deliver(), Math.max(0, next - now));
  }
}

const near = new Tun(start.nearDevice);
const far = new Tun(start.farDevice);
const at = performance.now();
const down = new Carrier(far, near, new Direction(start.profiles.down, new Random(start.seed), at));
const up = new Carrier(near, far, new Direction(start.profiles.up, new Random(start.seed + 1), at));

function obey(order: LinkOrder): void {
  const now = performance.now();
  if (order.order === "set") {
    if (order.profiles.down !== undefined) down.direction.set(order.profiles.down, now);
    if (order.profiles.up !== undefined) up.direction.set(order.profiles.up, now);
  } else if (order.order === "outage") {
    down.direction.outage(order.outage, now);
    up.direction.outage(order.outage, now);
  }
  down.deliver();
  up.deliver();
}

function answer(): void {
  const counts: LinkAnswer = { down: down.direction.report(), up: up.direction.report() };
  console.log(JSON.stringify(counts));
}

void down.run();
void up.run();
answer();
let rest = "";
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    // Safe: as above.
    obey(JSON.parse(line) as LinkOrder);
    answer();
  }
}
Deno.exit(0);
