import type { Android } from "../system/android.ts";
import type { InstalledApp } from "../system/packages.ts";
import type { Screen } from "../system/screen.ts";
import type { Log } from "./controller.ts";

/**
 * Start an app by its package; `+` before it stops it first, and `?` searches for a name instead.
 * @returns false when there is none, or more than one
 */
export function startApp(android: Android, screen: Screen, words: string, log: Log): boolean {
  const stopFirst = words.startsWith("+");
  const wanted = stopFirst ? words.slice(1) : words;
  const app = wanted.startsWith("?") ? searched(android, wanted.slice(1), log) : android.packages.find(wanted);
  if (app === undefined) {
    if (!wanted.startsWith("?")) log("WARN", `No app found for package "${wanted}"`);
    return false;
  }
  log("INFO", `Starting app "${app.label}" [${app.name}] on display ${screen.id}...`);
  return android.startApp(app.name, screen, stopFirst);
}

function searched(android: Android, name: string, log: Log): InstalledApp | undefined {
  log("INFO", "Processing Android apps... (this may take some time)");
  const apps = android.packages.search(name);
  if (apps.length === 0) log("WARN", `No app found for name "${name}"`);
  if (apps.length > 1) log("WARN", appList(`No unique app found for name "${name}":`, apps));
  return apps.length === 1 ? apps[0] : undefined;
}

const COLUMN = 30;

/** As LogUtils.java lists them: the system's first, then by name; a name too long for its column has a line of its own. */
export function appList(title: string, apps: readonly InstalledApp[]): string {
  const order = (a: InstalledApp, b: InstalledApp) =>
    Number(b.system) - Number(a.system) || compare(a.label, b.label) || compare(a.name, b.name);
  const lines = [...apps].sort(order).map(({ label, name, system }) => {
    const padding = COLUMN - label.length;
    const gap = padding > 0 ? " ".repeat(padding) : `\n   ${" ".repeat(COLUMN)}`;
    return ` ${system ? "*" : "-"} ${label}${gap} ${name}`;
  });
  return [title, ...lines].join("\n");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
