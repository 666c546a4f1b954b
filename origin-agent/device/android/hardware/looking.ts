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
  #isAsking = false;
  #state: "on" | "paused" | "closed" = "on";

  constructor(shell: DeviceShell, looks: readonly Look[]) {
    this.#shell = shell;
    this.#looks = looks;
    void this.#look();
  }

  /** Nothing is asked meanwhile, and what was seen last holds. */
  setPaused(paused: boolean): void {
    if (this.#state === "closed") return;
    this.#state = paused ? "paused" : "on";
    clearTimeout(this.#timer);
    if (!this.#isAsking) void this.#look();
  }

  close(): void {
    this.#state = "closed";
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#looks.length === 0 || this.#state !== "on") return;
    this.#isAsking = true;
    for (const { args, seen } of this.#looks) {
      const answer = await this.#shell.run(args).catch(() => undefined);
      if (answer !== undefined && this.#isOn()) seen(answer);
    }
    this.#isAsking = false;
    if (this.#isOn()) this.#timer = setTimeout(() => void this.#look(), LOOK_AGAIN_MS);
  }

  #isOn(): boolean {
    return this.#state === "on";
  }
}
