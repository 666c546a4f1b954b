import type { ByteStream } from "../byte-stream.ts";
import type { ScrcpyHost } from "../scrcpy/host.ts";
import type { Android } from "../system/android.ts";

/** What programs of the device run on. */
export interface System {
  readonly android: Android;
  readonly scrcpy: ScrcpyHost;
}

/** A program that runs: what it was given, and where its words go. */
export interface Process {
  readonly system: System;
  readonly args: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  readonly stdin: Pick<ByteStream, "read">;
  readonly out: (said: string | Uint8Array) => Promise<void>;
  readonly err: (said: string | Uint8Array) => Promise<void>;
  /** Aborted when it is to end at once. */
  readonly signal: AbortSignal;
}

/** @returns the exit code */
export type Program = (process: Process) => Promise<number> | number;

/** A program that says something and ends well. */
export async function say(process: Process, text: string): Promise<number> {
  await process.out(text);
  return 0;
}

/** A program that says what is wrong. */
export async function complain(process: Process, text: string, code = 1): Promise<number> {
  await process.err(text);
  return code;
}
