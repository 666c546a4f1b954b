import type { Adb } from "@yume-chan/adb";
import { run } from "./shell.ts";

/** Commands in a device over one connection, which is made anew after one failed. */
export class Asking {
  readonly #connect: () => Promise<Adb>;
  #adb: Promise<Adb> | undefined;

  constructor(connect: () => Promise<Adb>) {
    this.#connect = connect;
  }

  /** @throws Error when the device cannot be reached or does not answer */
  async run(args: readonly string[]): Promise<string> {
    this.#adb ??= this.#connect();
    const adb = this.#adb;
    try {
      return await run(await adb, args);
    } catch (error) {
      if (this.#adb === adb) this.close();
      throw error;
    }
  }

  close(): void {
    // One that never came has nothing to close.
    void this.#adb?.then((adb) => adb.close()).catch(() => {});
    this.#adb = undefined;
  }
}
