import { type Adb, AdbServerClient } from "@yume-chan/adb";
import type { Device, DeviceSink, DeviceSource } from "../device.ts";
import { Asking } from "./adb/asking.ts";
import { type AdbAddress, adbConnector } from "./adb/connector.ts";
import { within } from "./adb/deadline.ts";
import { type Listed, trackDevices } from "./adb/tracker.ts";
import { type Discovered, describe } from "./describe.ts";
import { Driver } from "./driver.ts";
import {
  type BackEnds,
  DeviceShell,
  findBackEnds,
  type HardwareOptions,
  hardwareFeatures,
  removeLeftProviders,
} from "./hardware/index.ts";
import { openForOneApp } from "./one-app.ts";
import type { ServerProgram } from "./scrcpy/server-program.ts";

export interface AndroidOptions {
  readonly adb: AdbAddress;
  readonly program: ServerProgram;
  /** Serial numbers of the devices to offer; undefined for all that are found. */
  readonly serials?: readonly string[] | undefined;
  readonly log: (line: string) => void;
  /** A device that is away stays offered for so long: an ADB server that starts again brings all back at once. */
  readonly graceMs?: number;
  /** What this host has for them to borrow by. */
  readonly hardware?: HardwareOptions;
}

const NO_HARDWARE: HardwareOptions = { cameras: new Map(), microphones: new Map() };
const GRACE_MS = 10_000;
const CONNECT_DEADLINE_MS = 5_000;
const DESCRIBE_DEADLINE_MS = 20_000;
/** A device that is still starting answers little: it is asked again after this time. */
const ASK_AGAIN_MS = 2_000;

/** What is to be done about a device that cannot be used, by the state that ADB gives. */
const NEXT_STEP = {
  unauthorized: "confirm this host's key on its screen",
  offline: "it does not answer; connect it again, or start it anew",
} as const;

interface Known {
  state: Listed["state"];
  /** Undefined while it is not listed. */
  transportId: bigint | undefined;
  device: Device | undefined;
  /** That it cannot be used has been said. */
  said: boolean;
  /** The next question, or the end of its grace. */
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Offers the Android devices that an ADB server has, as they come and go. */
export function androidDevices(options: AndroidOptions): DeviceSource {
  return { follow: (changed) => new AndroidDevices(options, changed).start() };
}

class AndroidDevices {
  readonly #options: AndroidOptions;
  readonly #changed: (devices: readonly Device[]) => void;
  readonly #client: AdbServerClient;
  readonly #known = new Map<string, Known>();
  #stopped = false;

  constructor(options: AndroidOptions, changed: (devices: readonly Device[]) => void) {
    this.#options = options;
    this.#changed = changed;
    this.#client = new AdbServerClient(adbConnector(options.adb));
  }

  /** @returns stops */
  start(): () => void {
    const { adb, log } = this.#options;
    const stop = trackDevices(this.#client, {
      listed: (devices) => this.#listed(devices),
      away: () => {
        log(`adb: nobody answers at ${adb.host}:${adb.port}; start it with: adb start-server`);
        this.#listed([]);
      },
    });
    return () => {
      this.#stopped = true;
      stop();
      for (const known of this.#known.values()) clearTimeout(known.timer);
    };
  }

  #listed(devices: readonly Listed[]): void {
    const { serials } = this.#options;
    const wanted = devices.filter(({ serial }) => serials === undefined || serials.includes(serial));
    for (const listed of wanted) this.#seen(listed);
    for (const [serial, known] of this.#known) {
      if (!wanted.some((listed) => listed.serial === serial)) this.#missing(serial, known);
    }
  }

