import { type FrameHeader, writeFrame } from "#protocol";

/** The stream that every part sends: 720x1280, 30 fps, 2 Mbit/s, and Opus beside it. */
export const WIDTH = 720;
export const HEIGHT = 1280;
export const FRAME_RATE = 30;
export const BITRATE = 2_000_000;
/** A packet every 20 ms, of the bytes that 64 kbit/s make. */
export const AUDIO_RATE = 50;
export const AUDIO_BYTES = 160;
/** What the agent's encoder lets one picture cost at most: 4/30 s of the bitrate. */
export const KEYFRAME_FRAMES = 4;
export const FRAME_BYTES = BITRATE / 8 / FRAME_RATE;

/** Unix time in microseconds, and all processes of this machine agree on it. */
export function nowMicros(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000);
}

/** Bytes that nothing can make smaller. */
const NOISE = crypto.getRandomValues(new Uint8Array(65_536));

/** A payload of noise: where nobody decodes, its size is all that counts. */
export function noise(bytes: number): Uint8Array {
  if (bytes <= NOISE.length) return NOISE.subarray(0, bytes);
  const long = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += NOISE.length) long.set(NOISE.subarray(0, bytes - at), at);
  return long;
}

/** A frame of now. */
export function stamped(header: Omit<FrameHeader, "config" | "capturedAtMicros">, payload: Uint8Array): ArrayBuffer {
  const config = header.kind === "video" && header.keyframe;
  return writeFrame({ ...header, config, capturedAtMicros: nowMicros() }, payload);
}
