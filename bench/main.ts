import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { printReport, type Report } from "./support/report.ts";

/** Parts are loaded when asked for: the browser is not needed for the relay. */
const PARTS: Readonly<Record<string, () => Promise<Report>>> = {
  relay: async () => (await import("./parts/relay.ts")).relay(),
  picture: async () => (await import("./parts/picture.ts")).picture(),
  touch: async () => (await import("./parts/touch.ts")).touch(),
  open: async () => (await import("./parts/open.ts")).open(),
  rest: async () => (await import("./parts/rest.ts")).rest(),
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const wanted = positionals.length === 0 ? Object.keys(PARTS) : positionals;
const unknown = wanted.filter((part) => PARTS[part] === undefined);
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(", ")}; there are ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}
const reports: Report[] = [];
for (const part of wanted) {
  const report = await PARTS[part]?.();
  if (report === undefined) continue;
  printReport(report);
  reports.push(report);
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(reports, undefined, 2)}\n`);
process.exit(0);
