import { AdbServerClient } from "@yume-chan/adb";
import { FRAME_HEADER_BYTES } from "#protocol";
import { adbConnector } from "../../origin-agent/device/android/adb/connector.ts";
import { FIRST_SETTINGS } from "../../origin-agent/device/android/rate-plan.ts";
import { startRun } from "../../origin-agent/device/android/scrcpy/run.ts";
import { AdbServer } from "../../test/support/adb-server.ts";
import { until } from "../../test/support/until.ts";
import { Discard } from "../support/discard.ts";
import type { Report } from "../support/report.ts";
import { type DeviceProgram, pipeScrcpy, startDevice } from "../support/scrcpy-pipe.ts";
import { percentile } from "../support/statistics.ts";

const PICTURES = 600;
const WARM_UP = 60;
const MANY = 8;

interface Figures {
  /** From the device's socket to here, milliseconds. */
  readonly ages: number[];
  /** Of this process, milliseconds for each picture. */
  readonly cpu: number;
}

/** What the driver costs beside a pipe that only passes bytes on: one device of 30 pictures a second behind a real ADB server, and eight. */
export async function android(): Promise<Report> {
  const adb = await AdbServer.start();
  const devices: DeviceProgram[] = [];
  const discard = await Discard.start();
  try {
    for (let index = 0; index < MANY; index += 1) {
      const device = await startDevice();
      devices.push(device);
      await adb.connect(device.serial);
    }
    const [first] = devices;
    if (first === undefined) throw new Error("no device was started");
    const pipe = await measure(1, async (arrived) => [await pipeScrcpy(adb, first, discard, arrived)]);
    const driver = await measure(1, (arrived) => drive(adb, [first], discard, arrived));
    const eight = await measure(MANY, (arrived) => drive(adb, devices, discard, arrived));
    const added = (share: number) => percentile(driver.ages, share) - percentile(pipe.ages, share);
    return {
      part: `android: ${PICTURES} pictures through a real ADB server, the driver beside a pipe that only passes bytes on`,
      rows: [
        { what: "pipe: device's socket to here, p50", figure: percentile(pipe.ages, 0.5), unit: "ms" },
        { what: "driver: the same, p50", figure: percentile(driver.ages, 0.5), unit: "ms" },
        { what: "driver adds, p50", figure: added(0.5), unit: "ms", bar: 2 },
        { what: "driver adds, p95", figure: added(0.95), unit: "ms" },
        { what: "pipe: CPU a picture", figure: pipe.cpu, unit: "ms" },
        { what: "driver: CPU a picture", figure: driver.cpu, unit: "ms" },
        { what: "driver: CPU against the pipe", figure: driver.cpu / pipe.cpu, unit: "x", bar: 1.2 },
        { what: `${MANY} devices: device's socket to here, p50`, figure: percentile(eight.ages, 0.5), unit: "ms" },
        { what: `${MANY} devices: p95`, figure: percentile(eight.ages, 0.95), unit: "ms", bar: 33 },
      ],
    };
  } finally {
    discard.close();
    for (const device of devices) await device.stop();
    await adb.stop();
  }
}

type Start = (arrived: (ageMs: number) => void) => Promise<readonly (() => Promise<void>)[]>;

async function measure(devices: number, start: Start): Promise<Figures> {
  const ages: number[] = [];
  let before: NodeJS.CpuUsage | undefined;
  const ends = await start((age) => {
    ages.push(age);
    if (ages.length === WARM_UP * devices) before = process.cpuUsage();
  });
  await until("all pictures", () => ages.length >= (PICTURES + WARM_UP) * devices, 120_000);
  const { user, system } = process.cpuUsage(before);
  const settled = ages.slice(WARM_UP * devices);
  for (const end of ends) await end();
  return { ages: settled, cpu: (user + system) / 1_000 / settled.length };
}

async function drive(
  adb: AdbServer,
  devices: readonly DeviceProgram[],
  discard: Discard,
  arrived: (ageMs: number) => void,
): Promise<readonly (() => Promise<void>)[]> {
  const client = new AdbServerClient(adbConnector({ host: "127.0.0.1", port: adb.port }));
  const program = { version: "3.3.4", bytes: new Uint8Array(1_000) };
  return await Promise.all(
    devices.map(async ({ serial, bootedAt }) => {
      const send = (data: Uint8Array) =>
        discard.write(new Uint8Array(data.buffer, data.byteOffset - FRAME_HEADER_BYTES));
      const run = await startRun(
        await client.createAdb({ serial }),
        program,
        { rate: FIRST_SETTINGS, audio: true },
        {
          codec: () => {},
          size: () => {},
          unit: ({ ptsMicros, data }) => {
            send(data);
            arrived(performance.timeOrigin + performance.now() - bootedAt - ptsMicros / 1_000);
          },
          sound: (_, data) => send(data),
          clipboard: () => {},
          clipboardSet: () => {},
          ended: (error) => {
            throw error;
          },
        },
      );
      return () => run.close();
    }),
  );
}
