import type { FrameHeader, ViewerMessage } from "#protocol";
import { acknowledgedAt, createAckPace, waitAfter } from "./ack-pace.ts";
import { nowMicros } from "./now.ts";

type Ack = Extract<ViewerMessage, { type: "ack" }>;
type Arrived = Pick<Ack, "video" | "audio" | "receivedAt">;

/** Tells the edge how far frames have arrived: the first at once, then in batches (docs/protocol.md, W-2). */
export class Acknowledger {
  readonly #send: (ack: Ack) => void;
  readonly #progress: () => Omit<Ack, "type" | keyof Arrived>;
  #arrived: Arrived = {};
  #pace = createAckPace();
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
    const wait = waitAfter(this.#pace, performance.now());
    if (wait === 0) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), wait);
  }

  /** The connection is gone: a new one counts anew. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#arrived = {};
    this.#pace = createAckPace();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    acknowledgedAt(this.#pace, performance.now());
    this.#send({ type: "ack", ...this.#arrived, ...this.#progress() });
    this.#arrived = {};
  }
}
