import { type FrameHeader, readFrameHeader, type ViewerMessage } from "#protocol";
import { acknowledgedAt, createAckPace, waitAfter } from "../../web-client/sdk/ack-pace.ts";
import type { SimulatedTime } from "./simulated-time.ts";

type Ack = Extract<ViewerMessage, { type: "ack" }>;

export interface ArrivedPicture {
  readonly sequence: number;
  readonly keyframe: boolean;
  readonly bytes: number;
  readonly capturedAt: number;
  readonly at: number;
}

/** A page without a picture: it acknowledges what arrives, and writes down when. */
export class SimulatedViewer {
  readonly pictures: ArrivedPicture[] = [];
  readonly sounds: { readonly capturedAt: number; readonly at: number }[] = [];
  undecodable = 0;
  readonly #time: SimulatedTime;
  readonly #send: (ack: Ack) => void;
  readonly #tellsArrival: boolean;
  #arrived: { video?: number; audio?: number; receivedAt?: number } = {};
  readonly #pace = createAckPace();
  #planned = false;
  #expected: number | undefined;

  constructor(time: SimulatedTime, send: (ack: Ack) => void, tellsArrival = true) {
    this.#time = time;
    this.#send = send;
    this.#tellsArrival = tellsArrival;
  }

  frame(message: ArrayBuffer): void {
    const header = readFrameHeader(message);
    const at = this.#time.now;
    const capturedAt = header.capturedAtMicros / 1_000;
    if (header.kind === "video") this.#picture(header, message.byteLength, capturedAt);
    else {
      this.sounds.push({ capturedAt, at });
      this.#arrived.audio = header.sequence;
    }
    const wait = waitAfter(this.#pace, at);
    if (wait === 0) this.#flush();
    else if (!this.#planned) {
      this.#planned = true;
      this.#time.after(wait, () => this.#flush());
    }
  }

  #picture({ keyframe, sequence }: FrameHeader, bytes: number, capturedAt: number): void {
    const at = this.#time.now;
    if (!keyframe && sequence !== this.#expected) this.undecodable += 1;
    this.#expected = (sequence + 1) >>> 0;
    this.pictures.push({ sequence, keyframe, bytes, capturedAt, at });
    this.#arrived.video = sequence;
    // Its clock began some other day.
    if (this.#tellsArrival) this.#arrived.receivedAt = Math.round((at + 86_400_000) * 1_000);
  }

  #flush(): void {
    this.#planned = false;
    if (this.#arrived.video === undefined && this.#arrived.audio === undefined) return;
    acknowledgedAt(this.#pace, this.#time.now);
    this.#send({ type: "ack", ...this.#arrived, queued: 0 });
    this.#arrived = {};
  }
}
