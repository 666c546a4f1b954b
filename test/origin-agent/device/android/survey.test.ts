import { afterEach, beforeEach, expect, it } from "vitest";
import { surveyDevices } from "../../../../origin-agent/device/android/index.ts";
import { freePort } from "../../../support/free-port.ts";
import { Rig } from "./rig.ts";

const NONE = { cameras: new Map(), microphones: new Map() };

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

it("a survey finds each device with its model and its encoders", async () => {
  const phone = await rig.phone();
  await rig.adb.connect(phone.serial);
  const program = { version: "3.3.4", bytes: new Uint8Array([1]) };
  expect(await surveyDevices({ host: "127.0.0.1", port: rig.adb.port }, program, NONE)).toEqual([
    {
      serial: phone.serial,
      state: "device",
      model: "Glass 14, Android 14",
      encoders: ["c2.android.avc.encoder"],
      borrows: ["gps"],
      troubles: [],
    },
  ]);
});

it("a survey leaves a device as it is, in whoever's use", async () => {
  const phone = await rig.phone();
  await rig.adb.connect(phone.serial);
  const { location } = phone.android;
  location.mockAllowed = true;
  location.addTest("gps");
  await surveyDevices({ host: "127.0.0.1", port: rig.adb.port }, undefined, NONE);
  expect(location.isTest("gps")).toBe(true);
});

it("a survey of nobody is told from one that finds no device", async () => {
  expect(await surveyDevices({ host: "127.0.0.1", port: rig.adb.port }, undefined, NONE)).toEqual([]);
  expect(await surveyDevices({ host: "127.0.0.1", port: await freePort() }, undefined, NONE)).toBeUndefined();
});
