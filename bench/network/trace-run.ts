import { setTimeout as pause } from "node:timers/promises";
import { TRACE_BYTES } from "../../test/network/direction.ts";
import { Link } from "../../test/network/link.ts";
import type { Row } from "../support/report.ts";
import { over, percentile } from "../support/statistics.ts";
import { AUDIO_BYTES, AUDIO_RATE, BITRATE, nowMicros } from "../support/stream.ts";
import { ages, agesOnGlass, deliveredBytes, frozen, type Span } from "../support/watching.ts";
import { ARMS, type Arm, type Arms } from "./arms.ts";
import { Watch, type Watched } from "./watch.ts";

const DELAY_MS = 25;
const BEFORE = { delayMs: DELAY_MS, rateMbit: 8 };
const SETTLE_MS = 2_000;
const PACKET_BITS = TRACE_BYTES * 8;
/** What the source would send at most, sound included. */
const SOURCE_RATE = BITRATE + AUDIO_BYTES * 8 * AUDIO_RATE;

interface Ride {
  readonly watched: Watched;
  readonly span: Span;
  /** Bits that the link could have carried of what the source would have sent. */
  readonly capacity: number;
}

/** A link that passes packets when a recorded one did. */
export async function traceRun(
  arms: Arms,
  traces: readonly { readonly seed: number; readonly packets: readonly number[] }[],
  seconds: number,
): Promise<Row[]> {
  const rides: Record<Arm, Ride[]> = { session: [], polled: [], broadcast: [] };
  for (const { seed, packets } of traces) {
    await Promise.all(
      ARMS.map(async (arm) => {
        const link = await Link.open({ down: BEFORE, up: { delayMs: DELAY_MS } }, seed);
        try {
          rides[arm].push(await ride(arms, arm, link, packets, seconds));
        } finally {
          await link.close();
        }
      }),
    );
  }
  const of = (arm: Arm, figure: (ride: Ride) => number) => rides[arm].map(figure);
  const against = (arm: Arm, figure: (ride: Ride) => number) =>
    of("session", figure).map((ours, index) => ours / (of(arm, figure)[index] ?? Number.NaN));
  const age = ({ watched, span }: Ride) => percentile(ages(watched.arrivals, span), 0.95);
  const glass = ({ watched, span }: Ride) => percentile(agesOnGlass(watched.arrivals, span), 0.95);
  const freeze = ({ watched, span }: Ride) => frozen(watched.arrivals, span);
  const utilisation = ({ watched, span, capacity }: Ride) => (deliveredBytes(watched.arrivals, span) * 8) / capacity;
  return [
    { what: "an LTE-like link with outages: age p95", unit: "ms", ...over(of("session", age)) },
    { what: "  against B5", unit: "x", bar: 0.6, ...over(against("polled", age)) },
    { what: "  against B3", unit: "x", bar: 0.2, ...over(against("broadcast", age)) },
    { what: "  age on the glass p95, looked at every 10 ms", unit: "ms", ...over(of("session", glass)) },
    { what: "  the same against B5", unit: "x", ...over(against("polled", glass)) },
    { what: "  time frozen", unit: "ms", ...over(of("session", freeze)) },
    { what: "  against B5", unit: "x", bar: 0.5, ...over(against("polled", freeze)) },
    { what: "  utilisation", unit: "", atLeast: 0.6, ...over(of("session", utilisation)) },
    { what: "  utilisation of B5", unit: "", ...over(of("polled", utilisation)) },
    {
      what: "  undecodable pictures delivered",
      unit: "",
      bar: 0,
      figure: Math.max(...of("session", (each) => each.watched.undecodable)),
    },
  ];
}

async function ride(arms: Arms, arm: Arm, link: Link, packets: readonly number[], seconds: number): Promise<Ride> {
  const watch = await Watch.begin(await arms.room(arm), link);
  try {
    await pause(SETTLE_MS);
    const from = nowMicros();
    await link.set({ down: { trace: packets } });
    await pause(seconds * 1_000);
    const span = { from, to: nowMicros() };
    return { watched: await watch.end(), span, capacity: capacity(packets, (span.to - span.from) / 1e6) };
  } finally {
    watch.stop();
  }
}

/** Second by second, the lesser of what the trace lets pass and what the source makes. */
function capacity(packets: readonly number[], seconds: number): number {
  const period = packets.at(-1) ?? 0;
  const perSecond = new Array<number>(Math.ceil(seconds)).fill(0);
  for (let base = 0; base < seconds * 1_000 && period > 0; base += period) {
    for (const at of packets) {
      const second = Math.floor((base + at) / 1_000);
      if (second < perSecond.length) perSecond[second] = (perSecond[second] ?? 0) + PACKET_BITS;
    }
  }
  return perSecond.reduce((sum, bits) => sum + Math.min(bits, SOURCE_RATE), 0);
}
