import type { ListedFile } from "#protocol";
import { type ArrivingFile, type DeviceFiles, type FileReader, FileRefusal, type FileSink } from "../files.ts";
import { freeName } from "../free-name.ts";
import type { ShownFile } from "./apps/app.ts";

/** All that the phone holds lies in this program's memory. */
const ROOM_BYTES = 64 * 1024 * 1024;

const WELCOME = `This file lies on the demo phone.

What you drop on its picture comes here, and everything here can be taken to your own device.
All of it is forgotten when the session ends.
`;

interface Kept {
  readonly pieces: readonly Uint8Array[];
  readonly size: number;
  readonly version: string;
}

/** The demo phone's folder. It installs nothing. */
export class DemoFiles implements DeviceFiles {
  /** The newest last. */
  readonly #kept = new Map<string, Kept>();
  readonly #arriving = new Map<string, Arriving>();
  readonly #changed: () => void;
  #made = 0;

  constructor(changed: () => void) {
    this.#changed = changed;
    const welcome = new TextEncoder().encode(WELCOME);
    this.#keep("Welcome.txt", [welcome], welcome.length);
  }

  shown(): readonly ShownFile[] {
    const arriving = [...this.#arriving].map(([name, { size }]) => ({ name, size, arriving: true }));
    return [...arriving, ...this.#listed().map(({ name, size }) => ({ name, size, arriving: false }))];
  }

  async list(): Promise<readonly ListedFile[]> {
    return this.#listed();
  }

  async receive({ name, size, as }: ArrivingFile): Promise<FileSink> {
    if (as === "app") throw new FileRefusal("not-offered");
    const all = [...this.#kept.values(), ...this.#arriving.values()];
    if (all.reduce((sum, file) => sum + file.size, size) > ROOM_BYTES) throw new FileRefusal("device-full");
    const free = freeName(name, new Set([...this.#kept.keys(), ...this.#arriving.keys()]));
    const file = new Arriving();
    this.#arriving.set(free, file);
    this.#changed();
    return {
      write: async (piece) => {
        file.pieces.push(piece);
        file.size += piece.byteLength;
        this.#changed();
      },
      finish: async () => {
        this.#arriving.delete(free);
        this.#keep(free, file.pieces, file.size);
        return free;
      },
      abort: () => {
        this.#arriving.delete(free);
        this.#changed();
      },
    };
  }

  async read(name: string, version: string): Promise<FileReader> {
    const file = this.#kept.get(name);
    if (file === undefined) throw new FileRefusal("no-such-file");
    if (file.version !== version) throw new FileRefusal("file-changed");
    const bytes = await new Blob(file.pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer();
    let at = 0;
    return {
      next: async (length) => {
        const piece = new Uint8Array(bytes, at, Math.min(length, bytes.byteLength - at));
        at += piece.byteLength;
        return piece;
      },
      close: () => {},
    };
  }

  #listed(): ListedFile[] {
    return [...this.#kept].map(([name, { size, version }]) => ({ name, size, version })).reverse();
  }

  #keep(name: string, pieces: readonly Uint8Array[], size: number): void {
    this.#made += 1;
    this.#kept.set(name, { pieces, size, version: String(this.#made) });
    this.#changed();
  }
}

class Arriving {
  readonly pieces: Uint8Array[] = [];
  size = 0;
}
