import { type FileAnswer, type FileWant, isFileName, MAX_FOLDER_FILES, unreachable } from "#protocol";
import { type DeviceFiles, type FileReader, FileRefusal, type FileSink } from "../device/files.ts";
import type { Cancel, Timers } from "../link/index.ts";

/** A viewer that lost its network comes back within this time, or begins anew. */
const IDLE_MS = 90_000;
const MOST_TRANSFERS = 8;

type Want<Do extends FileWant["do"]> = Extract<FileWant, { do: Do }>;

interface Upload {
  readonly kind: "up";
  readonly want: Want<"put">;
  readonly sink: FileSink;
  received: number;
  /** The name that the device gave it, once it has all of it. */
  name: string | undefined;
}

interface Download {
  readonly kind: "down";
  readonly want: Want<"get">;
  readonly reader: FileReader;
  /** The last piece, for a viewer that it was lost to. */
  last: { readonly offset: number; readonly bytes: Uint8Array };
}

interface Transfer {
  /** Undefined once it has failed. */
  state: Upload | Download | undefined;
  /** One thing after the other. */
  turn: Promise<unknown>;
  over: Cancel;
}

/** The files under way of one session. Where one stands is known here alone, so that every piece may be sent again. */
export class FileTransfers {
  readonly #device: DeviceFiles;
  readonly #timers: Timers;
  readonly #transfers = new Map<string, Transfer>();

  constructor(device: DeviceFiles, timers: Timers) {
    this.#device = device;
    this.#timers = timers;
  }

  /**
   * Never throws.
   * @param piece fetches what goes along with a `put`; undefined when nobody waits for it any more
   */
  async answer(want: FileWant, piece: () => Promise<Uint8Array | undefined>): Promise<FileAnswer | Uint8Array> {
    try {
      switch (want.do) {
        case "list":
          return { type: "list", files: (await this.#device.list()).slice(0, MAX_FOLDER_FILES) };
        case "put":
          return await this.#inTurn(want.transfer, (transfer) => this.#put(transfer, want, piece));
        case "get":
          return await this.#inTurn(want.transfer, (transfer) => this.#get(transfer, want));
        case "cancel":
          this.#end(want.transfer);
          return { type: "cancelled" };
        default:
          return unreachable(want);
      }
    } catch (error) {
      if (!(error instanceof FileRefusal)) return { type: "refused", reason: "device-failed" };
      const { reason, words } = error;
      return { type: "refused", reason, ...(words === undefined ? {} : { words: words.slice(0, 64) }) };
    }
  }

  /** The session is over. */
  close(): void {
    for (const id of [...this.#transfers.keys()]) this.#end(id);
  }

  async #put(transfer: Transfer, want: Want<"put">, piece: () => Promise<Uint8Array | undefined>): Promise<FileAnswer> {
    const upload = transfer.state ?? (await this.#begin(transfer, want));
    if (upload.kind !== "up" || upload.want.size !== want.size) throw new FileRefusal("transfer-lost");
    if (want.offset > upload.received) throw new FileRefusal("transfer-lost");
    // What the device has already is not taken twice.
    if (upload.name === undefined && want.length > 0 && want.offset === upload.received) {
      const bytes = await piece();
      if (bytes?.byteLength === want.length) {
        await upload.sink.write(bytes);
        upload.received += want.length;
      }
    }
    if (upload.name === undefined && upload.received === want.size) upload.name = await upload.sink.finish();
    const done = upload.name !== undefined;
    return { type: "put", received: upload.received, done, name: upload.name ?? want.name };
  }

  async #begin(transfer: Transfer, want: Want<"put">): Promise<Upload> {
    if (want.offset > 0) throw new FileRefusal("transfer-lost");
    // The edge has looked at it; this is the device's own door.
    if (!isFileName(want.name)) throw new FileRefusal("no-such-file");
    const { name, size, as } = want;
    const sink = await this.#device.receive({ name, size, as });
    return this.#keep(transfer, { kind: "up", want, sink, received: 0, name: undefined }, () => sink.abort());
  }

  async #get(transfer: Transfer, want: Want<"get">): Promise<Uint8Array> {
    const known = transfer.state;
    if (known?.kind === "down" && isSameFile(known.want, want)) {
      const { offset, bytes } = known.last;
      if (want.offset === offset && bytes.length > 0) return bytes.subarray(0, want.length);
      if (want.offset === offset + bytes.length) return await readOn(known, want);
      // Nobody can go back in what a device sends: it begins anew, up to there.
      known.reader.close();
    }
    if (!isFileName(want.name)) throw new FileRefusal("no-such-file");
    const reader = await this.#device.read(want.name, want.version);
    const download = this.#keep(
      transfer,
      { kind: "down", want, reader, last: { offset: 0, bytes: new Uint8Array() } },
      () => reader.close(),
    );
    for (let at = 0; at < want.offset; ) {
      const skipped = await reader.next(Math.min(want.length, want.offset - at));
      if (skipped.length === 0) throw new FileRefusal("file-changed");
      at += skipped.length;
    }
    return await readOn(download, want);
  }

  /** It may have been given up while the device was asked. */
  #keep<State extends Upload | Download>(transfer: Transfer, state: State, giveUp: () => void): State {
    if (![...this.#transfers.values()].includes(transfer)) {
      giveUp();
      throw new FileRefusal("transfer-lost");
    }
    transfer.state = state;
    return state;
  }

  async #inTurn<Answer>(id: string, work: (transfer: Transfer) => Promise<Answer>): Promise<Answer> {
    const transfer = this.#transfer(id);
    const turn = transfer.turn.then(() => work(transfer));
    transfer.turn = turn.catch(() => {});
    try {
      return await turn;
    } catch (error) {
      // A file that failed has left nothing: whoever wants it begins anew.
      if (this.#transfers.get(id) === transfer) this.#end(id);
      throw error;
    }
  }

  #transfer(id: string): Transfer {
    const known = this.#transfers.get(id);
    if (known === undefined && this.#transfers.size >= MOST_TRANSFERS) this.#forgetFinished();
    known?.over();
    const over = this.#timers.after(IDLE_MS, () => this.#end(id));
    if (known !== undefined) {
      known.over = over;
      return known;
    }
    const transfer: Transfer = { state: undefined, turn: Promise.resolve(), over };
    this.#transfers.set(id, transfer);
    return transfer;
  }

  /** One that is finished is kept only for a viewer that has not heard so. */
  #forgetFinished(): void {
    for (const [id, { state }] of this.#transfers) {
      if (state?.kind === "up" ? state.name !== undefined : state?.last.bytes.length === 0) return this.#end(id);
    }
    throw new FileRefusal("too-many");
  }

  #end(id: string): void {
    const transfer = this.#transfers.get(id);
    if (transfer === undefined) return;
    this.#transfers.delete(id);
    transfer.over();
    const { state } = transfer;
    if (state?.kind === "down") state.reader.close();
    else if (state?.name === undefined) state?.sink.abort();
  }
}

async function readOn(download: Download, { offset, length }: Want<"get">): Promise<Uint8Array> {
  const bytes = await download.reader.next(length);
  download.last = { offset, bytes };
  return bytes;
}

function isSameFile(known: Want<"get">, want: Want<"get">): boolean {
  return known.name === want.name && known.version === want.version;
}
