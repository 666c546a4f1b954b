import type { Adb, AdbSync } from "@yume-chan/adb";
import { ReadableStream } from "@yume-chan/stream-extra";
import { FileRefusal, type FileSink } from "../../files.ts";

/** Bytes that wait for the device before whoever brings more is held back. */
const HIGH_WATER_BYTES = 256 * 1024;
const MODE = 0o660;

/** A file that is being pushed. Until the last word of it has come, the daemon removes it when its stream ends. */
export class Arrival implements FileSink {
  readonly #sync: AdbSync;
  readonly #name: string;
  readonly #over: () => void;
  readonly #pushed: Promise<void>;
  #controller: { enqueue(piece: Uint8Array): void; close(): void; readonly desiredSize: number | null } | undefined;
  #drained = Promise.withResolvers<void>();
  #failure: FileRefusal | undefined;

  static async begin(adb: Adb, folder: string, name: string, over: () => void): Promise<Arrival> {
    try {
      return new Arrival(await adb.sync(), folder, name, over);
    } catch {
      over();
      throw new FileRefusal("device-failed");
    }
  }

  private constructor(sync: AdbSync, folder: string, name: string, over: () => void) {
    this.#sync = sync;
    this.#name = name;
    this.#over = over;
    const file = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#drained.resolve(),
      },
      { highWaterMark: HIGH_WATER_BYTES, size: (piece) => piece?.byteLength ?? 0 },
    );
    this.#pushed = sync.write({ filename: `${folder}/${name}`, file, permission: MODE }).catch((error: unknown) => {
      this.#fail(refusalOf(error));
    });
  }

  async write(piece: Uint8Array): Promise<void> {
    this.#throwIfFailed();
    this.#drained = Promise.withResolvers();
    this.#controller?.enqueue(piece);
    if ((this.#controller?.desiredSize ?? 1) <= 0) await this.#drained.promise;
    this.#throwIfFailed();
  }

  async finish(): Promise<string> {
    this.#throwIfFailed();
    this.#controller?.close();
    await this.#pushed;
    this.#throwIfFailed();
    this.#over();
    void this.#sync.dispose().catch(() => {});
    return this.#name;
  }

  abort(): void {
    this.#fail(new FileRefusal("transfer-lost"));
  }

  #fail(refusal: FileRefusal): void {
    if (this.#failure !== undefined) return;
    this.#failure = refusal;
    this.#drained.resolve();
    this.#over();
    void this.#sync.dispose().catch(() => {});
  }

  #throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** The daemon says why in words, as the system words them. */
function refusalOf(error: unknown): FileRefusal {
  const words = error instanceof Error ? error.message : "";
  return new FileRefusal(/no space left|disk quota/i.test(words) ? "device-full" : "device-failed");
}
