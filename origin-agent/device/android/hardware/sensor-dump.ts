/** `	 org.example.level | WakeLockRefCount 0 | uid 10123 | cache size 0 | max cache size 0` */
const CONNECTION = /^\s*([\w.]{1,255})\S* \| .*\buid (\d+) \|/;
const MOTION_SENSOR = /acceler|gyro|rotation|orientation|gravity|magnet/i;
const ACTIVE_SENSOR = /^\s*(.+?) 0x[0-9a-f]{8} \|/;
const FIRST_APP_UID = 10_000;
/** Each user of a device has a range of its own. */
const UIDS_OF_A_USER = 100_000;

/** No line of it is as long. */
const MAX_LINE_CHARS = 1_024;

/** The apps that listen to how the device is held, by the answer to `dumpsys sensorservice`. What it does not know it skips. */
export function readSensorDump(dump: string): readonly string[] {
  const apps = new Set<string>();
  let app: string | undefined;
  let within = false;
  for (const line of dump.split("\n")) {
    if (/^\d+ active connections/.test(line)) within = true;
    else if (/^\d+ direct connections|^Previous Registrations/.test(line)) within = false;
    if (!within || line.length > MAX_LINE_CHARS) continue;
    const [, name, uid] = CONNECTION.exec(line) ?? [];
    if (name !== undefined) app = Number(uid) % UIDS_OF_A_USER < FIRST_APP_UID ? undefined : name;
    else if (line.startsWith("Connection Number")) app = undefined;
    else if (app !== undefined && MOTION_SENSOR.test(ACTIVE_SENSOR.exec(line)?.[1] ?? "")) apps.add(app);
  }
  return [...apps].sort();
}
