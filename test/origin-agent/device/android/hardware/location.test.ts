import { afterEach, beforeEach, expect, it } from "vitest";
import type { LentHardware } from "../../../../../origin-agent/device/hardware.ts";
import { until } from "../../../../support/until.ts";
import { Rig } from "../rig.ts";

const APP = "org.example.notes";
const WANT = { kind: "location", intervalMs: 1_000, distanceM: 0, accuracy: "fine" } as const;
const REQUEST = { provider: "gps", intervalMs: 1_000, distanceMetres: 0, app: APP } as const;
const GRANTED: LentHardware = { type: "granted", want: WANT };
const VIENNA = { type: "location", latitude: 48.20817, longitude: 16.37382, accuracyM: 12, at: 1 } as const;
const SYDNEY = { type: "location", latitude: -33.85678, longitude: 151.21529, accuracyM: 0, at: 2 } as const;

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

it("B-2 an app that listens to the location makes the device ask in its name, until it listens no more", async () => {
  const { phone, device, open, yielded } = await rig.inUse();
  expect(device.description.features).toContain("gps");
  const end = phone.requestLocation({ ...REQUEST, distanceMetres: 5 });
  await until("the ask", () => yielded.wishes.length > 0);
  expect(yielded.wishes).toEqual([{ purpose: "Notes", want: { ...WANT, distanceM: 5 } }]);
  const more = phone.requestLocation({ ...REQUEST, intervalMs: 200 });
  await until("another ask", () => yielded.wishes.length > 1);
  expect(yielded.wishes[1]).toEqual({ purpose: "Notes", want: { ...WANT, intervalMs: 200 } });
  open.hardware?.(GRANTED);
  open.hardware?.(VIENNA);
  await until("the place", () => phone.record.of("location").length >= 3);
  end();
  more();
  await until("that it is done", () => yielded.wishes.length > 2);
  expect(yielded.wishes[2]).toEqual({ done: "location" });
  await until("the device's own places", () => !phone.android.location.isTest("gps"));
});

it("B-5 a lent place is told by every provider, again and again, and gone with the loan", async () => {
  const { phone, open } = await rig.inUse();
  open.hardware?.(GRANTED);
  open.hardware?.(VIENNA);
  const told = () => phone.record.of("location");
  await until("the place, by three providers and again", () => told().length >= 6);
  expect(new Set(told().map(({ provider }) => provider))).toEqual(new Set(["gps", "network", "fused"]));
  expect(told()[0]?.fix).toEqual({ latitude: 48.20817, longitude: 16.37382, accuracy: 12 });
  open.hardware?.(SYDNEY);
  await until("another place", () => phone.android.location.fix("gps")?.latitude === -33.85678);
  expect(phone.android.location.fix("gps")).toEqual({ latitude: -33.85678, longitude: 151.21529, accuracy: 1 });
  open.hardware?.({ type: "ended", kind: "location", reason: "stopped" });
  await until("the device's own places", () => !phone.android.location.isTest("gps"));
  expect(["gps", "network", "fused"].filter((provider) => phone.android.location.isTest(provider))).toEqual([]);
});

it("B-5 a place that nobody lent, or that is lent no more, is told to no app", async () => {
  const { phone, open } = await rig.inUse();
  open.hardware?.(VIENNA);
  open.hardware?.(GRANTED);
  await until("the providers", () => phone.android.location.isTest("fused"));
  open.hardware?.({ type: "ended", kind: "location", reason: "nobody" });
  open.hardware?.(SYDNEY);
  await until("none of them", () => !phone.android.location.isTest("fused"));
  expect(phone.record.of("location")).toEqual([]);
});

it("a device that starts again while it is lent a place is told it again", async () => {
  const { phone, open } = await rig.inUse();
  open.hardware?.(GRANTED);
  open.hardware?.(VIENNA);
  await until("the place", () => phone.record.of("location").length >= 3);
  phone.android.location.removeTest("gps");
  await until("the place again", () => phone.android.location.fix("gps")?.latitude === VIENNA.latitude);
});

it("a device that nobody watches is not asked who listens in it", async () => {
  const { phone, open } = await rig.inUse();
  open.hardware?.(GRANTED);
  open.hardware?.(VIENNA);
  const told = () => phone.record.of("location").length;
  open.setPaused(true);
  await until("the place, and no question under way", () => told() >= 3);
  phone.record.clear();
  // The place is said again every second: as often as would be asked.
  await until("the place again and again", () => told() >= 9);
  expect(phone.record.runs("dumpsys")).toEqual([]);
  open.setPaused(false);
  await until("a question", () => phone.record.runs("dumpsys").includes("location"));
});

it("what comes from a person stands in a line for a shell as numbers of one form, whatever they are", async () => {
  const { phone, open } = await rig.inUse();
  open.hardware?.(GRANTED);
  for (const [latitude, longitude, accuracyM] of [
    [1e-9, -1e-9, 4e7],
    [-90, 180, 1e-9],
  ] as const) {
    phone.record.clear();
    open.hardware?.({ ...VIENNA, latitude, longitude, accuracyM });
    await until("the place", () => phone.record.of("location").length >= 3);
    const lines = phone.record.of("shell").filter(({ line }) => line.includes("set-test-provider-location"));
    for (const { line } of lines)
      expect(line).toMatch(
        /^cmd location providers set-test-provider-location (gps|network|fused) --location -?\d+\.\d{6},-?\d+\.\d{6} --accuracy \d+\.\d$/,
      );
  }
});

it("closing a device takes the place away, and so does finding one whose agent ended in the middle", async () => {
  const { phone, open } = await rig.inUse();
  open.hardware?.(GRANTED);
  open.hardware?.(VIENNA);
  await until("the place", () => phone.record.of("location").length >= 3);
  await open.close();
  expect(phone.android.location.isTest("gps")).toBe(false);

  const { location } = phone.android;
  location.mockAllowed = true;
  location.addTest("gps");
  rig.follow();
  await until("the device's own places", () => !location.isTest("gps"));
});

it("an Android older than 12 offers no location", async () => {
  const phone = await rig.phone();
  phone.android.properties.set("ro.build.version.sdk", "30");
  rig.follow();
  const device = await rig.offered(phone);
  expect(device.description.features).not.toContain("gps");
});
