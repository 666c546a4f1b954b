import type { ListedFile } from "#protocol";
import {
  type ArrivingFile,
  type DeviceFiles,
  type FileReader,
  FileRefusal,
} from "../../../origin-agent/device/files.ts";

/** A folder in memory that fails when it is told to. */
export class FakeFiles implements DeviceFiles {
  readonly kept = new Map<string, Uint8Array>();
  /** Bytes of those that are on their way. */
  readonly arriving = new Map<string, number>();
  aborted = 0;
  closed = 0;
  /** Thrown by the next write. */
  refusal: FileRefusal | undefined;
  /** What a write waits for. */
  taking: Promise<void> = Promise.resolve();

  async list(): Promise<readonly ListedFile[]> {
    return [...this.kept].map(([name, { length }]) => ({ name, size: length, version: String(length) }));
  }

  async receive({ name }: ArrivingFile) {
    const pieces: Uint8Array[] = [];
    this.arriving.set(name, 0);
    return {
      write: async (piece: Uint8Array) => {
        await this.taking;
        if (this.refusal !== undefined) throw this.refusal;
        pieces.push(piece);
        this.arriving.set(name, (this.arriving.get(name) ?? 0) + piece.length);
      },
      finish: async () => {
        this.arriving.delete(name);
        this.kept.set(name, Buffer.concat(pieces));
        return `${name}!`;
      },
      abort: () => {
        this.aborted += 1;
        this.arriving.delete(name);
      },
    };
  }

  async read(name: string, version: string): Promise<FileReader> {
    const bytes = this.kept.get(name);
    if (bytes === undefined) throw new FileRefusal("no-such-file");
    if (version !== String(bytes.length)) throw new FileRefusal("file-changed");
    let at = 0;
    return {
      next: async (length) => {
        const piece = bytes.subarray(at, at + length);
        at += piece.length;
        return piece;
      },
      close: () => {
        this.closed += 1;
      },
    };
  }
}
