import { access } from "node:fs/promises";
import { type Browser, chromium } from "playwright-core";

const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

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

/** Chromium at CHROME_PATH or where it usually is. @throws Error that says what to install */
export async function openBrowser(...flags: readonly string[]): Promise<Browser> {
  return await chromium.launch({ executablePath: await browserPath(), args: [...FLAGS, ...flags] });
}

async function browserPath(): Promise<string> {
  const given = process.env.CHROME_PATH;
  for (const place of given === undefined ? USUAL_PLACES : [given]) {
    if (await isThere(place)) return place;
  }
  throw new Error("no Chromium was found: install it (Debian: apt-get install chromium) or set CHROME_PATH");
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
