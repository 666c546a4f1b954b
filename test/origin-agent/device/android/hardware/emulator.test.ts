import { afterEach, beforeEach, expect, it } from "vitest";
import type { LentHardware } from "../../../../../origin-agent/device/hardware.ts";
import type { AndroidDevice } from "../../../../support/android-device/index.ts";
import { EmulatorConsole } from "../../../../support/emulator-console.ts";
import { until } from "../../../../support/until.ts";
import { type Opened, Rig } from "../rig.ts";

const TOKEN = "secretToken1+";
const LOCATION: LentHardware = {
  type: "granted",
  want: { kind: "location", intervalMs: 1_000, distanceM: 0, accuracy: "fine" },
};
const MOTION: LentHardware = { type: "granted", want: { kind: "motion", rateHz: 30 } };
const VIENNA = { type: "location", latitude: 48.20817, longitude: 16.37382, accuracyM: 12, at: 1 } as const;

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

interface InUse extends Opened {
  readonly phone: AndroidDevice;
  readonly console: EmulatorConsole;
  readonly features: readonly string[];
}

async function inUse(token: string | undefined = TOKEN): Promise<InUse> {
  const { phone, serial, consolePort } = await rig.emulator();
  const console = await EmulatorConsole.start({ port: consolePort, token: TOKEN });
  rig.atEnd(() => console.stop());
  rig.follow({ hardware: { cameras: new Map(), microphones: new Map(), consoleToken: async () => token } });
  const device = await rig.offer({ serial });
  return { ...(await rig.open(device)), phone, console, features: device.description.features };
}

it("B-2 an emulator is found by its serial number, and asks for motion when an app listens to its sensors", async () => {
  const { phone, yielded, features } = await inUse();
  expect(features).toEqual(expect.arrayContaining(["gps", "motion"]));
  const end = phone.listenToSensor({ app: "org.example.maps", sensor: "Goldfish 3-axis Gyroscope" });
  await until("the ask", () => yielded.wishes.length > 0);
  expect(yielded.wishes).toEqual([{ purpose: "Maps", want: { kind: "motion", rateHz: 30 } }]);
  end();
  await until("that it is done", () => yielded.wishes.length > 1);
  expect(yielded.wishes[1]).toEqual({ done: "motion" });
});

it("B-5 an emulator is told places and motion by its console, and is at its own place again after", async () => {
  const { open, console } = await inUse();
  open.hardware?.(VIENNA);
  open.hardware?.(LOCATION);
  open.hardware?.(MOTION);
  open.hardware?.(VIENNA);
  open.hardware?.({ type: "motion", acceleration: { x: 1, y: 2, z: 9 }, at: 1 });
  await until("the motion", () => console.last("sensor set acceleration") !== undefined);
  expect(console.commands).toEqual(["geo fix 16.373820 48.208170", "sensor set acceleration 1.0000:2.0000:9.0000"]);
  open.hardware?.({ type: "ended", kind: "location", reason: "stopped" });
  open.hardware?.(VIENNA);
  await until("its own place", () => console.last("geo fix") === "geo fix -122.084000 37.422000");
  await open.close();
  expect(console.last("sensor set acceleration")).toBe("sensor set acceleration 0.0000:0.0000:9.8100");
  expect(console.last("geo fix")).toBe("geo fix -122.084000 37.422000");
  await until("the console closed", () => console.clients === 0);
});

it("a console that was closed is opened again for what comes next", async () => {
  const { open, console } = await inUse();
  open.hardware?.(LOCATION);
  open.hardware?.(VIENNA);
  await until("the place", () => console.commands.length === 1);
  console.dropAll();
  open.hardware?.({ ...VIENNA, latitude: 47 });
  await until("another place", () => console.last("geo fix") === "geo fix 16.373820 47.000000");
});

it("an emulator without a sensor is told what the others say, by the same connection", async () => {
  const { open, console } = await inUse();
  console.disabled.add("gyroscope");
  open.hardware?.(MOTION);
  const motion = {
    type: "motion",
    acceleration: { x: 1, y: 2, z: 9 },
    rotation: { alpha: 0, beta: 0, gamma: 0 },
  } as const;
  for (let at = 1; at <= 3; at += 1) {
    open.hardware?.({ ...motion, acceleration: { x: at, y: 2, z: 9 }, at });
    await until("the motion", () => console.last("sensor set acceleration")?.includes(` ${at}.0000`) === true);
  }
  // The first was to find out whether it lets this host in.
  expect(console.connections).toBe(2);
});

it.each([
  ["that refuses the token", "wrongToken", /refuses the token in the file/],
  ["whose token is not to be had", undefined, /the file of it cannot be read/],
])(
  "an emulator %s offers its location by ADB and no motion, and the log says why without a token",
  async (_how, token, words) => {
    const { serial, consolePort } = await rig.emulator();
    const console = await EmulatorConsole.start({ port: consolePort, token: TOKEN });
    rig.atEnd(() => console.stop());
    rig.follow({ hardware: { cameras: new Map(), microphones: new Map(), consoleToken: async () => token } });
    const { description } = await rig.offer({ serial });
    expect(description.features).toContain("gps");
    expect(description.features).not.toContain("motion");
    expect(rig.log.join("\n")).toMatch(words);
    expect(rig.log.join("\n")).not.toMatch(/secretToken|wrongToken/);
  },
);
