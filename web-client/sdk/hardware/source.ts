import type { CameraCodec, Location, Motion } from "#protocol";

/** Hardware of this browser that is open, and not lent yet. */
export interface Source {
  /** Of a camera's frames. */
  readonly codec?: CameraCodec;
  /** From now on what comes goes to the device. */
  start(): void;
  /** Close it: nothing comes after this. */
  stop(): void;
}

/** Where a source's findings go. */
export interface SourcePort {
  sample(sample: ({ readonly type: "location" } & Location) | ({ readonly type: "motion" } & Motion)): void;
  frame(kind: "camera" | "microphone", frame: EncodedFrame): void;
  /** Whether a frame would go out now instead of waiting behind others. */
  hasRoom(): boolean;
  /** The browser or the person has taken the hardware back. */
  ended(): void;
  /** Aborted when it is not wanted any more, opened or not. */
  readonly over: AbortSignal;
  /** A time of this browser's clock (microseconds of Unix time) on the session's. */
  toSessionMicros(localMicros: number): number;
}

export interface EncodedFrame {
  readonly keyframe: boolean;
  /** Microseconds of Unix time, this browser's clock. */
  readonly capturedAtMicros: number;
  readonly data: Uint8Array;
}

/** Why hardware could not be opened. */
export type OpenFailure = "denied" | "missing" | "unsupported";

export class SourceError extends Error {
  override readonly name = "SourceError";
  readonly why: OpenFailure;

  constructor(why: OpenFailure) {
    super(why);
    this.why = why;
  }
}

/** What the browser's own refusals mean. */
export function failureOf(error: unknown): OpenFailure {
  if (error instanceof SourceError) return error.why;
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "NotReadableError" ? "missing" : "unsupported";
}
