import type { SoundState } from "./audio/sound.ts";
import type { SessionState } from "./state.ts";

/** How a session does. Counters count since `connect`; what is not known yet is undefined. */
export interface SessionStats {
  readonly state: SessionState["name"];
  readonly framesReceived: number;
  readonly framesDecoded: number;
  readonly framesPainted: number;
  /** Received and never shown: something newer was there, or something older was missing. */
  readonly framesDropped: number;
  /** Received and waiting for the decoder. */
  readonly framesQueued: number;
  readonly keyframesReceived: number;
  readonly keyframesRequested: number;
  /** Whole frame messages of video and audio. */
  readonly bytesReceived: number;
  readonly audioPacketsReceived: number;
  /** From asking the session's clock to its answer. */
  readonly rttMs: number | undefined;
  /** From the capture of the last painted picture to its painting, over both clocks. */
  readonly frameAgeMs: number | undefined;
  /** Of the newest frames, the middle: from capture to the edge, as the edge last said. */
  readonly captureToEdgeMs: number | undefined;
  /** Of the newest frames, the middle: the rest of the way to this page, over both clocks. */
  readonly edgeToReceivedMs: number | undefined;
  /** Of the last painted picture: its wait for the decoder, and the decoding. */
  readonly receivedToDecodedMs: number | undefined;
  /** Of the last painted picture: from the decoder to the canvas. */
  readonly decodedToPaintedMs: number | undefined;
  /** From arrival to the canvas, of the last painted picture. */
  readonly arrivalToPaintMs: number | undefined;
  /** As W3C counts them for WebRTC, the device's own pauses left out. */
  readonly freezeCount: number;
  readonly totalFreezesDurationMs: number;
  /** Of the last painted picture, pixels. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** As WebCodecs was configured: `avc1.640020`. */
  readonly codec: string | undefined;
  readonly acceleration: HardwareAcceleration | undefined;
  readonly decoderErrors: number;
  readonly reconnects: number;
  readonly sound: SoundState;
  readonly audioBufferedMs: number;
  readonly audioUnderflows: number;
}
