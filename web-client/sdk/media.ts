import { framePayload, ProtocolFault, readFrameHeader, type ViewerMessage } from "#protocol";
import { Acknowledger } from "./acknowledger.ts";
import type { Sound } from "./audio/sound.ts";
import type { ClockQuestions } from "./clock-questions.ts";
import { nowMicros } from "./now.ts";
import { QualityMeter } from "./quality.ts";
import { QualityReports } from "./quality-reports.ts";
import type { PaintedPicture } from "./video/messages.ts";
import { PictureWorker } from "./video/picture.ts";
import { unbrokenAfter } from "./video/unbroken.ts";

export interface MediaPort {
  tell(message: ViewerMessage): void;
  painted(picture: PaintedPicture): void;
  /** The origin's frames break the protocol, this browser cannot decode them, or the part that shows them broke. */
  failed(reason: "protocol-fault" | "no-webcodecs" | "player-failed"): void;
}

/** Frames from the socket to the decoder and the loudspeaker, counted and acknowledged. */
export class Media {
  readonly #port: MediaPort;
  readonly #sound: Sound;
  readonly #clock: ClockQuestions;
  readonly #acknowledger: Acknowledger;
  readonly #reports: QualityReports;
  readonly quality = new QualityMeter();
  readonly pictures: PictureWorker;
  #session: string | undefined;
  /** The last frame that is here with all before it; undefined while a keyframe is awaited. */
  #unbroken: number | undefined;
  /** What the edge was told that it may go on from. */
  #saidSeen: number | undefined;
  painted: PaintedPicture | undefined;
  videoFrames = 0;
  audioPackets = 0;
  keyframes = 0;
  keyframesRequested = 0;
  bytes = 0;

  constructor(canvas: HTMLCanvasElement, sound: Sound, clock: ClockQuestions, port: MediaPort) {
    this.#port = port;
    this.#sound = sound;
    this.#clock = clock;
    this.#acknowledger = new Acknowledger(
      (ack) => port.tell(ack),
      () => this.#progress(),
    );
    this.#reports = new QualityReports(() => port.tell(this.#report()));
    this.pictures = new PictureWorker(canvas, {
      painted: (picture) => {
        this.painted = picture;
        this.quality.painted(picture, {
          decodedMs: clock.ageMs(picture.capturedAtMicros, picture.decodedAtMicros),
          paintedMs: clock.ageMs(picture.capturedAtMicros, picture.paintedAtMicros),
        });
        port.painted(picture);
      },
      keyframeNeeded: () => {
        this.#unbroken = undefined;
        this.#askKeyframe();
      },
      unsupported: () => port.failed("no-webcodecs"),
      crashed: () => port.failed("player-failed"),
    });
  }

  /** How far this session's picture is here without a gap: the edge may go on from there. */
  seenOf(session: string): number | undefined {
    this.#saidSeen = session === this.#session ? this.#unbroken : undefined;
    return this.#saidSeen;
  }

  /** Frames of this session follow, on a new connection that was welcomed then, by the session's clock. */
  begin(session: string, atMicros: number): void {
    this.#acknowledger.reset();
    this.#reports.start();
    this.quality.joined(atMicros);
    if (this.#session !== undefined && this.#session !== session) {
      this.#unbroken = undefined;
      this.pictures.restart();
    }
    this.#session = session;
    // The decoder failed between what was said to the edge and its answer: nothing can be made of what follows.
    if (this.#saidSeen !== undefined && this.#unbroken === undefined) this.#askKeyframe();
    this.#saidSeen = undefined;
  }

  disconnected(): void {
    this.#acknowledger.reset();
    this.#reports.stop();
  }

  /** The connection still stands, and is about to be closed. */
  leaving(): void {
    this.#reports.now();
  }

  frameArrived(message: ArrayBuffer): void {
    const arrivedAtMicros = nowMicros();
    const header = headerOf(message);
    if (header === undefined || (header.kind !== "video" && header.kind !== "audio")) {
      return this.#port.failed("protocol-fault");
    }
    this.bytes += message.byteLength;
    const { kind, keyframe, epoch, sequence, capturedAtMicros } = header;
    const payload = framePayload(message);
    if (kind === "video") {
      this.videoFrames += 1;
      if (keyframe) this.keyframes += 1;
      this.#unbroken = unbrokenAfter(this.#unbroken, header);
      this.quality.arrived(capturedAtMicros, this.#clock.ageMs(capturedAtMicros, arrivedAtMicros));
      this.#reports.frameArrived();
      this.pictures.decode({ keyframe, epoch, sequence, capturedAtMicros, arrivedAtMicros, payload });
    } else {
      this.audioPackets += 1;
      this.#sound.play(payload);
    }
    this.#acknowledger.arrived(header);
    this.#clock.frameArrived();
  }

  close(): void {
    this.disconnected();
    this.pictures.close();
  }

  #askKeyframe(): void {
    this.keyframesRequested += 1;
    this.#port.tell({ type: "keyframe-request" });
  }

  #report(): ViewerMessage {
    const { decoded, painted, dropped } = this.pictures.counters;
    const { roundTripMs } = this.#clock;
    return {
      type: "quality",
      received: this.videoFrames,
      decoded,
      painted,
      dropped,
      keyframesRequested: this.keyframesRequested,
      ...(roundTripMs === undefined ? {} : { rttMs: Math.round(roundTripMs) }),
      ...this.quality.takeReport(),
    };
  }

  #progress() {
    const queued = Math.max(0, this.pictures.queued);
    const { painted } = this;
    const decodedAt = painted && this.#clock.toSessionMicros(painted.decodedAtMicros);
    const paintedAt = painted && this.#clock.toSessionMicros(painted.paintedAtMicros);
    return {
      queued,
      ...(decodedAt === undefined ? {} : { decodedAt }),
      ...(paintedAt === undefined ? {} : { paintedAt }),
    };
  }
}

function headerOf(message: ArrayBuffer) {
  try {
    return readFrameHeader(message);
  } catch (error) {
    if (error instanceof ProtocolFault) return undefined;
    throw error;
  }
}
