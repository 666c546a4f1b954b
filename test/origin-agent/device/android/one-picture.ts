import { createHash } from "node:crypto";
import { androidDevices, serverProgram } from "../../../../origin-agent/device/android/index.ts";

/** A program of its own, to run in a sandbox: opens the first device at the ADB server of this port, and ends with its first picture. */

const jar = new Uint8Array([1, 2, 3]);
const sha256 = createHash("sha256").update(jar).digest("hex");
const source = androidDevices({
  adb: { host: "127.0.0.1", port: Number(process.argv[2]) },
  program: serverProgram(jar, { version: "3.3.4", sha256 }),
  log: (line) => console.log(line),
});
let opened = false;
source.follow(([device]) => {
  if (device === undefined || opened) return;
  opened = true;
  const opening = device.open({
    display: ({ width, height }) => console.log(`display ${width}x${height}`),
    hasRoom: () => true,
    unit: ({ kind, keyframe }) => {
      if (kind !== "video") return;
      console.log(`picture, keyframe ${keyframe}`);
      void opening.then((open) => open.close()).then(() => process.exit(0));
    },
    clipboard: () => {},
    hardware: { ask: () => {}, done: () => {} },
    lost: (reason) => console.log(`lost: ${reason}`),
  });
  opening.catch((error: unknown) => {
    console.log(error);
    process.exit(1);
  });
});
