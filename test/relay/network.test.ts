import { describe, expect, it } from "vitest";
import { Random, seeds } from "../support/random.ts";
import { ages, arrivedBytes, freezes, freshAfter, percentile, soundLateness } from "../support/simulated-figures.ts";
import { drivingTrace, type LinkRate, stepRate, traceRate } from "../support/simulated-link.ts";
import { broadcast, polling } from "../support/simulated-peers.ts";
import { type SessionOptions, SimulatedSession } from "../support/simulated-session.ts";

/** Milliseconds from the start of a run, as moments of the simulated time. */
function span(session: SimulatedSession, from: number, to: number): { readonly from: number; readonly to: number } {
  const start = session.time.now - session.since(session.time.now);
  return { from: start + from, to: start + to };
}

const SOURCE = { bitrate: 2_000_000, audioBitrate: 64_000 };

function alone(rate: LinkRate, more: Partial<SessionOptions> & { readonly delay?: number } = {}): SimulatedSession {
  const { delay = 20, ...options } = more;
  return new SimulatedSession({ seed: 1, origin: SOURCE, links: { ada: { rate, delay } }, ...options });
}

describe.each([2_000_000, 6_000_000])("with a device that would use %d bits a second", (bitrate) => {
  const RUN_MS = 45_000;
  const rate = () =>
    stepRate([0, 8_000_000], [5_000, 1_000_000], [25_000, 8_000_000], [35_000, 0], [38_000, 8_000_000]);
  const origin = { ...SOURCE, bitrate };
  const ours = alone(rate(), { origin }).run(RUN_MS);
  const polled = alone(rate(), { origin, server: polling }).run(RUN_MS);
  const unbounded = alone(rate(), { origin, server: broadcast }).run(RUN_MS);
  const fallen = (session: SimulatedSession) => percentile(ages(session.viewer(), span(session, 5_000, 25_000)), 0.95);
  const freshFrom = (session: SimulatedSession, moment: number) =>
    freshAfter(session.viewer(), span(session, moment, moment).from);

  it("W-5 W-7 pictures stay young when the way carries an eighth of what it did", () => {
    expect(fallen(ours)).toBeLessThanOrEqual(40 + 300);
    expect(fallen(ours)).toBeLessThanOrEqual(0.25 * fallen(polled));
    expect(fallen(ours)).toBeLessThanOrEqual(0.05 * fallen(unbounded));
  });

  it("W-3 a fresh picture is there soon after the rate returns, and after an outage", () => {
    for (const moment of [25_000, 38_000]) expect(freshFrom(ours, moment)).toBeLessThan(freshFrom(polled, moment) / 3);
  });

  it("W-3 once the rate has followed, sound is not late by more than a player holds", () => {
    expect(soundLateness(ours.viewer(), span(ours, 8_000, 25_000))).toBeLessThan(300);
  });

  it("S-7 keyframes are made for the first picture and for skips, and every picture can be decoded", () => {
    expect(ours.viewer().undecodable).toBe(0);
    expect(ours.origin.keyframes).toBeLessThanOrEqual(6);
  });
});

describe("on a phone's link in a moving car", () => {
  const RUN_MS = 120_000;
  const origin = { ...SOURCE, bitrate: 4_000_000 };

  it.each([11, 12, 13])(
    "W-6 seed %d: younger pictures and fewer freezes than one that polls, and the link is used",
    (seed) => {
      const moments = drivingTrace(new Random(seed), RUN_MS / 1_000);
      const drive = (server?: SessionOptions["server"]) =>
        alone(traceRate(moments), { seed, origin, delay: 25, ...(server === undefined ? {} : { server }) }).run(RUN_MS);
      const [ours, polled, unbounded] = [drive(), drive(polling), drive(broadcast)];
      const age = (session: SimulatedSession) => percentile(ages(session.viewer(), span(session, 0, RUN_MS)), 0.95);
      expect(age(ours)).toBeLessThanOrEqual(0.6 * age(polled));
      expect(age(ours)).toBeLessThanOrEqual(0.2 * age(unbounded));
      const frozen = (session: SimulatedSession) => freezes(session.viewer(), span(session, 0, RUN_MS));
      expect(frozen(ours)).toBeLessThanOrEqual(0.75 * frozen(polled));
      let room = 0;
      for (let at = 0; at < RUN_MS; at += 100)
        room += Math.min(traceRate(moments).room(at, at + 100), origin.bitrate / 80);
      expect(arrivedBytes(ours.viewer(), span(ours, 0, RUN_MS)) / room).toBeGreaterThanOrEqual(0.6);
      expect(ours.viewer().undecodable).toBe(0);
    },
  );

  it.each(seeds())("S-5 NEARGLASS_SEED=%d: nothing that cannot be decoded is delivered, on any way", (seed) => {
    const random = new Random(seed);
    for (let way = 0; way < 6; way += 1) {
      const rate = traceRate(drivingTrace(random, 20));
      const link = { rate, delay: random.int(1, 150), jitter: random.int(0, 30), loss: random.int(0, 5) / 100, random };
      const session = new SimulatedSession({ seed, origin, links: { ada: link }, tellArrival: random.chance(0.7) });
      session.run(20_000);
      expect(session.viewer().undecodable).toBe(0);
      expect(session.viewer().pictures.length).toBeGreaterThan(0);
    }
  });
});

