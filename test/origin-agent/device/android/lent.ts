import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { androidDevices, serverProgram } from "../../../../origin-agent/device/android/index.ts";

/** A program of its own, to run in a sandbox: opens the first device, lends it a place, and says what else it asks for. */

const [port, serial = "", path = "", tokenFile = ""] = process.argv.slice(2);
const jar = new Uint8Array([1, 2, 3]);
const sha256 = createHash("sha256").update(jar).digest("hex");
const source = androidDevices({
  adb: { host: "127.0.0.1", port: Number(port) },
  program: serverProgram(jar, { version: "3.3.4", sha256 }),
  log: (line) => console.log(line),
  hardware: {
    cameras: new Map([[serial, { path, width: 64, height: 48, frameRate: 15 }]]),
    microphones: new Map(),
    consoleToken: async () => (await readFile(tokenFile, "utf8")).trim(),
  },
});
let opened = false;
source.follow(([device]) => {
  if (device === undefined || opened) return;
  opened = true;
  const opening = device.open({
    display: () => {},
    hasRoom: () => true,
    unit: () => {},
    clipboard: () => {},
    hardware: { ask: (purpose, { kind }) => console.log(`${purpose} wants ${kind}`), done: () => {} },
    lost: (reason) => console.log(`lost: ${reason}`),
  });
  void opening.then(({ hardware }) => {
    const want = { kind: "location", intervalMs: 1_000, distanceM: 0, accuracy: "fine" } as const;
    hardware?.({ type: "granted", want });
    hardware?.({ type: "location", latitude: 48.20817, longitude: 16.37382, accuracyM: 12, at: 1 });
  });
});
