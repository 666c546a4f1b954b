import type { Touch } from "../apps/app.ts";

/** What became of a touch: a target was let go of where it was pressed, or only the looks changed, or nothing. */
export type PressResult<Target> =
  | { readonly kind: "clicked"; readonly target: Target }
  | { readonly kind: "changed" }
  | { readonly kind: "nothing" };

/**
 * Presses of any number of fingers on things that are clicked. A thing is clicked when a finger lifts over the
 * thing it came down on.
 */
export class Presses<Target> {
  readonly #held = new Map<number, { readonly target: Target; over: boolean }>();

  isPressed(target: Target): boolean {
    for (const press of this.#held.values()) if (press.over && press.target === target) return true;
    return false;
  }

  touch(touch: Touch, hit: (x: number, y: number) => Target | undefined): PressResult<Target> {
    if (touch.phase === "down") {
      const target = hit(touch.x, touch.y);
      if (target === undefined) return { kind: "nothing" };
      this.#held.set(touch.id, { target, over: true });
      return { kind: "changed" };
    }
    const press = this.#held.get(touch.id);
    if (press === undefined) return { kind: "nothing" };
    if (touch.phase === "move") {
      press.over = hit(touch.x, touch.y) === press.target;
      return { kind: "changed" };
    }
    this.#held.delete(touch.id);
    const clicked = touch.phase === "up" && hit(touch.x, touch.y) === press.target;
    return clicked ? { kind: "clicked", target: press.target } : { kind: "changed" };
  }
}
