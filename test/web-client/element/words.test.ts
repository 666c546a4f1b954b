import { expect, test } from "vitest";
import type { EndReason } from "../../../web-client/sdk/state.ts";
import { wordsOf } from "../../../web-client/words.ts";

const SEEN = { picture: true, at: 1_000 };

test("a live picture speaks for itself, and its absence is told", () => {
  expect(wordsOf({ name: "live" }, SEEN)).toBeUndefined();
  expect(wordsOf({ name: "live" }, { picture: false, at: 0 })?.detail).toBe("Waiting for the first picture.");
});

test("a lost connection counts down and offers not to wait", () => {
  const words = wordsOf({ name: "reconnecting", attempt: 3, retryAt: 3_500 }, SEEN);
  expect(words?.detail).toContain("in 3 seconds");
  expect(words?.action?.does).toBe("retry-now");
  expect(wordsOf({ name: "reconnecting", attempt: 3, retryAt: 1_900 }, SEEN)?.detail).toContain("in 1 second.");
  expect(wordsOf({ name: "reconnecting", attempt: 3, retryAt: undefined }, SEEN)?.action).toBeUndefined();
});

test.each<[EndReason, RegExp]>([
  ["no-webcodecs", /Chrome|Safari/],
  ["insecure-origin", /https/],
  ["no-link", /link/],
  ["link-invalid", /new one/],
  ["link-expired", /new one/],
  ["link-used-up", /new one/],
  ["seat-replaced", /another tab/],
  ["device-offline", /host/],
])("the words for %s say what to do", (reason, hint) => {
  expect(wordsOf({ name: "ended", reason }, SEEN)?.detail).toMatch(hint);
});
