import type { Adb, AdbSync } from "@yume-chan/adb";
import type { ReadableStreamDefaultReader } from "@yume-chan/stream-extra";
import { type FileReader, FileRefusal } from "../../files.ts";

/** A file that is being pulled: the device sends as fast as it is read. */
export class PullReader implements FileReader {
  readonly #sync: AdbSync;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  /** What came beyond the last piece. */
  #held: Uint8Array = new Uint8Array();

  static async begin(adb: Adb, path: string): Promise<PullReader> {
    const sync = await adb.sync().catch(() => undefined);
    if (sync === undefined) throw new FileRefusal("device-failed");
    return new PullReader(sync, path);
  }

  private constructor(sync: AdbSync, path: string) {
    this.#sync = sync;
    this.#reader = sync.read(path).getReader();
  }

  async next(length: number): Promise<Uint8Array> {
    const piece = new Uint8Array(length);
    let at = 0;
    while (at < length) {
      const more = this.#held.length > 0 ? this.#held : await this.#read();
      if (more === undefined) break;
      const taken = more.subarray(0, length - at);
      piece.set(taken, at);
      at += taken.length;
      this.#held = more.subarray(taken.length);
    }
    return piece.subarray(0, at);
  }

  close(): void {
    // What is still on its way ends with the stream.
    void this.#sync.dispose().catch(() => {});
  }

  async #read(): Promise<Uint8Array | undefined> {
    try {
      const { done, value } = await this.#reader.read();
      return done ? undefined : value;
    } catch {
      throw new FileRefusal("device-failed");
    }
  }
}
