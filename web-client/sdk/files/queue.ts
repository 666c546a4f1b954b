import { isFileName, MAX_FILE_BYTES } from "#protocol";
import { retryWait } from "../backoff.ts";
import { createPiecePace, type PiecePace, pieceLost, pieceMoved } from "./piece-pace.ts";
import type { Answer, FileKey, FileRequests } from "./requests.ts";
import { type DeviceFile, type FileFailure, type FileTransfer, isOver } from "./transfer.ts";

/** A file goes on after a connection that was lost for no longer. */
const PATIENCE_MS = 60_000;
/** How often one begins anew, when the device lost what it had of it. */
const MOST_RESTARTS = 2;
/** Of those that are over, so many are kept to be shown. */
const MOST_KEPT = 20;

export interface FilePort {
  readonly requests: Pick<FileRequests, "put" | "get" | "cancel">;
  /** Undefined before the first welcome. */
  key(): FileKey | undefined;
  changed(): void;
  /** Milliseconds that only count up. */
  now(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** 128 bits of chance, in 16 to 64 letters and digits. */
  newId(): string;
}

interface Entry {
  shown: FileTransfer;
  /** As the edge and the agent know it. */
  transfer: string;
  readonly ended: AbortController;
  readonly run: (entry: Entry, pace: PiecePace) => Promise<void>;
}

/** What stops a transfer for good. */
class Stopped extends Error {
  readonly failure: FileFailure | undefined;
  readonly words: string | undefined;

  constructor(failure?: FileFailure, words?: string) {
    super(failure ?? "cancelled");
    this.failure = failure;
    this.words = words;
  }
}

/** Files of one seat, one after the other, piece by piece: each piece is asked for again until it is there. */
export class FileQueue {
  readonly #port: FilePort;
  #entries: Entry[] = [];
  #working = false;
  readonly #pace = createPiecePace();

  constructor(port: FilePort) {
    this.#port = port;
  }

  get transfers(): readonly FileTransfer[] {
    return this.#entries.map(({ shown }) => shown);
  }

  /** @returns the transfer as it begins; what follows is told by `changed` */
  send(file: File, as: "file" | "app"): FileTransfer {
    const refusal = !isFileName(file.name) ? "bad-name" : file.size > MAX_FILE_BYTES ? "too-large" : undefined;
    return this.#add("up", file, as, (entry, pace) => this.#upload(entry, file, pace), refusal).shown;
  }

  /** @returns the file's content, or undefined when it did not come */
  async take(file: DeviceFile): Promise<Blob | undefined> {
    let content: Blob | undefined;
    const refusal = file.size > MAX_FILE_BYTES ? "too-large" : undefined;
    return await new Promise((resolve) => {
      const run = async (entry: Entry, pace: PiecePace) => {
        content = await this.#download(entry, file, pace);
      };
      const { ended } = this.#add("down", file, "file", run, refusal);
      if (ended.signal.aborted) return resolve(undefined);
      ended.signal.addEventListener("abort", () => resolve(content));
    });
  }

  /** One that is over, or not known, is not missed. */
  cancel(id: string): void {
    const entry = this.#entries.find(({ shown }) => shown.id === id);
    if (entry !== undefined && !isOver(entry.shown)) this.#end(entry, { state: "cancelled" });
  }

  /** The session is over. */
  close(): void {
    for (const entry of this.#entries)
      if (!isOver(entry.shown)) this.#end(entry, { state: "failed", failure: "session-over" });
  }

  #add(
    direction: FileTransfer["direction"],
    { name, size }: { readonly name: string; readonly size: number },
    as: FileTransfer["as"],
    run: Entry["run"],
    refusal: FileFailure | undefined,
  ): Entry {
    const id = this.#port.newId();
    const shown = { id, direction, as, name, size, moved: 0, state: "waiting" } as const;
    const entry: Entry = { shown, transfer: id, ended: new AbortController(), run };
    const over = this.#entries.filter((one) => isOver(one.shown));
    const dropped = over.slice(0, Math.max(0, over.length - MOST_KEPT));
    this.#entries = [...this.#entries.filter((one) => !dropped.includes(one)), entry];
    if (refusal === undefined) {
      this.#port.changed();
      void this.#work();
    } else this.#end(entry, { state: "failed", failure: refusal });
    return entry;
  }

  async #work(): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    for (let entry = this.#next(); entry !== undefined; entry = this.#next()) await this.#runOne(entry);
    this.#working = false;
  }

