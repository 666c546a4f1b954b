import { expect, test } from "vitest";
import { acknowledgedAt, createAckPace, waitAfter } from "../../../web-client/sdk/ack-pace.ts";

/** When frames that arrive then are acknowledged, by a page that does it as soon as it may. */
function acknowledgements(arrivals: readonly number[]): number[] {
  const pace = createAckPace();
  const sent: number[] = [];
  let due: number | undefined;
  const send = (at: number) => {
    acknowledgedAt(pace, at);
    sent.push(at);
    due = undefined;
  };
  for (const at of arrivals) {
    if (due !== undefined && due <= at) send(due);
    const wait = waitAfter(pace, at);
    if (wait === 0) send(at);
    else due ??= at + wait;
  }
  if (due !== undefined) send(due);
  return sent;
}

const every = (step: number, from: number, to: number) =>
  Array.from({ length: Math.floor((to - from) / step) }, (_, index) => from + index * step);

test("W-2 the first frame is acknowledged at once, then ten times a second", () => {
  expect(acknowledgements(every(20, 0, 1_000))).toEqual(every(100, 0, 1_100));
});

test("W-2 after a pause four acknowledgements follow each other quickly", () => {
  const sent = acknowledgements([0, ...every(5, 3_000, 3_500)]);
  expect(sent.slice(0, 7)).toEqual([0, 3_000, 3_025, 3_050, 3_075, 3_175, 3_275]);
});

test("W-2 a burst after a pause is acknowledged to its end without a whole interval between", () => {
  const sent = acknowledgements([...every(20, 0, 1_000), ...every(2, 3_000, 3_020)]);
  expect(sent.filter((at) => at > 1_200)).toEqual([3_000, 3_025]);
});

test("W-2 a frame now and then is acknowledged at once, each", () => {
  expect(acknowledgements(every(1_600, 0, 8_000))).toEqual(every(1_600, 0, 8_000));
});

test("W-2 pauses of less than a second and a half change nothing", () => {
  const sent = acknowledgements(every(10, 0, 10_000).filter((at) => at % 1_000 < 300));
  expect(sent.length).toBeLessThanOrEqual(3 + 10 * 4);
});
