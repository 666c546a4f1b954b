import type { InputBody } from "#protocol";

export type GamepadBody = Extract<InputBody, { kind: "gamepad" }>;

/** What is read of a `Gamepad`. */
export interface GamepadLike {
  readonly index: number;
  readonly mapping: string;
  readonly buttons: readonly { readonly pressed: boolean; readonly value: number }[];
  readonly axes: readonly number[];
}

const MAX_PADS = 4;
const BUTTONS = 17;
const LEFT_TRIGGER = 6;
const RIGHT_TRIGGER = 7;
/** A stick that nobody touches is not quite still. */
const DEAD_ZONE = 0.08;

/** Undefined for one whose layout the browser does not know, and for a fifth one. */
export function gamepadBody({ index, mapping, buttons, axes }: GamepadLike): GamepadBody | undefined {
  if (mapping !== "standard" || index >= MAX_PADS) return undefined;
  const bits = buttons.slice(0, BUTTONS).reduce((all, { pressed }, at) => (pressed ? all | (1 << at) : all), 0);
  const axis = (at: number) => (Math.abs(axes[at] ?? 0) < DEAD_ZONE ? 0 : (axes[at] ?? 0));
  const trigger = (at: number) => buttons[at]?.value ?? 0;
  return {
    kind: "gamepad",
    pad: index,
    buttons: bits,
    axes: [axis(0), axis(1), axis(2), axis(3)],
    triggers: [trigger(LEFT_TRIGGER), trigger(RIGHT_TRIGGER)],
  };
}

export function sameState(one: GamepadBody, other: GamepadBody): boolean {
  return one.buttons === other.buttons && parts(one).every((part, at) => part === parts(other)[at]);
}

export function isAtRest(body: GamepadBody): boolean {
  return body.buttons === 0 && parts(body).every((part) => part === 0);
}

function parts({ axes, triggers }: GamepadBody): readonly number[] {
  return [...axes, ...triggers];
}