  #next(): Entry | undefined {
    return this.#entries.find(({ shown }) => shown.state === "waiting");
  }

  async #runOne(entry: Entry): Promise<void> {
    this.#show(entry, { state: "moving" });
    try {
      await entry.run(entry, this.#pace);
      if (!isOver(entry.shown)) this.#end(entry, { state: "done" });
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      const { failure = "connection", words } = error;
      if (isOver(entry.shown)) return;
      this.#end(entry, { state: "failed", failure, ...(words === undefined ? {} : { words }) });
    }
  }

  async #upload(entry: Entry, file: File, pace: PiecePace): Promise<void> {
    const { requests } = this.#port;
    const { name, size } = file;
    const { as } = entry.shown;
    await this.#begin(entry, async (transfer) => {
      for (let offset = 0, done = false; !done; ) {
        const at = offset;
        const { received, ...said } = await this.#piece(entry, pace, async (key, bytes, signal) => {
          const piece = file.slice(at, at + bytes);
          const answer = await requests.put(key, transfer, { name, size, as, offset: at }, piece, signal);
          // The agent could not fetch it.
          const isLost = answer.ok && answer.value.received <= at && !answer.value.done;
          return isLost ? { ok: false, again: "piece" } : answer;
        });
        // It says where to go on, and never backwards: what it has it has.
        offset = Math.min(size, Math.max(offset, received));
        done = said.done;
        this.#show(entry, { moved: offset, state: "moving", ...(said.name === name ? {} : { savedAs: said.name }) });
      }
    });
  }

  async #download(entry: Entry, file: DeviceFile, pace: PiecePace): Promise<Blob> {
    const { requests } = this.#port;
    const { name, size, version } = file;
    let content = new Blob();
    await this.#begin(entry, async (transfer) => {
      content = new Blob();
      while (content.size < size) {
        const offset = content.size;
        const piece = await this.#piece(entry, pace, (key, bytes, signal) => {
          const length = Math.min(bytes, size - offset);
          return requests.get(key, transfer, { name, version, offset, length }, signal);
        });
        if (piece.size === 0) throw new Stopped("file-changed");
        // Browsers keep a large one outside of their memory.
        content = new Blob([content, piece]);
        this.#show(entry, { moved: content.size, state: "moving" });
      }
      const key = this.#port.key();
      if (key !== undefined) void requests.cancel(key, transfer);
    });
    return content;
  }

  /** Do it, and do it again under another name when the device has lost what it had. */
  async #begin(entry: Entry, work: (transfer: string) => Promise<void>): Promise<void> {
    for (let restarts = 0; ; restarts += 1) {
      try {
        return await work(entry.transfer);
      } catch (error) {
        if (!(error instanceof BeginAnew)) throw error;
        if (restarts >= MOST_RESTARTS) throw new Stopped("device-failed");
        entry.transfer = this.#port.newId();
        this.#show(entry, { moved: 0, state: "retrying" });
        await this.#port.wait(retryWait(restarts + 3, 1), entry.ended.signal);
      }
    }
  }

  /** One piece, asked for until it is there. */
  async #piece<Value>(
    entry: Entry,
    pace: PiecePace,
    ask: (key: FileKey, bytes: number, signal: AbortSignal) => Promise<Answer<Value>>,
  ): Promise<Value> {
    const { now, wait, key } = this.#port;
    const { signal } = entry.ended;
    const beganAt = now();
    for (let attempt = 1; ; attempt += 1) {
      if (signal.aborted) throw new Stopped();
      const known = key();
      const askedAt = now();
      const { bytes } = pace;
      const answer = known === undefined ? undefined : await ask(known, bytes, signal);
      if (signal.aborted) throw new Stopped();
      if (answer?.ok === true) {
        await wait(pieceMoved(pace, now() - askedAt), signal);
        return answer.value;
      }
      if (answer?.again === "never") throw new Stopped(answer.failure, answer.words);
      if (answer?.again === "anew") throw new BeginAnew();
      if (now() - beganAt > PATIENCE_MS) throw new Stopped("connection");
      pieceLost(pace);
      this.#show(entry, { state: "retrying" });
      await wait(retryWait(attempt + 1, 1), signal);
    }
  }

  #show(entry: Entry, change: Partial<FileTransfer>): void {
    if (isOver(entry.shown)) return;
    entry.shown = { ...entry.shown, ...change };
    this.#port.changed();
  }

  #end(entry: Entry, end: Partial<FileTransfer>): void {
    const key = this.#port.key();
    const { state } = entry.shown;
    this.#show(entry, end);
    entry.ended.abort();
    if (end.state !== "done" && state !== "waiting" && key !== undefined)
      void this.#port.requests.cancel(key, entry.transfer);
  }
}

/** The device has lost what it had. */
class BeginAnew extends Error {}
