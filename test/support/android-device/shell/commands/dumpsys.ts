import type { Android } from "../../system/android.ts";
import { complain, type Process, say } from "../process.ts";
import { activityOf } from "./apps.ts";

/** `dumpsys SERVICE`: the lines that hosts look for, worded as Android 14 does. */
export async function dumpsys(process: Process): Promise<number> {
  const { android } = process.system;
  const [service = ""] = process.args;
  const words = DUMPS[service]?.(android);
  return words === undefined ? await complain(process, `Can't find service: ${service}\n`) : await say(process, words);
}

const DUMPS: Readonly<Record<string, (android: Android) => string>> = {
  activity: (android) => {
    const displays = [...android.screens.values()].map(({ id, app }) => {
      const component = componentOf(android, app);
      const line = `ActivityRecord{${hash(app)} u0 ${component} t${10 + id}}`;
      return `Display #${id} (activities from top to bottom):\n  topResumedActivity=${line}\n    mResumedActivity: ${line}\n`;
    });
    return `ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)\n${displays.join("\n")}`;
  },
  window: (android) => {
    const component = componentOf(android, android.mainScreen.app);
    const id = hash(android.mainScreen.app);
    return `WINDOW MANAGER WINDOWS (dumpsys window windows)\n  mCurrentFocus=Window{${id} u0 ${component}}\n  mFocusedApp=ActivityRecord{${id} u0 ${component} t10}\n`;
  },
  power: ({ mainScreen }) =>
    `Power Manager State:\n  mWakefulness=${mainScreen.on ? "Awake" : "Asleep"}\nDisplay Power: state=${mainScreen.on ? "ON" : "OFF"}\n`,
  display: (android) => {
    const lines = [...android.screens.values()].map(
      ({ id, size, rotation }) =>
        `  mBaseDisplayInfo=DisplayInfo{"Display ${id}", displayId ${id}, real ${size.width} x ${size.height}, rotation ${rotation}}\n`,
    );
    return `DISPLAY MANAGER (dumpsys display)\n${lines.join("")}`;
  },
  input: ({ mainScreen }) =>
    `INPUT MANAGER (dumpsys input)\n  Viewport INTERNAL: displayId=0, orientation=${mainScreen.rotation}\n`,
  battery: () => "Current Battery Service state:\n  AC powered: true\n  level: 100\n  scale: 100\n  status: 5\n",
  location: locationDump,
  sensorservice: sensorDump,
};

/** Who listens to which sensor, as SensorEventConnection.cpp writes it; the system itself listens for turns of the screen. */
function sensorDump({ sensors, packages }: Android): string {
  const own = { app: "com.android.internal.policy.WindowOrientationListener", sensor: "Goldfish 3-axis Accelerometer" };
  const connections = [own, ...sensors.listeners].map(({ app, sensor }, number) => {
    const uid = packages.find(app)?.uid ?? 1000;
    const who = `\t ${app} | WakeLockRefCount 0 | uid ${uid} | cache size 0 | max cache size 0\n`;
    const what = `\t ${sensor} 0x00000001 | status: active | pending flush events 0 \n`;
    return `Connection Number: ${number} \n\tOperating Mode: NORMAL\n${who}${what}`;
  });
  return `Active sensors:\n${connections.length} active connections\n${connections.join("")}0 direct connections\nPrevious Registrations:\n`;
}

/** Who listens to which provider, as LocationProviderManager.java writes it. */
function locationDump({ location, packages }: Android): string {
  const providers = location.providers.map((provider) => {
    const asked = location.requests.filter((request) => request.provider === provider);
    const fastest = Math.min(...asked.map(({ intervalMs }) => intervalMs));
    const service =
      asked.length === 0 ? "ProviderRequest[OFF]" : `ProviderRequest[@${duration(fastest)} HIGH_ACCURACY]`;
    const listeners = asked.map(({ app, intervalMs, distanceMetres }) => {
      const uid = packages.find(app)?.uid ?? 0;
      const distance = distanceMetres > 0 ? ` minUpdateDistance=${distanceMetres.toFixed(1)}` : "";
      return `      ${uid}/${app}/${hash(app)} Request[@${duration(intervalMs)} HIGH_ACCURACY${distance}]\n`;
    });
    const fix = location.fix(provider);
    const last =
      fix === undefined ? "null" : `Location[${provider} ${fix.latitude.toFixed(6)},${fix.longitude.toFixed(6)} mock]`;
    const head = `  ${provider} provider${location.isTest(provider) ? " [mock]" : ""}:\n    service: ${service}\n`;
    return `${head}${listeners.length > 0 ? `    listeners:\n${listeners.join("")}` : ""}    last location=${last}\n`;
  });
  return `Location Manager State:\n  Location Setting: ${location.enabled}\nLocation Providers:\n${providers.join("")}`;
}

/** As TimeUtils.java formats it: `+1s0ms`. */
function duration(ms: number): string {
  return ms < 1_000 ? `+${ms}ms` : `+${Math.floor(ms / 1_000)}s${ms % 1_000}ms`;
}

function componentOf({ packages }: Android, name: string): string {
  const app = packages.find(name);
  return app === undefined ? name : activityOf(app);
}

/** What stands for an object's identity. */
function hash(text: string): string {
  const sum = [...text].reduce((total, letter) => (Math.imul(total, 31) + (letter.codePointAt(0) ?? 0)) >>> 0, 7);
  return sum.toString(16).padStart(8, "0").slice(0, 7);
}
