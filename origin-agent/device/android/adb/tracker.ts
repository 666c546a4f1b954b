import { AdbServerClient } from "@yume-chan/adb";
import { within } from "./deadline.ts";

/** A device as the ADB server lists it. */
export type Listed = Pick<AdbServerClient.Device, "serial" | "state" | "transportId">;

export interface TrackerListener {
  /** The whole list, each time it changes, and again while one in it cannot be used. */
  listed(devices: readonly Listed[]): void;
  /** The ADB server cannot be reached; it is tried again. Said once until it can be. */
  away(): void;
}

const STATES = ["device", "unauthorized", "offline"] as const;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;
const ANSWER_DEADLINE_MS = 5_000;
/** Some servers do not tell that a device waits for its owner: while one cannot be used, the list is asked for. */
const ASK_MS = 1_000;

/** Follows the ADB server's list of devices, through its restarts. @returns stops */
export function trackDevices(client: AdbServerClient, listener: TrackerListener): () => void {
  let stopped = false;
  let wait = FIRST_RETRY_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let away = false;
  let end: (() => void) | undefined;
  let asking: ReturnType<typeof setTimeout> | undefined;

  const told = (devices: readonly Listed[]) => {
    clearTimeout(asking);
    if (stopped) return;
    listener.listed(devices);
    if (devices.every(({ state }) => state === "device")) return;
    asking = setTimeout(() => void client.getDevices(STATES).then(told, () => {}), ASK_MS);
  };
  const listen = async () => {
    const connecting = client.createConnection("host:track-devices-l");
    const stream = await within(ANSWER_DEADLINE_MS, connecting);
    if (stream === undefined) {
      void connecting.then((late) => late.dispose()).catch(() => {});
      throw new Error("no answer");
    }
    end = () => void stream.dispose().catch(() => {});
    try {
      while (!stopped) {
        const list = await stream.readString();
        wait = FIRST_RETRY_MS;
        away = false;
        told(AdbServerClient.parseDeviceList(list, STATES));
      }
    } finally {
      end();
      clearTimeout(asking);
    }
  };
  const follow = async () => {
    await listen().catch(() => {});
    if (stopped) return;
    if (!away) listener.away();
    away = true;
    timer = setTimeout(() => void follow(), wait);
    wait = Math.min(MAX_RETRY_MS, wait * 2);
  };
  void follow();
  return () => {
    stopped = true;
    clearTimeout(timer);
    clearTimeout(asking);
    end?.();
  };
}
