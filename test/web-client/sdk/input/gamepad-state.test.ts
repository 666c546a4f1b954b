import { expect, test } from "vitest";
import { type GamepadLike, gamepadBody, isAtRest, sameState } from "../../../../web-client/sdk/input/gamepad-state.ts";

function pad(changes: Partial<GamepadLike> = {}): GamepadLike {
  const buttons = Array.from({ length: 17 }, () => ({ pressed: false, value: 0 }));
  return { index: 0, mapping: "standard", buttons, axes: [0, 0, 0, 0], ...changes };
}

test("I-10 a gamepad is its buttons, sticks and triggers", () => {
  const buttons = pad().buttons.map((button, at) =>
    at === 0 || at === 16 ? { pressed: true, value: 1 } : at === 7 ? { pressed: false, value: 0.25 } : button,
  );
  expect(gamepadBody(pad({ index: 2, buttons, axes: [-1, 0.5] }))).toEqual({
    kind: "gamepad",
    pad: 2,
    buttons: 0x1_0001,
    axes: [-1, 0.5, 0, 0],
    triggers: [0, 0.25],
  });
});

test("I-10 a gamepad that the browser has no layout for is not sent, nor a fifth one", () => {
  expect(gamepadBody(pad({ mapping: "" }))).toBeUndefined();
  expect(gamepadBody(pad({ index: 4 }))).toBeUndefined();
});

test("what is the same is told apart from what has changed", () => {
  const [rest, moved] = [gamepadBody(pad()), gamepadBody(pad({ axes: [0.1, 0, 0, 0] }))];
  if (rest === undefined || moved === undefined) throw new Error("both are gamepads");
  expect([sameState(rest, { ...rest }), sameState(rest, moved)]).toEqual([true, false]);
  expect([isAtRest(rest), isAtRest(moved)]).toEqual([true, false]);
});

test("a stick that nobody touches says nothing", () => {
  expect(gamepadBody(pad({ axes: [0.02, -0.07, 0.5, 0] }))?.axes).toEqual([0, 0, 0.5, 0]);
});
