import { type Browser, chromium } from "playwright-core";
import { chromiumMissing, findChromium } from "../../tools/gate/chromium.ts";

const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Chromium where the gate finds it. @throws Error that says what to install */
export async function openBrowser(...flags: readonly string[]): Promise<Browser> {
  const executablePath = findChromium(process.env);
  if (executablePath === undefined) throw new Error(chromiumMissing(process.env));
  return await chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}
