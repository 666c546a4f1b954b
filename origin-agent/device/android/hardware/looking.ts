import type { DeviceShell } from "./device-shell.ts";

/** A question to the device, and what becomes of the answer. */
export interface Look {
  readonly args: readonly string[];
  readonly seen: (answer: string) => void;
}

/** An app that wants to know where it is waits no longer than this for the question to the person. */
const LOOK_AGAIN_MS = 1_000;

/** Asks a device the same questions again and again. One that is away for a moment is asked again later. */
export class Looking {
  readonly #shell: DeviceShell;
  readonly #looks: readonly Look[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(shell: DeviceShell, looks: readonly Look[]) {
    this.#shell = shell;
    this.#looks = looks;
    if (looks.length > 0) void this.#look();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    for (const { args, seen } of this.#looks) {
      const answer = await this.#shell.run(args).catch(() => undefined);
      if (this.#closed) return;
      if (answer !== undefined) seen(answer);
    }
    this.#timer = setTimeout(() => void this.#look(), LOOK_AGAIN_MS);
  }
}
