/** One access unit on its way into the worker. `payload` is a view of the message from the socket; its buffer moves along. */
export interface VideoUnit {
  readonly keyframe: boolean;
  readonly epoch: number;
  readonly sequence: number;
  readonly capturedAtMicros: number;
  readonly arrivedAtMicros: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

export interface ShownDisplay {
  readonly epoch: number;
  readonly width: number;
  readonly height: number;
}

export type ToVideoWorker =
  | { readonly type: "canvas"; readonly canvas: OffscreenCanvas }
  | { readonly type: "unit"; readonly unit: VideoUnit }
  /** The geometry that pictures of this epoch are shown in, whatever size they are coded in. */
  | { readonly type: "display"; readonly display: ShownDisplay }
  /** Sequences begin anew: another session. */
  | { readonly type: "restart" };

/** How far the worker has come since it started. */
export interface VideoCounters {
  /** Units that were decoded, dropped, or lost with a decoder: all that will not change any more. */
  readonly settled: number;
  readonly decoded: number;
  readonly painted: number;
  /** Units not decoded and pictures not painted, because something newer was there or something older was missing. */
  readonly dropped: number;
  readonly decoderErrors: number;
}

/** A picture came onto the canvas. Times are microseconds of Unix time: `capturedAt` the session's, the others local. */
export interface PaintedPicture {
  readonly keyframe: boolean;
  readonly epoch: number;
  readonly sequence: number;
  readonly capturedAtMicros: number;
  readonly arrivedAtMicros: number;
  readonly decodedAtMicros: number;
  readonly paintedAtMicros: number;
  /** Of the canvas: the display's, not what the picture was coded in. */
  readonly width: number;
  readonly height: number;
}

export type FromVideoWorker =
  | { readonly type: "painted"; readonly picture: PaintedPicture; readonly counters: VideoCounters }
  /** A unit was done with, and nothing painted for it. */
  | { readonly type: "settled"; readonly counters: VideoCounters }
  | { readonly type: "keyframe-needed" }
  | { readonly type: "codec"; readonly codec: string; readonly acceleration: HardwareAcceleration }
  /** No decoder of this browser takes the video. */
  | { readonly type: "unsupported"; readonly codec: string };
