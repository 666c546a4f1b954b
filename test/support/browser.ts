import { type Browser, chromium } from "playwright-core";
import { CHROMIUM } from "../../tools/gate/chromium.ts";
import { findTool, toolMissing } from "../../tools/gate/tool.ts";

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
  const executablePath = findTool(CHROMIUM, process.env);
  if (executablePath === undefined) throw new Error(toolMissing(CHROMIUM, process.env));
  // Where a machine says no language, Chromium writes names of files in ASCII.
  const env = { ...process.env, LC_ALL: "C.UTF-8" };
  return await chromium.launch({ executablePath, env, args: [...FLAGS, ...flags] });
}
