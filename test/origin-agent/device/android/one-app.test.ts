import { afterEach, beforeEach, expect, it } from "vitest";
import type { InputBody } from "#protocol";
import type { AndroidDevice } from "../../../support/android-device/index.ts";
import { until } from "../../../support/until.ts";
import { type Opened, Rig } from "./rig.ts";

const APP = "org.example.notes";
const OTHER = "org.example.maps";

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

async function opened(app: string = APP): Promise<Opened & { readonly phone: AndroidDevice }> {
  const phone = await rig.phone();
  rig.follow();
  return { ...(await rig.open(await rig.offered(phone), app)), phone };
}

function key(keycode: number): InputBody[] {
  return [true, false].map((down) => ({ kind: "key", down, repeat: false, keycode, meta: 0 }));
}

it("S-14 a device that is opened for one app shows it, and nothing before it is there", async () => {
  const { phone, yielded } = await opened();
  expect(phone.screen.app).toBe(APP);
  expect(phone.record.of("app-started").map(({ name }) => name)).toEqual([APP]);
  await until("the picture", () => yielded.video.length > 0);
  expect(yielded.video[0]).toMatchObject({ keyframe: true, config: true });
  expect(phone.record.runs("cmd").filter((run) => run.startsWith("statusbar"))).toEqual([
    "statusbar send-disable-flag home recents search notification-peek statusbar-expansion",
  ]);
});

it("S-14 an app that was left comes back: by the back key, by a notification, or because it was stopped", async () => {
  const { open, phone } = await opened();
  const cameBack = (times: number) =>
    until(`return ${times}`, () => phone.screen.app === APP && started() === times + 1, 10_000);
  const started = () => phone.record.of("app-started").filter(({ name }) => name === APP).length;
  for (const input of key(4)) open.input(input);
  await cameBack(1);
  phone.android.startApp(OTHER, phone.screen, false);
  await cameBack(2);
  phone.android.stopApp(APP);
  await cameBack(3);
}, 40_000);

it("S-14 keys that lead elsewhere and names of other apps do nothing", async () => {
  const { open, phone } = await opened();
  phone.record.clear();
  for (const keycode of [3, 187, 219, 84]) for (const input of key(keycode)) open.input(input);
  for (const app of [OTHER, `${APP}\n; reboot`, "$(reboot)", "a\0b"]) open.openApp(app);
  for (const input of key(29)) open.input(input);
  await until("the last key", () => phone.record.messages("keycode").length === 2);
  expect(phone.record.messages("keycode").map(({ keycode }) => keycode)).toEqual([29, 29]);
  expect([phone.record.messages("start-app"), phone.screen.app]).toEqual([[], APP]);
});

it("S-14 while something else is in front nothing is shown, and nothing is touched", async () => {
  const { open, phone, yielded } = await opened();
  await until("the picture", () => yielded.video.length > 0);
  // A device on which the app does not come back.
  phone.android.packages.uninstall(APP);
  phone.android.startApp(OTHER, phone.screen, false);
  const calls = () => phone.record.of("control").filter(({ message }) => message.type === "start-app").length;
  const before = calls();
  await until("that it is called back", () => calls() > before);
  const shown = yielded.video.length;
  phone.screen.animate(30);
  open.input({ kind: "touch", pointers: [{ id: 0, phase: "down", x: 0.5, y: 0.5, pressure: 1 }] });
  open.input({ kind: "text", text: "secret" });
  await until("that it is called again", () => calls() > before + 1);
  expect([yielded.video.length, phone.record.text, phone.record.messages("touch")]).toEqual([shown, "", []]);
}, 40_000);

it.each(["org.example.nowhere", "", `${APP}'; reboot`, "$(reboot)"])(
  "S-14 a device does not open for %j, which it does not have",
  async (app) => {
    await expect(opened(app)).rejects.toThrow(/does not have the app/);
  },
);

it("S-14 an app that does not come to the front is none, and the device is free again", async () => {
  const phone = await rig.phone();
  rig.follow();
  const device = await rig.offered(phone);
  phone.android.packages.uninstall(APP);
  await expect(rig.open(device, APP)).rejects.toThrow(/does not come to the front/);
  await until("the end of the server", () => phone.record.of("server-ended").length === 1);
  expect(phone.record.runs("cmd").at(-1)).toBe("statusbar send-disable-flag none");
  await rig.open(device);
}, 40_000);
