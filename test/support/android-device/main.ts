import { parseArgs } from "node:util";
import { AndroidDevice } from "./index.ts";

/**
 * The device by itself, until it is interrupted: `node test/support/android-device/main.ts [--port 5555] [--size 720x1280]
 * [--scrcpy 3.3.4] [--animate 30] [--reel 30]`. Prints what to connect to, and in the end what it was told.
 */
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "5555" },
    size: { type: "string", default: "720x1280" },
    scrcpy: { type: "string", default: "3.3.4" },
    animate: { type: "string", default: "0" },
    reel: { type: "string", default: "0" },
  },
});

const [width = 0, height = 0] = values.size.split("x").map(Number);
const { scrcpy: scrcpyVersion } = values;
const device = await AndroidDevice.start({ port: Number(values.port), size: { width, height }, scrcpyVersion });
device.screen.animate(Number(values.animate));
device.screen.reelRate = Number(values.reel);
console.log(`adb connect ${device.serial}`);
console.log(`presentation times begin at ${device.android.bootedAt} ms of Unix time`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    console.log(device.record.events);
    void device.stop();
  });
}