  #seen(listed: Listed): void {
    const { serial, state, transportId } = listed;
    const before = this.#known.get(serial);
    if (before?.state === state && before.transportId === transportId) return this.#seenAgain(serial, before);
    clearTimeout(before?.timer);
    const known: Known = { state, transportId, device: before?.device, said: false, timer: undefined };
    this.#known.set(serial, known);
    if (state === "device") void this.#describe(serial, known);
    else this.#endLater(serial, known);
  }

  /** A device that is being connected is offline for a moment: only what lasts is worth a word. */
  #seenAgain(serial: string, known: Known): void {
    if (known.state === "device" || known.said) return;
    known.said = true;
    this.#options.log(`adb: ${serial} is ${known.state}: ${NEXT_STEP[known.state]}`);
  }

  #missing(serial: string, known: Known): void {
    if (known.transportId === undefined) return;
    clearTimeout(known.timer);
    known.state = "offline";
    known.transportId = undefined;
    this.#endLater(serial, known);
  }

  /** It is offered no longer, unless it comes back in time. */
  #endLater(serial: string, known: Known): void {
    known.timer = setTimeout(() => {
      known.timer = undefined;
      if (known.transportId === undefined) this.#known.delete(serial);
      if (known.device === undefined) return;
      known.device = undefined;
      this.#options.log(`adb: ${serial} is gone`);
      this.#announce();
    }, this.#options.graceMs ?? GRACE_MS);
  }

  async #describe(serial: string, known: Known): Promise<void> {
    const { log } = this.#options;
    try {
      const adb = await this.#connect(serial);
      const discovered = await within(DESCRIBE_DEADLINE_MS, describe(adb, serial, this.#options.program)).finally(
        () => void adb.close().catch(() => {}),
      );
      if (discovered === undefined) throw new Error("it does not answer");
      const backEnds = await this.#findBackEnds(serial, discovered);
      if (this.#known.get(serial) !== known || this.#stopped) return;
      log(`adb: ${serial} is ${discovered.description.model}`);
      known.device = this.#device(serial, discovered, backEnds);
      this.#announce();
    } catch (error) {
      if (this.#known.get(serial) !== known || this.#stopped || known.state !== "device") return;
      log(`adb: ${serial} cannot be used yet: ${error instanceof Error ? error.message : "no reason given"}`);
      known.timer = setTimeout(() => {
        known.timer = undefined;
        void this.#describe(serial, known);
      }, ASK_AGAIN_MS);
    }
  }

  async #findBackEnds(serial: string, { sdk }: Discovered): Promise<BackEnds> {
    const { hardware = NO_HARDWARE, log } = this.#options;
    const shell = new DeviceShell(() => this.#connect(serial));
    // It is in nobody's use; and one that is says the place again.
    await removeLeftProviders(shell).catch(() => {});
    shell.close();
    return await findBackEnds({ serial, sdk, log }, hardware);
  }

  #device(serial: string, { description, natural, audible }: Discovered, backEnds: BackEnds): Device {
    const { program, log } = this.#options;
    const connect = () => this.#connect(serial);
    const apps = description.apps.map(({ id }) => id);
    const hardware = { backEnds, names: new Map(description.apps.map(({ id, name }) => [id, name])), log };
    const pluggable = description.features.includes("physical-keyboard");
    return {
      description: { ...description, features: [...description.features, ...hardwareFeatures(backEnds)] },
      followed: true,
      open: (sink, onlyApp) => {
        const given = { connect, program, natural, apps, audible, hardware, pluggable };
        const open = (to: DeviceSink) => new Driver({ ...given, sink: to }).open();
        if (onlyApp === undefined) return open(sink);
        if (!apps.includes(onlyApp)) return Promise.reject(new Error("it does not have the app that it is to show"));
        return openForOneApp({ app: onlyApp, open, sink, asking: new Asking(connect) });
      },
    };
  }

  /** @throws Error in words for the host's operator */
  async #connect(serial: string): Promise<Adb> {
    const state = this.#known.get(serial)?.state ?? "offline";
    if (state !== "device") throw new Error(`${serial} is ${state}: ${NEXT_STEP[state]}`);
    const connecting = this.#client.createAdb({ serial });
    const adb = await within(CONNECT_DEADLINE_MS, connecting);
    if (adb !== undefined) return adb;
    // Nobody waits for it any more.
    connecting.then((late) => late.close()).catch(() => {});
    throw new Error(`${serial} does not answer`);
  }

  #announce(): void {
    if (this.#stopped) return;
    this.#changed([...this.#known.values()].flatMap(({ device }) => (device === undefined ? [] : [device])));
  }
}
