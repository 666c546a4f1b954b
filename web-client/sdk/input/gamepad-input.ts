import type { InputBody } from "#protocol";
import { type GamepadBody, gamepadBody, isAtRest, sameState } from "./gamepad-state.ts";

export interface GamepadPort {
  /** The device takes gamepads. */
  takes(): boolean;
  /** Whether one may be used now. */
  ready(): boolean;
  send(body: InputBody): void;
}

/** Gamepads of this machine, as W3C's Gamepad API shows them: nothing is read unless one is connected and the device takes it. */
export class GamepadInput {
  readonly #port: GamepadPort;
  /** What was last said of each. */
  readonly #said = new Map<number, GamepadBody>();
  #frame: number | undefined;

  constructor(port: GamepadPort, signal: AbortSignal) {
    this.#port = port;
    addEventListener("gamepadconnected", () => this.watch(), { signal });
    signal.addEventListener("abort", () => this.#stop());
  }

  /** One may have been connected, or the device become known. */
  watch(): void {
    this.#stop();
    if (this.#port.takes() && connected().length > 0) this.#frame = requestAnimationFrame(() => this.#look());
  }

  releaseAll(): void {
    for (const [pad, said] of this.#said) {
      if (!isAtRest(said)) this.#port.send({ kind: "gamepad", pad, buttons: 0, axes: [0, 0, 0, 0], triggers: [0, 0] });
    }
    this.forget();
  }

  /** Whatever is pressed was let go at the other end: it is said again with the next change of all that is seen. */
  forget(): void {
    this.#said.clear();
  }

  #look(): void {
    for (const pad of connected()) {
      const body = gamepadBody(pad);
      if (body === undefined) continue;
      const said = this.#said.get(body.pad);
      const isNews = said === undefined ? !isAtRest(body) : !sameState(said, body);
      if (!isNews || !this.#port.ready()) continue;
      this.#said.set(body.pad, body);
      this.#port.send(body);
    }
    this.watch();
  }

  #stop(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }
}

function connected(): Gamepad[] {
  return navigator.getGamepads().flatMap((pad) => (pad?.connected === true ? [pad] : []));
}
