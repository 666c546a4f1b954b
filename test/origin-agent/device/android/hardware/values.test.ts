import { describe, expect, it } from "vitest";
import { motionLines, placeLines } from "../../../../../origin-agent/device/android/hardware/console-lines.ts";
import { sensorValues } from "../../../../../origin-agent/device/android/hardware/motion-values.ts";
import { readSensorDump } from "../../../../../origin-agent/device/android/hardware/sensor-dump.ts";

const orientation = (alpha: number, beta: number, gamma: number) => ({ orientation: { alpha, beta, gamma }, at: 1 });

describe("what a console is told", () => {
  it("B-5 of a place is longitude before latitude, and the height where it is known", () => {
    const place = { latitude: -33.85678, longitude: 151.2153, accuracyM: 5, at: 1 };
    expect(placeLines(place)).toEqual(["geo fix 151.215300 -33.856780"]);
    expect(placeLines({ ...place, latitude: 1e-9, altitudeM: 171.25 })).toEqual(["geo fix 151.215300 0.000000 171.3"]);
  });

  it("B-5 of motion is numbers in the sensors' own units, without exponents", () => {
    const motion = {
      acceleration: { x: 1e-9, y: -0.5, z: 9.8 },
      rotation: { alpha: 180, beta: 90, gamma: -45 },
      at: 1,
    };
    expect(motionLines(motion)).toEqual([
      "sensor set acceleration 0.0000:-0.5000:9.8000",
      "sensor set gyroscope 1.5708:-0.7854:3.1416",
    ]);
  });

  it("of motion that nothing is known of is nothing", () => {
    expect(motionLines({ at: 1 })).toEqual([]);
  });
});

describe("the sensors of a device that is held in an orientation", () => {
  it.each([
    ["flat on its back", orientation(0, 0, 0), { x: 0, y: 0, z: 9.81 }],
    ["upright", orientation(0, 90, 0), { x: 0, y: 9.81, z: 0 }],
    ["on its left side", orientation(0, 0, -90), { x: 9.81, y: 0, z: 0 }],
    ["on its face", orientation(0, 180, 0), { x: 0, y: 0, z: -9.81 }],
  ])("feel what holds it against gravity: %s", (_how, motion, felt) => {
    const { acceleration } = sensorValues(motion);
    for (const axis of ["x", "y", "z"] as const) expect(acceleration?.[axis]).toBeCloseTo(felt[axis], 6);
  });

  it.each([
    ["to the north", orientation(0, 0, 0), { x: 0, y: 20, z: -44 }],
    ["to the west", orientation(90, 0, 0), { x: 20, y: 0, z: -44 }],
    ["to the east", orientation(270, 0, 0), { x: -20, y: 0, z: -44 }],
  ])("feel where north is: turned %s", (_how, motion, field) => {
    const { magneticField } = sensorValues(motion);
    for (const axis of ["x", "y", "z"] as const) expect(magneticField?.[axis]).toBeCloseTo(field[axis], 6);
  });

  it("feel what was measured, where it was", () => {
    const acceleration = { x: 1, y: 2, z: 3 };
    expect(sensorValues({ ...orientation(0, 0, 0), acceleration }).acceleration).toEqual(acceleration);
  });
});

describe("who listens to a device's sensors", () => {
  const DUMP = `Sensor List:
0x00000001) Goldfish 3-axis Accelerometer | uid 10999 |
Active sensors:
Goldfish 3-axis Accelerometer (handle=0x00000001, connections=2)
4 active connections
Connection Number: 0 
\tOperating Mode: NORMAL
\t com.android.internal.policy.WindowOrientationListener | WakeLockRefCount 0 | uid 1000 | cache size 0 | max cache size 0
\t Goldfish 3-axis Accelerometer 0x00000001 | status: active | pending flush events 0 
Connection Number: 1 
\tOperating Mode: NORMAL
\t org.example.level.LevelActivity | WakeLockRefCount 0 | uid 1010123 | cache size 0 | max cache size 0
\t Goldfish Ambient Light Sensor 0x00000006 | status: active | pending flush events 0 
\t Game Rotation Vector Sensor 0x00000011 | first flush pending false | pending flush events 0 
Connection Number: 2 
\tOperating Mode: NORMAL
\t org.example.reader | WakeLockRefCount 0 | uid 10124 | cache size 0 | max cache size 0
\t Goldfish Ambient Light Sensor 0x00000006 | status: active | pending flush events 0 
Connection Number: 3 
0 direct connections
Previous Registrations:
\t org.example.gone | WakeLockRefCount 0 | uid 10125 | cache size 0 | max cache size 0
\t Goldfish 3-axis Gyroscope 0x00000002 | status: active | pending flush events 0 
`;

  it("is read out of their service's words: apps that ask for how it is held", () => {
    expect(readSensorDump(DUMP)).toEqual(["org.example.level.LevelActivity"]);
    expect(readSensorDump("Can't find service: sensorservice")).toEqual([]);
  });
});
