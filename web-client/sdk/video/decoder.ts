import { nowMicros } from "../now.ts";
import { type H264Configuration, h264Configuration } from "./h264-configuration.ts";
import type { VideoUnit } from "./messages.ts";
import type { DecodedPicture } from "./painter.ts";

export interface DecoderPort {
  decoded(picture: DecodedPicture): void;
  configured(codec: string, acceleration: HardwareAcceleration): void;
  /** The decoder is gone with everything that it was fed; the next unit must be a keyframe. */
  failed(lostUnits: number): void;
  unsupported(codec: string): void;
}

/**
 * WebCodecs for H.264 in Annex B: parameter sets stand in the stream, so there is no `description`. A hardware
 * decoder that fails once is not tried again: what broke it is in the stream or in the machine, and stays there.
 */
export class UnitDecoder {
  readonly #port: DecoderPort;
  #decoder: VideoDecoder | undefined;
  #configuration: (H264Configuration & { readonly epoch: number }) | undefined;
  #acceleration: HardwareAcceleration = "no-preference";
  #anyDecoded = false;
  /** Units by the timestamp that the decoder carries through; in the order they were fed. */
  readonly #fed = new Map<number, Omit<VideoUnit, "payload">>();
  #timestamp = 0;

  constructor(port: DecoderPort) {
    this.#port = port;
  }

  /** Units fed and not decoded. */
  get waiting(): number {
    return this.#fed.size;
  }

  /** A keyframe, or the unit that follows the one before. */
  decode(unit: VideoUnit): void {
    if (unit.keyframe && !this.#configure(unit)) return;
    const { payload: data, ...rest } = unit;
    // Capture times may stand still or go back when an agent is replaced; a decoder wants them to rise.
    this.#timestamp = Math.max(this.#timestamp + 1, unit.capturedAtMicros);
    this.#fed.set(this.#timestamp, rest);
    const type = unit.keyframe ? "key" : "delta";
    try {
      this.#decoder?.decode(new EncodedVideoChunk({ type, timestamp: this.#timestamp, data }));
    } catch {
      this.#fail();
    }
  }

  #configure(unit: VideoUnit): boolean {
    const next = h264Configuration(unit.payload) ?? this.#configuration;
    if (next === undefined) {
      this.#port.failed(1);
      return false;
    }
    const { epoch } = unit;
    const { codec, sps } = next;
    // Within an epoch the coded size may change (docs/protocol.md, T-2), and stands in the SPS alone.
    const same = this.#configuration?.sps === sps && this.#configuration.epoch === epoch;
    // Browsers make a decoder anew when it is configured, so it is done only where the stream itself changes.
    if (same && this.#decoder !== undefined) return true;
    this.#decoder ??= new VideoDecoder({ output: (frame) => this.#output(frame), error: (error) => this.#fail(error) });
    this.#configuration = { codec, sps, epoch };
    const hardwareAcceleration = this.#acceleration;
    try {
      this.#decoder.configure({ codec, optimizeForLatency: true, hardwareAcceleration });
    } catch {
      this.#fail(undefined, 1);
      return false;
    }
    this.#port.configured(codec, hardwareAcceleration);
    return true;
  }

  #output(frame: VideoFrame): void {
    const unit = this.#fed.get(frame.timestamp);
    if (unit === undefined) return frame.close();
    this.#fed.delete(frame.timestamp);
    this.#anyDecoded = true;
    this.#port.decoded({ frame, ...unit, decodedAtMicros: nowMicros() });
  }

  /** @param unfed units that are lost before they came into the decoder */
  #fail(error?: DOMException, unfed = 0): void {
    const decoder = this.#decoder;
    const lost = this.#fed.size + unfed;
    // A browser takes decoders back from pages that nobody sees (WebCodecs, "Resource Reclamation"): none is at fault.
    const reclaimed = error?.name === "QuotaExceededError";
    const triedSoftware = this.#acceleration === "prefer-software";
    const codec = this.#configuration?.codec ?? "";
    this.#decoder = undefined;
    this.#configuration = undefined;
    this.#fed.clear();
    if (!reclaimed) this.#acceleration = "prefer-software";
    if (decoder !== undefined && decoder.state !== "closed") decoder.close();
    this.#port.failed(lost);
    if (triedSoftware && !reclaimed && !this.#anyDecoded) this.#port.unsupported(codec);
  }
}
