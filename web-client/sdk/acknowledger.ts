import type { FrameHeader, ViewerMessage } from "#protocol";
import { nowMicros } from "./now.ts";

/** About ten a second while frames come, none while they do not (docs/protocol.md, W-2). */
const INTERVAL_MS = 100;

type Ack = Extract<ViewerMessage, { type: "ack" }>;
type Arrived = Pick<Ack, "video" | "audio" | "receivedAt">;

/** Tells the edge how far frames have arrived: the first at once, then in batches. */
export class Acknowledger {
  readonly #send: (ack: Ack) => void;
  readonly #progress: () => Omit<Ack, "type" | keyof Arrived>;
  #arrived: Arrived = {};
  #sentAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param progress how far decoding and painting are */
  constructor(send: (ack: Ack) => void, progress: () => Omit<Ack, "type" | keyof Arrived>) {
    this.#send = send;
    this.#progress = progress;
  }

  arrived({ kind, sequence }: FrameHeader): void {
    if (kind === "video") this.#arrived = { ...this.#arrived, video: sequence, receivedAt: nowMicros() };
    else this.#arrived = { ...this.#arrived, audio: sequence };
    // Sent by the arrival itself where it can be: timers of hidden pages run late.
    const since = performance.now() - this.#sentAt;
    if (since >= INTERVAL_MS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), INTERVAL_MS - since);
  }

  /** The connection is gone: a new one counts anew. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#arrived = {};
    this.#sentAt = Number.NEGATIVE_INFINITY;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sentAt = performance.now();
    this.#send({ type: "ack", ...this.#arrived, ...this.#progress() });
    this.#arrived = {};
  }
}
