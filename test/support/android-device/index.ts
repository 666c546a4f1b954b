/**
 * An Android device that is none: it answers ADB on the loopback, for the real `adb` server and for everything that
 * speaks through it, runs scrcpy's server of versions 3.x and 4.x with real H.264 and Opus, answers the shell commands that an
 * agent needs as an Android 14 does, and remembers what it was told.
 *
 *     const device = await AndroidDevice.start({ scrcpyVersion: "3.3.4" });
 *     // adb connect 127.0.0.1:${device.port}; device.serial is what the server then calls it.
 *     device.record.messages("touch");      // control messages that were taken
 *     device.record.runs("getprop");        // programs that a shell ran, with their arguments
 *     device.record.text;                   // what was typed and pasted
 *     device.screen.size;                   // the display; screen.animate(30) moves something
 *     device.screen.reelRate = 30;          // for measurements: pictures that were encoded beforehand
 *     device.scrcpy.servers[0]?.video?.sessions; // how often its encoder was started
 *     device.copy("from the device");       // the owner copies
 *     device.requestLocation({ ... });      // an app subscribes: seen in `dumpsys location`
 *     device.listenToSensor({ ... });       // an app listens: seen in `dumpsys sensorservice`
 *     await device.fault({ kind: "reboot" });
 *     await device.fault({ kind: "none" }); // ends the faults that last
 *     await device.stop();
 *
 * As on a device, the server's file is gone once the server has begun (unless `cleanup=false`), a touch that is aimed at
 * another size of picture is dropped, INJECT_TEXT types only what a keyboard can compose, a screen that stands still is
 * silent after a second, and a server that was started by `exec:` outlives that stream: it ends with its sockets. A
 * presentation time of 0 is `device.android.bootedAt`, in milliseconds of Unix time. The pushed server may be any file.
 *
 * `node test/support/android-device/main.ts --port 5555` runs it by itself. The genuine scrcpy 3.3.4 shows and steers it:
 * docs/images/android-double.png.
 */
export { AndroidDevice, type AndroidDeviceOptions } from "./android-device.ts";
export type { Fault } from "./faults.ts";
export type { DeviceEvent } from "./record.ts";
export { FINGER_COLOURS } from "./system/screen.ts";
