import { type AudioEncoder, createAudioEncoder, PACKET_SAMPLES, SAMPLE_RATE } from "../../../encode/index.ts";
import type { DeviceSink } from "../../device.ts";
import { unixMillis } from "../clock.ts";
import { Synth } from "./synth.ts";

export const CHANNELS = 2;
const PACKET_MS = (PACKET_SAMPLES * 1000) / SAMPLE_RATE;
/** Silence sent after the last note, so that a decoder ends on silence and not inside a fade. */
const TAIL_PACKETS = 5;
/** After a stall longer than this the missed packets are left out: late sound is worth nothing. */
const MAX_LATENESS_MS = 100;

type State =
  | { readonly kind: "silent" }
  | { readonly kind: "sounding"; dueAt: number; silentPackets: number }
  | { readonly kind: "closed" };

/** Notes into Opus packets, one each 20 ms while something sounds and a little after, and none else. */
export class SoundPump {
  readonly #sink: DeviceSink;
  readonly #synth = new Synth(SAMPLE_RATE);
  readonly #encoder: AudioEncoder = createAudioEncoder(CHANNELS);
  readonly #block = new Float32Array(PACKET_SAMPLES * CHANNELS);
  #state: State = { kind: "silent" };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #paused = false;

  constructor(sink: DeviceSink) {
    this.#sink = sink;
  }

  noteOn(voice: number, frequencyHz: number): void {
    if (this.#paused || this.#state.kind === "closed") return;
    this.#synth.noteOn(voice, frequencyHz);
    if (this.#state.kind === "sounding") return;
    this.#state = { kind: "sounding", dueAt: unixMillis(), silentPackets: 0 };
    // The rest is paced by the timer; a failure is told to the sink.
    void this.#sendDue();
  }

  noteOff(voice: number): void {
    this.#synth.noteOff(voice);
  }

  /** 0 to 1. */
  setGain(gain: number): void {
    this.#synth.gain = gain;
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#synth.allOff();
  }

  close(): void {
    this.#state = { kind: "closed" };
    clearTimeout(this.#timer);
    this.#encoder.close();
  }

  async #sendDue(): Promise<void> {
    try {
      while (this.#state.kind === "sounding" && this.#state.dueAt <= unixMillis()) await this.#sendPacket(this.#state);
    } catch (error) {
      this.close();
      this.#sink.lost(`the sound could not be encoded: ${error instanceof Error ? error.message : "unknown"}`);
      return;
    }
    if (this.#state.kind !== "sounding") return;
    const wait = Math.max(1, this.#state.dueAt - unixMillis());
    this.#timer = setTimeout(() => void this.#sendDue(), wait);
  }

  async #sendPacket(state: Extract<State, { readonly kind: "sounding" }>): Promise<void> {
    const capturedAt = state.dueAt;
    this.#synth.renderStereo(this.#block);
    state.silentPackets = this.#synth.sounding ? 0 : state.silentPackets + 1;
    const late = unixMillis() - state.dueAt > MAX_LATENESS_MS;
    state.dueAt = (late ? unixMillis() : state.dueAt) + PACKET_MS;
    const data = await this.#encoder.encode(this.#block);
    if (this.#state !== state) return;
    if (!this.#paused) {
      const capturedAtMicros = Math.round(capturedAt * 1000);
      this.#sink.unit({ kind: "audio", keyframe: true, config: false, capturedAtMicros, data });
    }
    if (state.silentPackets >= TAIL_PACKETS) this.#state = { kind: "silent" };
  }
}
