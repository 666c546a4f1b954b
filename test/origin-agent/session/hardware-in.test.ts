import { beforeEach, describe, expect, it } from "vitest";
import { type HardwareWant, type OriginMessage, writeFrame } from "#protocol";
import type { LentHardware } from "../../../origin-agent/device/hardware.ts";
import { createClockOffset } from "../../../origin-agent/session/clock-offset.ts";
import { HardwareIn } from "../../../origin-agent/session/hardware-in.ts";
import { faultOf } from "../../support/fault.ts";

const CAMERA: HardwareWant = { kind: "camera", width: 640, height: 480, frameRate: 15 };
const ASK = { type: "hardware-ask", purpose: "Camera", want: CAMERA } as const;
const PLACE = { type: "location", latitude: 1, longitude: 2, accuracyM: 3, at: 5_000 } as const;

let told: OriginMessage[];
let lent: LentHardware[];
let hardware: HardwareIn;

beforeEach(() => {
  told = [];
  lent = [];
  const clock = createClockOffset();
  clock.offset = 1_000;
  hardware = new HardwareIn({ clock, tell: (message) => told.push(message), lent: (news) => lent.push(news) });
});

function frame(kind: "camera" | "video"): ArrayBuffer {
  const header = { kind, keyframe: true, config: true, epoch: 0, sequence: 1, capturedAtMicros: 5_000 };
  return writeFrame(header, new Uint8Array([1, 2, 3]));
}

describe("what the device wants to borrow", () => {
  it("B-2 is asked for at once, or as soon as the edge is there", () => {
    hardware.wishes.ask("Camera", CAMERA);
    expect(told).toEqual([]);
    hardware.online();
    hardware.wishes.ask("Maps", { kind: "microphone" });
    expect(told).toEqual([ASK, { type: "hardware-ask", purpose: "Maps", want: { kind: "microphone" } }]);
  });

  it("B-4 is asked for again after a reconnect, and what it gave up meanwhile is given back", () => {
    hardware.online();
    hardware.wishes.ask("Camera", CAMERA);
    hardware.wishes.ask("Maps", { kind: "microphone" });
    hardware.away();
    hardware.wishes.done("microphone");
    told.length = 0;
    hardware.online();
    expect(told).toEqual([{ type: "hardware-done", kind: "microphone" }, ASK]);
  });

  it.each(["denied", "stopped", "no-right", "time-limit"] as const)(
    "B-4 is not asked for again by a reconnect when it was %s",
    (reason) => {
      hardware.online();
      hardware.wishes.ask("Camera", CAMERA);
      hardware.said({ type: "hardware-ended", kind: "camera", reason });
      hardware.away();
      hardware.online();
      expect(told).toEqual([ASK]);
    },
  );
});

describe("what comes of it", () => {
  beforeEach(() => {
    hardware.online();
    hardware.wishes.ask("Camera", CAMERA);
  });

  it("B-6 K-1 is a frame for the device, at a time of this machine", () => {
    hardware.said({ type: "hardware-granted", want: CAMERA, codec: "vp8" });
    hardware.received(frame("camera"));
    expect(lent).toEqual([
      { type: "granted", want: CAMERA, codec: "vp8" },
      { type: "frame", kind: "camera", keyframe: true, capturedAtMicros: 4_000, data: new Uint8Array([1, 2, 3]) },
    ]);
  });

  it("B-5 K-1 is a place, at a time of this machine", () => {
    const want: HardwareWant = { kind: "location", intervalMs: 1_000, distanceM: 0, accuracy: "fine" };
    hardware.wishes.ask("Maps", want);
    hardware.said({ type: "hardware-granted", want });
    hardware.said(PLACE);
    expect(lent.at(-1)).toEqual({ ...PLACE, at: 4_000 });
  });

  it("B-6 is nothing before it is granted, and nothing that came too late", () => {
    hardware.received(frame("camera"));
    hardware.said(PLACE);
    hardware.said({ type: "hardware-granted", want: CAMERA });
    hardware.wishes.done("camera");
    hardware.received(frame("camera"));
    hardware.said({ type: "hardware-ended", kind: "camera", reason: "stopped" });
    expect(lent).toEqual([{ type: "granted", want: CAMERA, codec: undefined }]);
  });

  it("B-4 has ended for the device while the edge is away", () => {
    hardware.said({ type: "hardware-granted", want: CAMERA });
    hardware.away();
    hardware.away();
    expect(lent.slice(1)).toEqual([{ type: "ended", kind: "camera", reason: "nobody" }]);
  });

  it("B-6 a frame that travels the wrong way is a fault", () => {
    expect(faultOf(() => hardware.received(frame("video")))).toBe("unexpected-message");
  });
});
