import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { congestionControl } from "../test/network/link.ts";
import { meets, type Options, printReport, type Report } from "./support/report.ts";

/** Parts are loaded when asked for: the browser is not needed for the relay. */
const PARTS: Readonly<Record<string, (options: Options) => Promise<Report>>> = {
  relay: async (options) => (await import("./parts/relay.ts")).relay(options),
  fanout: async (options) => (await import("./parts/fanout.ts")).fanout(options),
  network: async (options) => (await import("./parts/network.ts")).network(options),
  join: async (options) => (await import("./parts/join.ts")).join(options),
  input: async (options) => (await import("./parts/input.ts")).input(options),
  sleep: async (options) => (await import("./parts/sleep.ts")).sleep(options),
  soak: async (options) => (await import("./parts/soak.ts")).soak(options),
  access: async (options) => (await import("./parts/access.ts")).access(options),
  picture: async () => (await import("./parts/picture.ts")).picture(),
  touch: async () => (await import("./parts/touch.ts")).touch(),
  android: async () => (await import("./parts/android.ts")).android(),
  decoder: async () => (await import("./parts/decoder.ts")).decoder(),
  open: async () => (await import("./parts/open.ts")).open(),
  hardware: async () => (await import("./parts/hardware.ts")).hardware(),
  "android-hardware": async () => (await import("./parts/android-hardware.ts")).androidHardware(),
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "string" },
    trace: { type: "string" },
    seed: { type: "string" },
    full: { type: "boolean", default: false },
  },
});
const wanted = positionals.length === 0 ? Object.keys(PARTS) : positionals;
const unknown = wanted.filter((part) => PARTS[part] === undefined);
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(", ")}; there are ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}
const options: Options = {
  full: values.full,
  seed: Number(values.seed ?? 1),
  ...(values.trace === undefined ? {} : { trace: values.trace }),
};
console.log(`Node ${process.versions.node}, congestion control ${congestionControl()}, seed ${options.seed}`);
const reports: Report[] = [];
for (const part of wanted) {
  const report = await PARTS[part]?.(options);
  if (report === undefined) continue;
  printReport(report);
  reports.push(report);
}
const missed = reports.flatMap(({ rows }) => rows).filter((row) => !meets(row)).length;
console.log(`\n${missed === 0 ? "every bar was met" : `${missed} ${missed === 1 ? "bar was" : "bars were"} missed`}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ options, reports }, undefined, 2)}\n`);
process.exit(0);
