import type { Adb } from "@yume-chan/adb";
import { run } from "../adb/shell.ts";

/** Commands in a device, through one connection that is made again when it fails. */
export class DeviceShell {
  readonly #connect: () => Promise<Adb>;
  #connection: Promise<Adb> | undefined;

  /** @param connect throws when the device is not there */
  constructor(connect: () => Promise<Adb>) {
    this.#connect = connect;
  }

  /** @returns its output @throws Error when the device cannot be reached or does not answer */
  async run(args: readonly string[]): Promise<string> {
    this.#connection ??= this.#connect();
    const connection = this.#connection;
    try {
      return await run(await connection, args);
    } catch (error) {
      if (this.#connection === connection) this.close();
      throw error;
    }
  }

  /** It may be used again. */
  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.then((adb) => adb.close()).catch(() => {});
  }
}
