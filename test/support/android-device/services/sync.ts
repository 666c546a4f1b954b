import { BrokenPipe, type ByteStream, ExactReader } from "../byte-stream.ts";
import type { DeviceRecord } from "../record.ts";
import { FileError, type FileNode, type Files } from "../system/files.ts";
import { entryV1, entryV2, statV1, statV2 } from "./sync-stat.ts";

const MAX_PATH_BYTES = 1024;
const MAX_CHUNK_BYTES = 64 * 1024;
const FILE_TYPE_MASK = 0o170_000;
const LINK_TYPE = 0o120_000;

/** A host that breaks the protocol is told so, and its stream is closed. */
class SyncFault extends Error {}

/** ADB's file service: requests of four letters, a length, the lowest byte first, and a path. */
export async function serveSync(stream: ByteStream, files: Files, record: DeviceRecord): Promise<void> {
  const session = new SyncSession(stream, files, record);
  try {
    await session.run();
  } catch (error) {
    if (error instanceof SyncFault) await session.fail(error.message).catch(() => {});
    else if (!(error instanceof BrokenPipe)) throw error;
  } finally {
    stream.close();
  }
}

class SyncSession {
  readonly #stream: ByteStream;
  readonly #reader: ExactReader;
  readonly #files: Files;
  readonly #record: DeviceRecord;

  constructor(stream: ByteStream, files: Files, record: DeviceRecord) {
    this.#stream = stream;
    this.#reader = new ExactReader(stream);
    this.#files = files;
    this.#record = record;
  }

  async run(): Promise<void> {
    for (;;) {
      const { id, value } = await this.#head();
      if (id === "QUIT") return;
      if (value > MAX_PATH_BYTES) throw new SyncFault("path too long");
      const path = (await this.#reader.exactly(value)).toString("utf8");
      switch (id) {
        case "STAT":
          await this.#stream.write(statV1(this.#files.find(path)));
          break;
        case "STA2":
        case "LST2":
          await this.#stream.write(statV2(id, this.#files.find(path)));
          break;
        case "LIST":
          await this.#list(path, entryV1);
          break;
        case "LIS2":
          await this.#list(path, entryV2);
          break;
        case "SEND":
          if ((await this.#receive(path)) === "over") return;
          break;
        case "RECV":
          await this.#send(path);
          break;
        default:
          throw new SyncFault(`unknown command ${id}`);
      }
    }
  }

  async fail(reason: string): Promise<void> {
    const words = Buffer.from(reason);
    await this.#stream.write(Buffer.concat([head("FAIL", words.length), words]));
  }

  async #list(path: string, entry: (name: string | undefined, node: FileNode | undefined) => Buffer): Promise<void> {
    const entries = this.#files.list(path) ?? [];
    await this.#stream.write(
      Buffer.concat([...entries.map(([name, node]) => entry(name, node)), entry(undefined, undefined)]),
    );
  }

  /** `PATH,MODE`, then the file in pieces, then when it was changed. */
  async #receive(target: string): Promise<"over" | "goes on"> {
    const comma = target.lastIndexOf(",");
    const [path, mode] = [target.slice(0, comma), Number(target.slice(comma + 1))];
    if (comma === -1 || !Number.isInteger(mode)) throw new SyncFault("missing , in ID_SEND");
    const isLink = (mode & FILE_TYPE_MASK) === LINK_TYPE;
    const failure = isLink ? "couldn't create symlink: Operation not permitted" : this.#begun(path, mode);
    if (failure !== undefined) return await this.#refuse(failure);
    let taken: { readonly data: Buffer; readonly modifiedAt: number } | undefined;
    try {
      taken = await this.#data();
    } finally {
      // What did not come to its end is removed, as adbd does.
      if (taken === undefined) this.#files.remove(path);
    }
    if (taken === undefined) return await this.#refuse("write failed: No space left on device");
    this.#files.write(path, taken.data, mode, taken.modifiedAt);
    this.#record.add({ kind: "push", path, bytes: taken.data.length, mode });
    await this.#stream.write(head("OKAY", 0));
    return "goes on";
  }

  /** The file is there from its first byte on. @returns why it cannot be */
  #begun(path: string, mode: number): string | undefined {
    try {
      this.#files.write(path, new Uint8Array(), mode);
      return undefined;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return `couldn't create file: ${error.message}`;
    }
  }

  /** @returns undefined when there is no room for it */
  async #data(): Promise<{ readonly data: Buffer; readonly modifiedAt: number } | undefined> {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for (;;) {
      const { id, value } = await this.#piece();
      if (id === "DONE") return { data: Buffer.concat(pieces), modifiedAt: value * 1_000 };
      pieces.push(await this.#reader.exactly(value));
      bytes += value;
      if (bytes > this.#files.roomBytes) return undefined;
    }
  }

  async #piece(): Promise<{ readonly id: string; readonly value: number }> {
    const head = await this.#head();
    if (head.id !== "DONE" && head.id !== "DATA") throw new SyncFault(`invalid data message ${head.id}`);
    if (head.id === "DATA" && head.value > MAX_CHUNK_BYTES) throw new SyncFault("oversize data message");
    return head;
  }

  /** Said at once; what the host still sends of the file is thrown away, and the stream ends with it, as adbd does. */
  async #refuse(failure: string): Promise<"over"> {
    await this.fail(failure);
    for (;;) {
      const { id, value } = await this.#piece();
      if (id === "DONE") return "over";
      await this.#reader.exactly(value);
    }
  }

  async #send(path: string): Promise<void> {
    let data: Uint8Array;
    try {
      data = this.#files.read(path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return await this.fail(
        error.message === "Is a directory" ? "read failed: Is a directory" : `open failed: ${error.message}`,
      );
    }
    this.#record.add({ kind: "pull", path });
    // The end goes along with the last piece, as it does through a real device's socket.
    const done = head("DONE", 0);
    if (data.length === 0) await this.#stream.write(done);
    for (let at = 0; at < data.length; at += MAX_CHUNK_BYTES) {
      const piece = data.subarray(at, at + MAX_CHUNK_BYTES);
      const last = at + MAX_CHUNK_BYTES >= data.length;
      await this.#stream.write(Buffer.concat([head("DATA", piece.length), piece, ...(last ? [done] : [])]));
    }
  }

  async #head(): Promise<{ readonly id: string; readonly value: number }> {
    const bytes = await this.#reader.exactly(8);
    return { id: bytes.toString("latin1", 0, 4), value: bytes.readUInt32LE(4) };
  }
}

function head(id: string, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.write(id, "latin1");
  bytes.writeUInt32LE(value, 4);
  return bytes;
}
