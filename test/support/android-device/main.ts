import { parseArgs } from "node:util";
import { AndroidDevice } from "./index.ts";

/**
 * The device by itself: `node test/support/android-device/main.ts [--port 5555] [--size 720x1280] [--scrcpy 3.3.4] [--fps 0]`. Prints
 * what to connect to, and runs until it is interrupted.
 */
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "5555" },
    size: { type: "string", default: "720x1280" },
    scrcpy: { type: "string", default: "3.3.4" },
    fps: { type: "string", default: "0" },
  },
});

const [width = 0, height = 0] = values.size.split("x").map(Number);
const device = await AndroidDevice.start({
  port: Number(values.port),
  size: { width, height },
  scrcpyVersion: values.scrcpy,
});
device.screen.animate(Number(values.fps));
console.log(`adb connect ${device.serial}`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    console.log(device.record.events);
    void device.stop();
  });
}
