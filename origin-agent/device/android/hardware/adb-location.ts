import type { Location } from "#protocol";
import type { LentHardware } from "../../hardware.ts";
import type { BackEnd } from "./back-end.ts";
import type { DeviceShell } from "./device-shell.ts";
import { removeProviders, setUpProviders, tellPlace } from "./test-providers.ts";

/** A place that was told longer ago than this is old to some apps: it is told again. */
const TELL_AGAIN_MS = 1_000;

/**
 * Location by ADB alone, in any Android since 12: by test providers, which apps can tell from real ones. One place is told at a time, and
 * the newest is told next.
 */
export class AdbLocation implements BackEnd {
  readonly #shell: DeviceShell;
  #lent = false;
  #place: Location | undefined;
  #isSetUp = false;
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(shell: DeviceShell) {
    this.#shell = shell;
  }

  came(news: LentHardware): void {
    if (news.type === "granted" && news.want.kind === "location") this.#lent = true;
    else if (news.type === "location" && this.#lent) this.#place = news;
    else if (news.type === "ended" && news.kind === "location") this.#end();
    else return;
    this.#wake?.();
    if (this.#lent) this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#end();
    await this.#running;
  }

  #end(): void {
    this.#lent = false;
    this.#place = undefined;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    while (this.#lent) {
      const place = this.#place;
      try {
        // Before there is a place, so that the first one waits for nothing.
        if (!this.#isSetUp) await setUpProviders(this.#shell);
        this.#isSetUp = true;
        if (place !== undefined) await tellPlace(this.#shell, place);
      } catch {
        // The device has started again, or is away for a moment: from the beginning.
        this.#isSetUp = false;
      }
      if (this.#lent && (this.#place === place || !this.#isSetUp)) await this.#news();
    }
    this.#isSetUp = false;
    // Of a device that cannot be reached they are removed when it is found again.
    await removeProviders(this.#shell).catch(() => {});
    this.#running = undefined;
    if (this.#lent) this.#running = this.#run();
  }

  /** Another place, the end, or time to say the same again. */
  async #news(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, TELL_AGAIN_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}
