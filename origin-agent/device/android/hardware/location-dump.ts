/** An app of the device that listens to its location. */
export interface LocationListener {
  /** Name of its package. */
  readonly app: string;
  readonly intervalMs: number;
  readonly distanceM: number;
  /** It is allowed no more than a coarse place. */
  readonly coarse: boolean;
}

export interface LocationDump {
  readonly listeners: readonly LocationListener[];
  /** Providers that a test feeds. */
  readonly mocked: readonly string[];
}

const PROVIDER = /^ {2,4}(\w+) provider( \[mock\])?:/;
/** `10123/com.example.maps/1A2B (COARSE) Request[@+1s0ms HIGH_ACCURACY, minUpdateDistance=5.0]` */
const CALLER = /^(\d+)\/([\w.]{1,255})/;
const REQUEST = "Request[@";
const INTERVAL = /^[+\w]+/;
/** Google's location service asks in its own name for other apps, and says for which. */
const IN_THE_NAME_OF = /WorkSource\{\d+ ([\w.]{1,255})/;
const DISTANCE = /minUpdateDistance=([\d.]+)/;
/** What is passive takes along what others asked for. */
const ASKED = ["gps", "network", "fused"];
const FIRST_APP_UID = 10_000;
/** Each user of a device has a range of its own. */
const UIDS_OF_A_USER = 100_000;
/** No line of it is as long. */
const MAX_LINE_CHARS = 1_024;
/** The widest that a device may ask for. */
const MAX_INTERVAL_MS = 3_600_000;
const MAX_DISTANCE_M = 100_000;

/** Read the answer to `dumpsys location`, as LocationManagerService writes it since Android 12. What it does not know it skips. */
export function readLocationDump(dump: string): LocationDump {
  const listeners: LocationListener[] = [];
  const mocked: string[] = [];
  let provider: string | undefined;
  /** How far the list of listeners is indented, while within one. */
  let indent: number | undefined;
  for (const line of dump.split("\n")) {
    if (line.length > MAX_LINE_CHARS) continue;
    const head = PROVIDER.exec(line);
    const depth = line.search(/\S/);
    if (head !== null) {
      [provider, indent] = [head[1], undefined];
      if (provider !== undefined && head[2] !== undefined) mocked.push(provider);
    } else if (line.trim() === "listeners:") indent = depth;
    else if (indent !== undefined && depth <= indent) indent = undefined;
    else if (indent !== undefined && provider !== undefined && ASKED.includes(provider)) {
      const listener = readListener(line.trim());
      if (listener !== undefined) listeners.push(listener);
    }
  }
  return { listeners, mocked };
}

function readListener(line: string): LocationListener | undefined {
  // Cut at fixed words, not matched as a whole: a device may answer anything, and a pattern that tries all ways takes long.
  const request = line.indexOf(REQUEST);
  const [, uid, caller = ""] = CALLER.exec(line) ?? [];
  if (uid === undefined || request < 0 || line.endsWith("(inactive)")) return undefined;
  const flags = line.slice(0, request);
  const more = line.slice(request + REQUEST.length);
  const [interval = ""] = INTERVAL.exec(more) ?? [];
  // What the system itself listens for is nothing that a person would be asked.
  if (Number(uid) % UIDS_OF_A_USER < FIRST_APP_UID) return undefined;
  const distanceM = Math.min(MAX_DISTANCE_M, Number(DISTANCE.exec(more)?.[1] ?? 0) || 0);
  const app = IN_THE_NAME_OF.exec(more)?.[1] ?? caller;
  return { app, intervalMs: durationMs(interval), distanceM, coarse: flags.includes("COARSE") };
}

const UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/** As TimeUtils.formatDuration writes it: `+1m30s0ms`, and `0`. */
function durationMs(text: string): number {
  let total = 0;
  // Safe: the pattern has these units alone.
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|d|h|m|s)/g))
    total += Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
  return Math.min(MAX_INTERVAL_MS, total);
}
