import type { Adb } from "@yume-chan/adb";
import type { ListedFile } from "#protocol";
import { type ArrivingFile, type DeviceFiles, type FileReader, FileRefusal, type FileSink } from "../files.ts";
import { freeName } from "../free-name.ts";
import { Arrival } from "./files/arrival.ts";
import { beginInstall } from "./files/install.ts";
import { listFolder } from "./files/listing.ts";
import { PullReader } from "./files/pull.ts";

/** The folder that is granted. What is put into it other apps of the device see, and the person finds. */
const FOLDER = "/sdcard/Download";

/**
 * Files of an Android device, through its ADB daemon: a connection of its own, and a stream of its own for each file. The daemon takes
 * paths as data, and removes what it was sent half.
 */
export class AndroidFiles implements DeviceFiles {
  readonly #connect: () => Promise<Adb>;
  #adb: Promise<Adb> | undefined;
  /** Names that are on their way into the folder. */
  readonly #arriving = new Set<string>();

  constructor(connect: () => Promise<Adb>) {
    this.#connect = connect;
  }

  async list(): Promise<readonly ListedFile[]> {
    return await listFolder(await this.#connected(), FOLDER);
  }

  async receive({ name, size, as }: ArrivingFile): Promise<FileSink> {
    const adb = await this.#connected();
    if (as === "app") return await beginInstall(adb, name, size);
    const taken = new Set([...(await listFolder(adb, FOLDER)).map((file) => file.name), ...this.#arriving]);
    const free = freeName(name, taken);
    this.#arriving.add(free);
    return await Arrival.begin(adb, FOLDER, free, () => this.#arriving.delete(free));
  }

  async read(name: string, version: string): Promise<FileReader> {
    const adb = await this.#connected();
    const file = (await listFolder(adb, FOLDER)).find((one) => one.name === name);
    if (file === undefined) throw new FileRefusal("no-such-file");
    if (file.version !== version) throw new FileRefusal("file-changed");
    return await PullReader.begin(adb, `${FOLDER}/${name}`);
  }

  async close(): Promise<void> {
    await this.#adb?.then((adb) => adb.close()).catch(() => {});
  }

  async #connected(): Promise<Adb> {
    const adb = this.#adb ?? this.#connectAnew();
    try {
      return await adb;
    } catch {
      throw new FileRefusal("device-failed");
    }
  }

  /** A device that was away has another transport when it is back. */
  #connectAnew(): Promise<Adb> {
    const adb = this.#connect();
    const forget = () => {
      if (this.#adb === adb) this.#adb = undefined;
    };
    adb.then((connected) => connected.disconnected).then(forget, forget);
    this.#adb = adb;
    return adb;
  }
}
