import { readFrameHeader } from "#protocol";
import { FRAME_RATE } from "./stream.ts";

const POLL_MS = 500;
/** Behind by more than so much video, deltas stop. */
const TOLERATED_FRAMES = 2 * FRAME_RATE;
const ACK_DEADLINE_MS = 4_000;

/**
 * B5: what one viewer of a polling server gets. Every half second the server compares what it sent with what was
 * acknowledged; past two seconds of video, or after four without a word, deltas stop. Once the viewer has caught up, a
 * keyframe is asked for and they go on with it.
 */
export class PolledGate {
  readonly #poll = setInterval(() => this.#look(), POLL_MS);
  readonly #askKeyframe: () => void;
  #sent: number | undefined;
  #acknowledged: number | undefined;
  #heardAt = performance.now();
  #state: "flowing" | "stopped" | "wants-keyframe" = "flowing";

  constructor(askKeyframe: () => void) {
    this.#askKeyframe = askKeyframe;
    // Who joins is shown something at once.
    askKeyframe();
  }

  passes(message: Buffer): boolean {
    const { kind, keyframe, sequence } = readFrameHeader(new Uint8Array(message).buffer);
    if (kind !== "video") return true;
    if (this.#state === "wants-keyframe" && keyframe) this.#state = "flowing";
    if (this.#state !== "flowing") return false;
    this.#sent = sequence;
    return true;
  }

  acknowledged(sequence: number): void {
    this.#acknowledged = sequence;
    this.#heardAt = performance.now();
  }

  close(): void {
    clearInterval(this.#poll);
  }

  #look(): void {
    const behind = (this.#sent ?? 0) - (this.#acknowledged ?? this.#sent ?? 0);
    const silent = this.#sent !== undefined && performance.now() - this.#heardAt > ACK_DEADLINE_MS;
    if (behind > TOLERATED_FRAMES || silent) this.#state = "stopped";
    else if (this.#state === "stopped") {
      this.#state = "wants-keyframe";
      this.#askKeyframe();
    }
  }
}
