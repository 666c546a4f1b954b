import type { DeviceDescription } from "#protocol";
import type { Device, DeviceSink, OpenDevice } from "../device/device.ts";
import type { EdgePort, Timers } from "../link/index.ts";
import { ServedSession, type SessionEnd } from "./served-session.ts";

/** A device that has not opened by then will not. */
const OPEN_DEADLINE_MS = 20_000;
/** A device that has not closed by then is given up; its next session tries to open it all the same. */
const CLOSE_DEADLINE_MS = 5_000;

export interface ServingOptions {
  readonly edge: EdgePort;
  readonly timers: Timers;
  readonly agent: string;
  readonly devices: readonly Device[];
  readonly log: (line: string) => void;
  /** This session cannot be served, or not any more. */
  readonly failed: (session: string, reason: string) => void;
  /** The list of devices has changed: one is gone for good. */
  readonly devicesChanged: () => void;
}

interface Entry {
  readonly session: string;
  readonly served: ServedSession;
  /** Settles when the device is closed again; never rejects. */
  readonly done: Promise<void>;
  /** End it. @returns settles when the edge has heard it, which may be never */
  readonly finish: () => Promise<void>;
}

/** The sessions that this host serves: at most one for each device. */
export class Serving {
  readonly #options: ServingOptions;
  #devices: Map<string, Device>;
  /** By device id. */
  readonly #entries = new Map<string, Entry>();

  constructor(options: ServingOptions) {
    this.#options = options;
    this.#devices = new Map(options.devices.map((device) => [device.description.id, device]));
  }

  /** These are the devices from now on. One that is in use and not among them stays in use until it is lost or stopped. */
  offer(devices: readonly Device[]): void {
    this.#devices = new Map(devices.map((device) => [device.description.id, device]));
    this.#options.devicesChanged();
  }

  devices(): DeviceDescription[] {
    return [...this.#devices.values()].map((device) => device.description);
  }

  sessions(): string[] {
    return [...this.#entries.values()].map((entry) => entry.session);
  }

  /** The fleet has leased a device to a session. Whatever the device served before is over: the fleet knows best. */
  serve(session: string, deviceId: string, ticket: string, app?: string): void {
    const { log, failed } = this.#options;
    const device = this.#devices.get(deviceId);
    if (device === undefined) {
      log(`session ${session}: there is no such device here`);
      return failed(session, "no such device on this host");
    }
    const before = this.#entries.get(deviceId);
    if (before?.session === session) return before.served.offerTicket(ticket);
    void before?.finish();
    log(`session ${session}: opening ${deviceId}`);
    const ending = Promise.withResolvers<void>();
    const served = new ServedSession({
      ...this.#options,
      session,
      ticket,
      ended: (end) => {
        this.#ended(session, deviceId, end);
        ending.resolve();
      },
    });
    const finish = () => {
      ending.resolve();
      return served.leave();
    };
    const opens = (sink: DeviceSink) => device.open(sink, app);
    const done = this.#run(opens, deviceId, session, served, before?.done, ending.promise).finally(() => {
      if (this.#entries.get(deviceId)?.served === served) this.#entries.delete(deviceId);
    });
    this.#entries.set(deviceId, { session, served, done, finish });
  }

  stop(session: string): void {
    for (const entry of this.#entries.values()) {
      if (entry.session !== session) continue;
      this.#options.log(`session ${session}: stopped by the edge`);
      void entry.finish();
    }
  }

  /** End every session and close every device. @returns settles when the edge has heard it, which may be never */
  async close(): Promise<void> {
    await Promise.all([...this.#entries.values()].flatMap((entry) => [entry.finish(), entry.done]));
  }

  async #run(
    opens: (sink: DeviceSink) => Promise<OpenDevice>,
    deviceId: string,
    session: string,
    served: ServedSession,
    before: Promise<void> | undefined,
    ending: Promise<void>,
  ): Promise<void> {
    await before;
    if (served.over) return;
    const { log, failed } = this.#options;
    const opened = await this.#open(opens, served);
    if (typeof opened === "string") {
      log(`session ${session}: ${deviceId} did not open: ${opened}`);
      void served.leave();
      return failed(session, "the device did not open");
    }
    served.begin(opened);
    await ending;
    const closed = await this.#within(CLOSE_DEADLINE_MS, closeQuietly(opened));
    log(`session ${session}: ${closed === undefined ? "closed, but the device did not in time" : "closed"}`);
  }

  /** @returns the words of the refusal when it does not open */
  async #open(opens: (sink: DeviceSink) => Promise<OpenDevice>, served: ServedSession): Promise<OpenDevice | string> {
    try {
      const opening = opens(served.sink);
      const opened = await this.#within(OPEN_DEADLINE_MS, opening);
      if (opened !== undefined) return opened;
      // Nobody waits for it any more.
      opening.then(closeQuietly, () => {});
      return "it took too long";
    } catch (error) {
      return error instanceof Error ? error.message : "no reason given";
    }
  }

  #ended(session: string, deviceId: string, end: SessionEnd): void {
    const { log, failed, devicesChanged } = this.#options;
    log(`session ${session}: over, ${end.words}`);
    if (end.kind === "failed") failed(session, end.words);
    if (end.kind !== "device-lost") return;
    failed(session, "the device is gone");
    if (this.#devices.get(deviceId)?.followed === true) return;
    this.#devices.delete(deviceId);
    devicesChanged();
  }

  /** @returns undefined when it takes longer */
  async #within<Result>(limitMs: number, work: Promise<Result>): Promise<Result | undefined> {
    const late = Promise.withResolvers<undefined>();
    const cancel = this.#options.timers.after(limitMs, () => late.resolve(undefined));
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      cancel();
    }
  }
}

/** A device that fails to close is closed as far as it can be. */
async function closeQuietly(device: OpenDevice): Promise<"closed"> {
  await device.close().catch(() => {});
  return "closed";
}
