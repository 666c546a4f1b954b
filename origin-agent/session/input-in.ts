import { type InputMessage, readInput } from "#protocol";
import type { OpenDevice } from "../device/device.ts";
import type { Cancel, Timers } from "../link/index.ts";
import { concernsNewest, createInputOrder, type InputOrder, judgeInput } from "./input-order.ts";

/** Acknowledgements wait so long for more to come. */
export const INPUT_ACK_MS = 20;

export interface InputPorts {
  readonly timers: Timers;
  readonly device: Pick<OpenDevice, "input" | "releaseAll">;
  /** The picture geometry of now. */
  epoch(): number | undefined;
  acknowledge(lease: number, sequence: number): void;
}

/** What people do, given to the device exactly once and acknowledged in batches. */
export class InputIn {
  readonly #ports: InputPorts;
  readonly #order: InputOrder = createInputOrder();
  #cancelAck: Cancel | undefined;

  constructor(ports: InputPorts) {
    this.#ports = ports;
  }

  /** @throws ProtocolFault when it is no input */
  received(message: ArrayBuffer): void {
    const input = readInput(message);
    const verdict = judgeInput(this.#order, input.lease, input.sequence);
    if (verdict === "stale") return;
    if (verdict === "lift-and-apply") this.#ports.device.releaseAll();
    if (verdict !== "repeat" && this.#hitsPicture(input)) this.#ports.device.input(input);
    this.#cancelAck ??= this.#ports.timers.after(INPUT_ACK_MS, () => this.#acknowledge());
  }

  /** The holder of this lease is gone. */
  released(lease: number): void {
    if (concernsNewest(this.#order, lease)) this.#ports.device.releaseAll();
  }

  /** After a reconnect the edge may have missed the last acknowledgement. */
  online(): void {
    if (this.#order.lease !== undefined) this.#acknowledge();
  }

  close(): void {
    this.#cancelAck?.();
    this.#cancelAck = undefined;
  }

  /** What was aimed at another geometry on its way here would hit the wrong place; it counts as done. */
  #hitsPicture(input: InputMessage): boolean {
    const aimed = input.kind === "touch" || input.kind === "scroll";
    return !aimed || input.epoch === this.#ports.epoch();
  }

  #acknowledge(): void {
    this.close();
    if (this.#order.lease !== undefined) this.#ports.acknowledge(this.#order.lease, this.#order.applied);
  }
}
