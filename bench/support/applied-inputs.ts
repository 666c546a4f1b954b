import { createInputOrder, judgeInput } from "../../origin-agent/session/input-order.ts";
import { nowMicros } from "./stream.ts";

/** An input that was applied, and the first picture that can show it. */
export interface AppliedInput {
  readonly lease: number;
  readonly sequence: number;
  readonly picture: number;
  /** Unix microseconds. */
  readonly at: number;
}

const ACK_MS = 20;

/** The device's end of input: by the agent's own rules each is applied once, and acknowledged in batches. */
export class AppliedInputs {
  readonly list: AppliedInput[] = [];
  readonly #order = createInputOrder();
  readonly #acknowledge: (lease: number, sequence: number) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(acknowledge: (lease: number, sequence: number) => void) {
    this.#acknowledge = acknowledge;
  }

  /** @param picture the number of the next that is taken */
  came(lease: number, sequence: number, picture: number): void {
    const verdict = judgeInput(this.#order, lease, sequence);
    if (verdict === "apply" || verdict === "lift-and-apply")
      this.list.push({ lease, sequence, picture, at: nowMicros() });
    this.#timer ??= setTimeout(() => this.acknowledgeNow(), ACK_MS);
  }

  acknowledgeNow(): void {
    this.stop();
    const { lease, applied } = this.#order;
    if (lease !== undefined) this.#acknowledge(lease, applied);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
