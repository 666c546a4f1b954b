import type { ToOriginMessage } from "#protocol";
import type { DeviceFiles } from "../device/files.ts";
import type { EdgePort, Timers } from "../link/index.ts";
import { FileTransfers } from "./file-transfers.ts";

/** What the edge asks about files, answered by requests beside the socket: no picture waits behind a file. */
export class FilesIn {
  readonly #edge: EdgePort;
  readonly #session: string;
  /** Undefined of a device that takes no files. */
  readonly #transfers: FileTransfers | undefined;

  constructor(edge: EdgePort, timers: Timers, session: string, device: DeviceFiles | undefined) {
    this.#edge = edge;
    this.#session = session;
    this.#transfers = device === undefined ? undefined : new FileTransfers(device, timers);
  }

  said({ call, want }: Extract<ToOriginMessage, { type: "file-call" }>): void {
    void this.#answer(call, want);
  }

  close(): void {
    this.#transfers?.close();
  }

  async #answer(call: string, want: Parameters<FileTransfers["answer"]>[0]): Promise<void> {
    const piece = () => this.#edge.fetchPiece(this.#session, call);
    const answer = await this.#transfers?.answer(want, piece);
    await this.#edge.answerCall(this.#session, call, answer ?? { type: "refused", reason: "not-offered" });
  }
}
