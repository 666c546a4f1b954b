import { FileQueue } from "./queue.ts";
import { type FileKey, FileRequests } from "./requests.ts";
import type { DeviceFile, FileFailure } from "./transfer.ts";

/** Files of one seat, over HTTP beside its socket. */
export class Files {
  readonly queue: FileQueue;
  readonly #requests: FileRequests;
  readonly #key: () => FileKey | undefined;

  constructor(edge: URL, key: () => FileKey | undefined, changed: () => void) {
    this.#requests = new FileRequests(edge);
    this.#key = key;
    this.queue = new FileQueue({
      requests: this.#requests,
      key,
      changed,
      now: () => performance.now(),
      wait,
      newId: () => crypto.randomUUID(),
    });
  }

  async list(): Promise<readonly DeviceFile[] | FileFailure> {
    const key = this.#key();
    if (key === undefined) return "connection";
    const answer = await this.#requests.list(key);
    if (answer.ok) return answer.value;
    return answer.again === "never" ? answer.failure : "connection";
  }
}

/** Settles after this time, or as soon as nobody waits any more. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
