import { describe, expect, it } from "vitest";
import {
  controlBackoff,
  noteConnected,
  STABLE_MS,
  sessionBackoff,
  waitAfterLoss,
} from "../../../origin-agent/link/backoff.ts";

const HIGHEST = () => 0.999_999;
const LOWEST = () => 0;

function ceilings(backoff: ReturnType<typeof sessionBackoff>, losses: number): number[] {
  return Array.from({ length: losses }, () => Math.round(waitAfterLoss(backoff, 0, HIGHEST)));
}

describe("backoff", () => {
  it("a session's waits grow from 0.2 s to 5 s and stay there", () => {
    expect(ceilings(sessionBackoff(), 8)).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  });

  it("a host's waits grow on to 30 s", () => {
    expect(ceilings(controlBackoff(), 10).slice(-4)).toEqual([12_800, 25_600, 30_000, 30_000]);
  });

  it("jitter is full: the whole way down to no wait at all", () => {
    const backoff = controlBackoff();
    for (let loss = 0; loss < 10; loss += 1) expect(waitAfterLoss(backoff, 0, LOWEST)).toBe(0);
  });

  it("a thousand losses in a row stay under the cap", () => {
    expect(Math.max(...ceilings(controlBackoff(), 1_000))).toBe(30_000);
  });

  it("a connection that held begins anew", () => {
    const backoff = sessionBackoff();
    ceilings(backoff, 5);
    noteConnected(backoff, 1_000);
    expect(Math.round(waitAfterLoss(backoff, 1_000 + STABLE_MS, HIGHEST))).toBe(200);
  });

  it("a connection that broke at once does not: a flapping edge is not hammered", () => {
    const backoff = sessionBackoff();
    ceilings(backoff, 5);
    noteConnected(backoff, 1_000);
    expect(Math.round(waitAfterLoss(backoff, 1_000 + STABLE_MS - 1, HIGHEST))).toBe(5_000);
  });
});
