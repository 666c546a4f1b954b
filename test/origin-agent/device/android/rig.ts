import { createHash } from "node:crypto";
import type { HardwareKind, HardwareWant } from "#protocol";
import { type AndroidOptions, androidDevices, serverProgram } from "../../../../origin-agent/device/android/index.ts";
import type {
  Device,
  DeviceSink,
  DeviceSource,
  Display,
  MediaUnit,
  OpenDevice,
} from "../../../../origin-agent/device/device.ts";
import { AdbServer } from "../../../support/adb-server.ts";
import { AndroidDevice, type AndroidDeviceOptions } from "../../../support/android-device/index.ts";
import { freePortPair } from "../../../support/free-port.ts";
import { until } from "../../../support/until.ts";

/** Any bytes: the double takes every file for the server. */
const JAR = Buffer.from("a server that is none");

/** What an open device yielded. */
export class Yield implements DeviceSink {
  readonly displays: Display[] = [];
  readonly video: MediaUnit[] = [];
  readonly audio: MediaUnit[] = [];
  readonly clipboards: string[] = [];
  readonly losses: string[] = [];
  /** What it wanted to borrow, and no more. */
  readonly wishes: ({ readonly purpose: string; readonly want: HardwareWant } | { readonly done: HardwareKind })[] = [];
  readonly hardware = {
    ask: (purpose: string, want: HardwareWant) => void this.wishes.push({ purpose, want }),
    done: (kind: HardwareKind) => void this.wishes.push({ done: kind }),
  };

  display(display: Display): void {
    this.displays.push(display);
  }

  hasRoom(): boolean {
    return true;
  }

  unit(unit: MediaUnit): void {
    (unit.kind === "video" ? this.video : this.audio).push(unit);
  }

  clipboard(text: string): void {
    this.clipboards.push(text);
  }

  lost(reason: string): void {
    this.losses.push(reason);
  }

  get keyframes(): number {
    return this.video.filter(({ keyframe }) => keyframe).length;
  }
}

interface Given {
  readonly serials?: readonly string[];
  readonly graceMs?: number;
  readonly version?: string;
  readonly adb?: { readonly host: string; readonly port: number };
  readonly hardware?: NonNullable<AndroidOptions["hardware"]>;
}

export interface Opened {
  readonly open: OpenDevice;
  readonly yielded: Yield;
}

/** The driver, the ADB server of this machine's packages, and devices that are none. */
export class Rig {
  readonly adb: AdbServer;
  readonly log: string[] = [];
  /** What is offered now. */
  devices: readonly Device[] = [];
  readonly #ends: (() => Promise<void> | void)[] = [];

  private constructor(adb: AdbServer) {
    this.adb = adb;
    this.#ends.push(() => adb.stop());
  }

  static async start(): Promise<Rig> {
    return new Rig(await AdbServer.start());
  }

  /** What an agent is given. */
  source(given: Given = {}): DeviceSource {
    const { version = "3.3.4", ...options } = given;
    return androidDevices({
      adb: { host: "127.0.0.1", port: this.adb.port },
      program: serverProgram(JAR, { version, sha256: createHash("sha256").update(JAR).digest("hex") }),
      log: (line) => this.log.push(line),
      ...options,
    });
  }

  follow(given: Given = {}): void {
    const stop = this.source(given).follow((devices) => {
      this.devices = devices;
    });
    this.#ends.push(stop);
  }

  /** Have this done at the end. */
  atEnd(end: () => Promise<void> | void): void {
    this.#ends.push(end);
  }

  async phone(options: AndroidDeviceOptions = {}): Promise<AndroidDevice> {
    const phone = await AndroidDevice.start(options);
    this.#ends.push(() => phone.stop());
    return phone;
  }

  /** A phone that the ADB server takes for an emulator: by telling it, as emulators do when they start. */
  async emulator(): Promise<{ readonly phone: AndroidDevice; readonly serial: string; readonly consolePort: number }> {
    const consolePort = await freePortPair();
    const phone = await this.phone({ port: consolePort + 1, access: "open" });
    await this.adb.emulatorStarted(phone.port);
    return { phone, serial: `emulator-${consolePort}`, consolePort };
  }

  /** A device that is connected and offered, by its serial number. */
  async offered(phone: AndroidDevice): Promise<Device> {
    await this.adb.connect(phone.serial);
    return await this.offer(phone);
  }

  async offer({ serial: id }: Pick<AndroidDevice, "serial">): Promise<Device> {
    await until(`${id} is offered`, () => this.devices.some(({ description }) => description.id === id));
    const device = this.devices.find(({ description }) => description.id === id);
    if (device === undefined) throw new Error("it was offered a moment ago");
    return device;
  }

  async open(device: Device, onlyApp?: string): Promise<Opened> {
    const yielded = new Yield();
    const open = await device.open(yielded, onlyApp);
    this.#ends.push(() => open.close());
    return { open, yielded };
  }

  /** The usual beginning: a phone that is in use and shows its first picture. */
  async inUse(
    options: AndroidDeviceOptions = {},
    hardware?: (serial: string) => NonNullable<AndroidOptions["hardware"]>,
  ): Promise<Opened & { readonly phone: AndroidDevice; readonly device: Device }> {
    const phone = await this.phone(options);
    this.follow({
      version: options.scrcpyVersion ?? "3.3.4",
      ...(hardware === undefined ? {} : { hardware: hardware(phone.serial) }),
    });
    const device = await this.offered(phone);
    const opened = await this.open(device);
    await until("the first picture", () => opened.yielded.video.length > 0);
    return { ...opened, phone, device };
  }

  async stop(): Promise<void> {
    for (const end of this.#ends.reverse()) await end();
  }
}
