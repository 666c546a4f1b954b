import { isOf } from "./front-app.ts";

export interface AppKeeperPorts {
  /**
   * The package of the activity in front, undefined while there is none.
   * @throws Error when the device does not say
   */
  front(): Promise<string | undefined>;
  /** Bring the app to the front. */
  bring(): void;
  /** It is in front from now on, or not any more. */
  changed(inFront: boolean): void;
  /** Milliseconds of any clock that only goes on. */
  now(): number;
  /** @returns cancels it */
  after(delayMs: number, run: () => void): () => void;
}

/** A person who has left an app sees that it comes back, and does nothing in between. */
const LOOK_AGAIN_MS = 250;
/** An app takes a while to come; it is not called again meanwhile. */
const BRING_AGAIN_MS = 1_000;

/**
 * Keeps one app in front of a device. Android tells nobody outside when an app is left, so it is asked, a few times a second. What cannot be
 * seen to be in front counts as left.
 */
export class AppKeeper {
  readonly #app: string;
  readonly #ports: AppKeeperPorts;
  #inFront = false;
  #broughtAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(app: string, ports: AppKeeperPorts) {
    this.#app = app;
    this.#ports = ports;
  }

  get inFront(): boolean {
    return this.#inFront;
  }

  start(): void {
    void this.#look();
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #look(): Promise<void> {
    // A device that does not say is asked again: whether it is lost is the driver's to find out.
    const front = await this.#ports.front().catch(() => "nobody knows");
    if (this.#closed) return;
    // Behind a lock screen nothing is in front, and nothing else can be reached.
    if (front !== undefined) this.#seen(isOf(front, this.#app));
    else if (this.#broughtAt === Number.NEGATIVE_INFINITY) this.#bring();
    this.#cancel = this.#ports.after(LOOK_AGAIN_MS, () => void this.#look());
  }

  #seen(inFront: boolean): void {
    if (inFront !== this.#inFront) {
      this.#inFront = inFront;
      this.#ports.changed(inFront);
    }
    if (!inFront) this.#bring();
  }

  #bring(): void {
    const at = this.#ports.now();
    if (at - this.#broughtAt < BRING_AGAIN_MS) return;
    this.#broughtAt = at;
    this.#ports.bring();
  }
}