describe("of many viewers", () => {
  const wide = () => stepRate([0, 50_000_000]);
  const names = Array.from({ length: 10 }, (_, index) => `viewer-${index}`);
  const links = (stalled: number) =>
    Object.fromEntries(
      names.map((name, index) => [
        name,
        { rate: index < stalled ? stepRate([0, 8_000_000], [3_000, 0]) : wide(), delay: 10 },
      ]),
    );

  it("W-1 three that read nothing more slow no other, and little is kept for each", () => {
    const calm = new SimulatedSession({ seed: 1, origin: SOURCE, links: links(0) }).run(30_000);
    const some = new SimulatedSession({ seed: 1, origin: SOURCE, links: links(3) }).run(30_000);
    const p99 = (session: SimulatedSession) =>
      percentile(
        names.slice(3).flatMap((name) => ages(session.viewer(name), span(session, 5_000, 29_000))),
        0.99,
      );
    expect(p99(some)).toBeLessThanOrEqual(1.1 * p99(calm));
    for (const name of names.slice(0, 3)) expect(some.links.get(name)?.mostWaiting).toBeLessThan(660 * 1024);
  });

  it("W-7 one far slower than the rest is thinned, and the rest keep their rate", () => {
    const slow = { rate: stepRate([0, 300_000]), delay: 20 };
    const session = new SimulatedSession({
      seed: 1,
      origin: SOURCE,
      links: { ada: { rate: wide(), delay: 10 }, bob: { rate: wide(), delay: 10 }, slow },
    }).run(30_000);
    const rate = (name: string) => (arrivedBytes(session.viewer(name), span(session, 10_000, 30_000)) * 8) / 20;
    expect(rate("ada")).toBeGreaterThan(0.9 * SOURCE.bitrate);
    expect(session.viewer("slow").pictures.length).toBeGreaterThan(3);
    expect(session.viewer("slow").undecodable).toBe(0);
    expect(session.origin.keyframes).toBeLessThanOrEqual(30);
  });
});

it("W-5 a replay does not shorten the time of what was under way before it: a far viewer's rate comes back", () => {
  const rate = () => stepRate([0, 8_000_000], [10_000, 1_000_000], [20_000, 8_000_000]);
  for (let seed = 1; seed <= 8; seed += 1) {
    const origin = { bitrate: 2_000_000, audioBitrate: 96_000 };
    const session = alone(rate(), { seed, origin, delay: 150, tellArrival: false }).run(30_000);
    const bitrate = (arrivedBytes(session.viewer(), span(session, 26_000, 30_000)) * 8) / 4;
    expect(bitrate, `seed ${seed}`).toBeGreaterThan(0.5 * origin.bitrate);
  }
});

it("W-7 a thinned viewer has the last picture of a screen that comes to rest, and asks for few on the way", () => {
  const moves = (since: number) => since < 10_000;
  const session = new SimulatedSession({
    seed: 1,
    origin: { ...SOURCE, audioBitrate: 0, moves },
    links: { ada: { rate: stepRate([0, 50_000_000]), delay: 10 }, slow: { rate: stepRate([0, 600_000]), delay: 20 } },
  }).run(14_000);
  expect(session.viewer("slow").pictures.at(-1)?.sequence).toBe(session.viewer("ada").pictures.at(-1)?.sequence);
  expect(session.origin.keyframes).toBeLessThanOrEqual(1 + 14 / 2);
});

it("W-7 a still screen gives no reason to change anything, and what moves after it is sent at once", () => {
  const moves = (since: number) => since < 3_000 || since > 30_000;
  const session = alone(stepRate([0, 8_000_000]), { origin: { ...SOURCE, audioBitrate: 0, moves } }).run(35_000);
  expect(session.origin.targets).toEqual([]);
  expect(freshAfter(session.viewer(), span(session, 30_010, 30_010).from)).toBeLessThan(150);
  expect(session.origin.keyframes).toBe(1);
});
