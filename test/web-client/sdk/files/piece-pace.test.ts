import { expect, it } from "vitest";
import { MAX_FILE_CHUNK_BYTES } from "#protocol";
import { createPiecePace, pieceLost, pieceMoved } from "../../../../web-client/sdk/files/piece-pace.ts";

/** A way that takes its time and then carries so many bytes a second. @returns sizes of pieces, and the share of time at rest */
function run(latencyMs: number, bytesPerSecond: number, pieces: number) {
  const pace = createPiecePace();
  const sizes: number[] = [];
  let [busy, rest] = [0, 0];
  for (let piece = 0; piece < pieces; piece += 1) {
    sizes.push(pace.bytes);
    const carried = (pace.bytes / bytesPerSecond) * 1_000;
    rest += pieceMoved(pace, latencyMs + carried);
    busy += carried;
  }
  return { sizes, restShare: rest / (rest + busy) };
}

it("U-6 pieces grow to the largest on a fast line, and follow each other at once", () => {
  const { sizes, restShare } = run(5, 100_000_000, 12);
  expect(sizes.slice(0, 7).map((bytes) => bytes / 1024)).toEqual([16, 32, 64, 128, 256, 512, 1024]);
  expect(sizes.at(-1)).toBe(MAX_FILE_CHUNK_BYTES);
  expect(restShare).toBe(0);
});

it("U-6 a way that is only long makes no piece smaller", () => {
  expect(run(800, 100_000_000, 12).sizes.at(-1)).toBe(MAX_FILE_CHUNK_BYTES);
});

it("U-6 a line of 1 Mbit/s is filled for half a second at most, and left alone in between", () => {
  const { sizes, restShare } = run(40, 125_000, 40);
  for (const bytes of sizes.slice(4)) expect(bytes / 125_000).toBeLessThanOrEqual(0.55);
  expect(restShare).toBeGreaterThan(0.12);
});

it("U-6 a line that becomes slow is followed, and one that becomes fast again", () => {
  const pace = createPiecePace();
  for (let piece = 0; piece < 10; piece += 1) pieceMoved(pace, 10);
  for (let piece = 0; piece < 10; piece += 1) pieceMoved(pace, 3_000);
  expect(pace.bytes).toBe(16 * 1024);
  for (let piece = 0; piece < 10; piece += 1) pieceMoved(pace, 60);
  expect(pace.bytes).toBe(MAX_FILE_CHUNK_BYTES);
});

it("U-6 every 17th piece is small, and says how long the way is by now", () => {
  const { sizes } = run(5, 100_000_000, 40);
  expect(sizes.flatMap((bytes, index) => (bytes === 16 * 1024 ? [index] : []))).toEqual([0, 16, 33]);
});

it("U-6 a line on which a small piece takes over a second is asked for no larger ones", () => {
  expect(run(40, 12_000, 20).sizes.every((bytes) => bytes === 16 * 1024)).toBe(true);
});

it("U-6 a piece that was lost is tried again with half of it", () => {
  const pace = createPiecePace();
  for (let piece = 0; piece < 2; piece += 1) pieceMoved(pace, 10);
  expect(pace.bytes).toBe(64 * 1024);
  pieceLost(pace);
  expect(pace.bytes).toBe(32 * 1024);
  for (let piece = 0; piece < 10; piece += 1) pieceLost(pace);
  expect(pace.bytes).toBe(16 * 1024);
});
