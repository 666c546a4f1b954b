import { FRAME_HEADER_BYTES } from "#protocol";
import { DeviceFault } from "../device-fault.ts";
import { AUDIO_START_BYTES, CODEC_IDS, type Framing, type PacketHeader } from "./framing.ts";
import type { MediaHeader, MediaListener } from "./media-reader.ts";

export interface AudioListener {
  /** Whether there is sound: some devices have none to give. */
  begun(audible: boolean): void;
  /** One Opus packet, behind `FRAME_HEADER_BYTES` of room in a buffer of its own. */
  packet(ptsMicros: number, data: Uint8Array): void;
}

/** Instead of a codec: the device has no sound to give, or failed to. */
const SILENT_IDS: readonly number[] = [0, 1];

/** The sound of a scrcpy server, in Opus of 48 kHz and two channels. */
export class AudioStream implements MediaListener {
  readonly startBytes = AUDIO_START_BYTES;
  readonly #framing: Framing;
  readonly #listener: AudioListener;

  constructor(framing: Framing, listener: AudioListener) {
    this.#framing = framing;
    this.#listener = listener;
  }

  start(bytes: DataView): void {
    const codec = bytes.getUint32(0);
    if (codec !== CODEC_IDS.opus && !SILENT_IDS.includes(codec)) {
      throw new DeviceFault("the device's sound is in a codec that was not asked for");
    }
    this.#listener.begun(codec === CODEC_IDS.opus);
  }

  header(bytes: DataView): PacketHeader {
    return this.#framing.readPacketHeader(bytes);
  }

  session(): void {
    throw new DeviceFault("the device says the size of a sound");
  }

  roomBefore(): number {
    return FRAME_HEADER_BYTES;
  }

  packet(header: MediaHeader, buffer: ArrayBuffer): void {
    // An Opus header says what is known: the format was asked for.
    if (!header.config) this.#listener.packet(header.ptsMicros, new Uint8Array(buffer, FRAME_HEADER_BYTES));
  }
}
