import type { DeviceRecord } from "../record.ts";
import { Files } from "./files.ts";
import { Location } from "./location.ts";
import { LAUNCHER, Packages } from "./packages.ts";
import { type DeviceIdentity, systemProperties, systemSettings } from "./properties.ts";
import { Screen, type Size } from "./screen.ts";
import { Sensors } from "./sensors.ts";
import { Sockets } from "./sockets.ts";

/** What a program that runs learns of the world outside. */
interface SystemEvents {
  /** Somebody other than a client wrote to the clipboard. */
  clipboard(text: string): void;
}

const DPI = 320;
const FIRST_VIRTUAL_DISPLAY = 2;
/** As if the device had been up for a day: presentation times begin nowhere near 0. */
const UPTIME_AT_START_MS = 86_400_000;

/** The state of the device that its programs share. */
export class Android {
  readonly record: DeviceRecord;
  readonly identity: DeviceIdentity;
  files = new Files();
  readonly sockets = new Sockets();
  readonly properties: Map<string, string>;
  settings = systemSettings();
  packages = new Packages();
  readonly location: Location;
  readonly sensors = new Sensors();
  readonly mainScreen: Screen;
  readonly physicalSize: Size;
  /** What `wm size` was set to. */
  sizeOverride: Size | undefined;
  readonly screens = new Map<number, Screen>();
  readonly watchers = new Set<SystemEvents>();
  /** Ends everything that runs: the device reboots or is stopped. */
  readonly #down = new AbortController();
  /** Milliseconds of Unix time when the clock of presentation times stood at 0. */
  readonly bootedAt = performance.timeOrigin + performance.now() - UPTIME_AT_START_MS;
  #clipboard = "";
  #displays = FIRST_VIRTUAL_DISPLAY;
  /** Asks the device to start again. */
  readonly reboot: () => void;

  constructor(options: { record: DeviceRecord; identity: DeviceIdentity; size: Size; reboot: () => void }) {
    this.record = options.record;
    this.identity = options.identity;
    this.reboot = options.reboot;
    this.properties = systemProperties(options.identity);
    this.location = new Location(options.record);
    this.physicalSize = options.size;
    this.mainScreen = new Screen(0, options.size, DPI, options.identity.model);
    this.screens.set(0, this.mainScreen);
  }

  get down(): AbortSignal {
    return this.#down.signal;
  }

  get clipboard(): string {
    return this.#clipboard;
  }

  /** Microseconds of the clock that pictures and sound are stamped with. */
  uptimeMicros(): number {
    return Math.round((performance.timeOrigin + performance.now() - this.bootedAt) * 1_000);
  }

  setClipboard(text: string, by: "client" | "device"): void {
    this.#clipboard = text;
    if (by === "device") for (const watcher of [...this.watchers]) watcher.clipboard(text);
  }

  addDisplay(size: Size, dpi: number): Screen {
    const screen = new Screen(this.#displays, size, dpi, this.identity.model);
    this.screens.set(screen.id, screen);
    this.#displays += 1;
    return screen;
  }

  removeDisplay(id: number): void {
    this.screens.get(id)?.animate(0);
    this.screens.delete(id);
  }

  /** @returns false when there is no such app */
  startApp(name: string, screen: Screen, stoppedFirst: boolean): boolean {
    if (this.packages.find(name) === undefined) return false;
    this.record.add({ kind: "app-started", name, stoppedFirst, display: screen.id });
    screen.show(name);
    return true;
  }

  stopApp(name: string): void {
    for (const screen of this.screens.values()) if (screen.app === name) screen.show(LAUNCHER);
  }

  /** Text reaches whatever has the focus. */
  type(text: string, by: "keys" | "paste", screen: Screen): void {
    this.record.add({ kind: "text", text, by });
    screen.typed(text);
  }

  /** What a reboot leaves: the storage. */
  keepFrom(before: Android): void {
    this.files = before.files;
    this.settings = before.settings;
    this.packages = before.packages;
  }

  halt(): void {
    this.#down.abort();
    for (const screen of this.screens.values()) screen.animate(0);
  }
}
