import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Access } from "./adb/handshake.ts";
import { Transport } from "./adb/transport.ts";
import type { ByteStream } from "./byte-stream.ts";
import { type Fault, type LastingFaults, noFaults } from "./faults.ts";
import { DeviceRecord } from "./record.ts";
import { ScrcpyHost } from "./scrcpy/host.ts";
import { FEATURES, startService } from "./services/index.ts";
import { Android } from "./system/android.ts";
import type { LocationRequest } from "./system/location.ts";
import { type DeviceIdentity, PIXEL_LIKE } from "./system/properties.ts";
import type { Screen, Size } from "./system/screen.ts";
import type { SensorListener } from "./system/sensors.ts";

export interface AndroidDeviceOptions {
  /** Where it listens on the loopback; 0 for any free port. */
  readonly port?: number;
  readonly identity?: Partial<DeviceIdentity>;
  /** The display, upright. */
  readonly size?: Size;
  /** The version of scrcpy's server that is pushed: 3.x and 4.x speak differently. */
  readonly scrcpyVersion?: string;
  /** `any-key` asks for a signature and takes every one; `open` asks for nothing, as an emulator does. */
  readonly access?: "open" | "any-key" | "unauthorized";
  /** The tone that the device plays; undefined is silence. */
  readonly toneHz?: number | undefined;
}

const LOOPBACK = "127.0.0.1";
const SIZE: Size = { width: 720, height: 1280 };
const SCRCPY_VERSION = "3.3.4";
const TONE_HZ = 440;
const REBOOT_MS = 500;

/** An Android device that answers ADB: see the head of index.ts. */
export class AndroidDevice {
  readonly record = new DeviceRecord();
  readonly #options: AndroidDeviceOptions;
  readonly #identity: DeviceIdentity;
  readonly #faults: LastingFaults = noFaults();
  readonly #transports = new Set<Transport>();
  #access: Access;
  #server: Server | undefined;
  #port = 0;
  #android: Android;
  #scrcpy: ScrcpyHost;
  #returning: Promise<void> = Promise.resolve();
  #stopped = false;

  private constructor(options: AndroidDeviceOptions) {
    this.#options = options;
    this.#identity = { ...PIXEL_LIKE, ...options.identity };
    this.#access = options.access ?? "any-key";
    this.#android = this.#boot();
    this.#scrcpy = this.#newHost(options.scrcpyVersion ?? SCRCPY_VERSION);
  }

  static async start(options: AndroidDeviceOptions = {}): Promise<AndroidDevice> {
    const device = new AndroidDevice(options);
    await device.#listen(options.port ?? 0);
    return device;
  }

  /** Where it is to be had: `adb connect 127.0.0.1:PORT`. */
  get port(): number {
    return this.#port;
  }

  /** As ADB servers call it. */
  get serial(): string {
    return `${LOOPBACK}:${this.#port}`;
  }

  /** What is in the device now; another one after a reboot. */
  get android(): Android {
    return this.#android;
  }

  get screen(): Screen {
    return this.#android.mainScreen;
  }

  /** Runs of scrcpy's server. */
  get scrcpy(): ScrcpyHost {
    return this.#scrcpy;
  }

  /** How many hosts are connected. */
  get connections(): number {
    return this.#transports.size;
  }

  /** Break something, at once. Settles when it is broken, which for a reboot is when the device is back. */
  async fault(fault: Fault): Promise<void> {
    const servers = this.#scrcpy.servers;
    switch (fault.kind) {
      case "reboot":
        return await this.#reboot(fault.downMs ?? REBOOT_MS);
      case "unauthorized":
      case "offline":
        this.#access = fault.kind;
        return this.#dropAll();
      case "slow-reads":
        this.#faults.okayDelayMs = fault.delayMs;
        return;
      case "crumbs":
        this.#faults.crumbs = fault.of;
        return;
      case "garbage":
      case "huge-length":
        if (fault.in === "transport") for (const transport of this.#transports) transport.breakWith(fault.kind);
        else for (const server of servers) await server.breakStream(fault.in, fault.kind);
        return;
      case "half-packet":
        for (const server of servers) await server.breakStream(fault.in, "half-packet");
        return;
      case "encoder-error":
        for (const { video } of servers) video?.fail(false);
        return;
      case "encoder-death":
        for (const { video } of servers) video?.fail(true);
        return;
      case "server-death":
        for (const server of servers) server.kill();
        return;
      case "server-version":
        this.#scrcpy.version = fault.version;
        return;
      case "none":
        Object.assign(this.#faults, noFaults());
        this.#access = this.#options.access ?? "any-key";
        if (this.#access === "unauthorized") this.#access = "any-key";
    }
  }

  /** The owner taps "Allow": the keys that wait are let in, and all that come. */
  authorize(): void {
    this.#access = "any-key";
    for (const transport of this.#transports) transport.authorize();
  }

  /** The owner copies something on the device. */
  copy(text: string): void {
    this.#android.setClipboard(text, "device");
  }

  /** An app subscribes to locations. @returns what ends it */
  requestLocation(request: LocationRequest): () => void {
    return this.#android.location.request(request);
  }

  /** An app listens to a sensor. @returns what ends it */
  listenToSensor(listener: SensorListener): () => void {
    return this.#android.sensors.listen(listener);
  }

  /** A program of the device connects to one of its sockets: the near end of `adb reverse`. */
  connect(name: string): ByteStream {
    return this.#android.sockets.connect(name);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#returning;
    this.#android.halt();
    await this.#close();
  }

  #boot(): Android {
    return new Android({
      record: this.record,
      identity: this.#identity,
      size: this.#options.size ?? SIZE,
      reboot: () => {
        this.#returning = this.#reboot(REBOOT_MS);
      },
    });
  }

  #newHost(version: string): ScrcpyHost {
    return new ScrcpyHost(this.#android, version, "toneHz" in this.#options ? this.#options.toneHz : TONE_HZ);
  }

  /** What was in files and packages stays, and everything else begins anew. */
  async #reboot(downMs: number): Promise<void> {
    const before = this.#android;
    before.halt();
    await this.#close();
    this.#android = this.#boot();
    this.#android.keepFrom(before);
    this.#scrcpy = this.#newHost(this.#scrcpy.version);
    await new Promise((resolve) => setTimeout(resolve, downMs));
    if (!this.#stopped) await this.#listen(this.#port);
  }

  async #listen(port: number): Promise<void> {
    const server = createServer((socket) => this.#arrived(socket));
    this.#server = server;
    server.listen(port, LOOPBACK);
    await once(server, "listening");
    // A server that listens on TCP has an address of this form.
    this.#port = (server.address() as AddressInfo).port;
  }

  #arrived(socket: Socket): void {
    const transport = new Transport(socket, {
      faults: this.#faults,
      access: () => this.#access,
      banner: () => this.#banner(),
      connected: (host) => this.record.add({ kind: "connected", host }),
      serve: (service, stream, from) => this.#serve(service, stream, from),
      ended: (ended) => this.#transports.delete(ended),
    });
    this.#transports.add(transport);
  }

  #serve(service: string, stream: ByteStream, transport: Transport): boolean {
    const system = { android: this.#android, scrcpy: this.#scrcpy };
    return startService(service, stream, system, transport) !== undefined;
  }

  #banner(): string {
    const { product, model, device } = this.#identity;
    return `device::ro.product.name=${product};ro.product.model=${model};ro.product.device=${device};features=${FEATURES.join(",")}`;
  }

  #dropAll(): void {
    for (const transport of [...this.#transports]) transport.drop();
  }

  async #close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    this.#dropAll();
    await closed;
  }
}
