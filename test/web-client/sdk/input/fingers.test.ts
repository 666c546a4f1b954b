import { expect, test } from "vitest";
import {
  cancelFingers,
  createFingers,
  liftFinger,
  moveFinger,
  pressFinger,
  takeMoves,
} from "../../../../web-client/sdk/input/fingers.ts";

const at = (x: number) => ({ x, y: 0.5, pressure: 1 });

test("fingers get the lowest free id, whatever the browser calls them", () => {
  const fingers = createFingers();
  expect(pressFinger(fingers, 1_003, at(0.1))).toEqual([{ id: 0, phase: "down", ...at(0.1) }]);
  expect(pressFinger(fingers, 77, at(0.2))).toEqual([{ id: 1, phase: "down", ...at(0.2) }]);
  liftFinger(fingers, 1_003, "up");
  expect(pressFinger(fingers, 5, at(0.3))?.[0]?.id).toBe(0);
});

test("I-2 an eleventh finger is not taken, nor one that is down already", () => {
  const fingers = createFingers();
  for (let finger = 0; finger < 10; finger++) expect(pressFinger(fingers, finger, at(0.1))).toBeDefined();
  expect(pressFinger(fingers, 10, at(0.1))).toBeUndefined();
  expect(pressFinger(fingers, 3, at(0.1))).toBeUndefined();
});

test("moves of a frame are one message with each finger once, where it is now", () => {
  const fingers = createFingers();
  pressFinger(fingers, 1, at(0.1));
  pressFinger(fingers, 2, at(0.2));
  moveFinger(fingers, 1, at(0.3));
  moveFinger(fingers, 1, at(0.4));
  moveFinger(fingers, 2, at(0.5));
  expect(takeMoves(fingers)).toEqual([
    { id: 0, phase: "move", ...at(0.4) },
    { id: 1, phase: "move", ...at(0.5) },
  ]);
  expect(takeMoves(fingers)).toEqual([]);
});

test("a press and a release carry the moves before them, so that nothing is told out of order", () => {
  const fingers = createFingers();
  pressFinger(fingers, 1, at(0.1));
  moveFinger(fingers, 1, at(0.2));
  expect(pressFinger(fingers, 2, at(0.9))).toEqual([
    { id: 0, phase: "move", ...at(0.2) },
    { id: 1, phase: "down", ...at(0.9) },
  ]);
  moveFinger(fingers, 1, at(0.3));
  moveFinger(fingers, 2, at(0.8));
  expect(liftFinger(fingers, 2, "up", at(0.7))).toEqual([
    { id: 0, phase: "move", ...at(0.3) },
    { id: 1, phase: "up", ...at(0.7) },
  ]);
});

test("a finger that nobody pressed neither moves nor lifts", () => {
  const fingers = createFingers();
  expect(moveFinger(fingers, 1, at(0.1))).toBe(false);
  expect(liftFinger(fingers, 1, "up")).toBeUndefined();
});

test("everything that is down can be cancelled at once", () => {
  const fingers = createFingers();
  pressFinger(fingers, 1, at(0.1));
  pressFinger(fingers, 2, at(0.2));
  moveFinger(fingers, 2, at(0.6));
  expect(cancelFingers(fingers)).toEqual([
    { id: 0, phase: "cancel", ...at(0.1) },
    { id: 1, phase: "cancel", ...at(0.6) },
  ]);
  expect(cancelFingers(fingers)).toEqual([]);
});
