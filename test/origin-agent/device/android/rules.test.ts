import { describe, expect, it } from "vitest";
import { commandLine } from "../../../../origin-agent/device/android/adb/shell.ts";
import { capturedAt, createCaptureClock } from "../../../../origin-agent/device/android/capture-clock.ts";
import { deviceId, screenSize } from "../../../../origin-agent/device/android/describe.ts";
import { displayOf } from "../../../../origin-agent/device/android/display.ts";
import { serverProgram } from "../../../../origin-agent/device/android/index.ts";
import {
  createKeyframeWish,
  keyframeCame,
  wishKeyframe,
} from "../../../../origin-agent/device/android/keyframe-wish.ts";
import { createPauseGate, openGate, passGate } from "../../../../origin-agent/device/android/pause-gate.ts";
import { createRatePlan, noteStarted, planRate } from "../../../../origin-agent/device/android/rate-plan.ts";
import { createRecovery, nextAttempt, notePicture } from "../../../../origin-agent/device/android/recovery.ts";
import { parseAppList } from "../../../../origin-agent/device/android/scrcpy/app-list.ts";
import { videoUnit } from "../../support/fake-device.ts";

describe("an encoder's rate", () => {
  const plenty = { bitrate: 4_000_000, frameRate: 60 };

  it("stays while the target is what it runs at, or a little below", () => {
    const plan = createRatePlan(0);
    expect(planRate(plan, plenty, 100_000)).toBeUndefined();
    expect(planRate(plan, { bitrate: 3_400_000, frameRate: 51 }, 100_000)).toBeUndefined();
    expect(planRate(plan, { bitrate: 3_399_999, frameRate: 60 }, 100_000)?.settings.bitrate).toBe(2_000_000);
  });

  it("goes down once less has been wanted for two seconds, to the step below", () => {
    const plan = createRatePlan(0);
    const less = { bitrate: 1_900_000, frameRate: 24 };
    expect(planRate(plan, less, 10_000)).toEqual({
      settings: { bitrate: 1_000_000, maxFps: 15, maxSide: undefined },
      at: 12_000,
    });
    expect(planRate(plan, less, 11_999)?.at).toBe(12_000);
  });

  it("forgets what was wanted for a moment", () => {
    const plan = createRatePlan(0);
    planRate(plan, { bitrate: 1_000_000, frameRate: 60 }, 10_000);
    planRate(plan, plenty, 11_000);
    expect(planRate(plan, { bitrate: 1_000_000, frameRate: 60 }, 11_500)?.at).toBe(13_500);
  });

  it("goes up slowly, to what the target holds", () => {
    const plan = createRatePlan(0);
    noteStarted(plan, { bitrate: 1_000_000, maxFps: 30, maxSide: 640 }, 0);
    expect(planRate(plan, { bitrate: 1_999_999, frameRate: 30, maxSide: 640 }, 20_000)).toBeUndefined();
    expect(planRate(plan, plenty, 20_000)).toEqual({
      settings: { bitrate: 4_000_000, maxFps: 60, maxSide: undefined },
      at: 32_000,
    });
  });

  it("rests after a restart", () => {
    const plan = createRatePlan(0);
    noteStarted(plan, { bitrate: 2_000_000, maxFps: 60, maxSide: undefined }, 50_000);
    expect(planRate(plan, { bitrate: 500_000, frameRate: 60 }, 50_100)?.at).toBe(55_000);
  });

  it("is not changed for a target of no pictures at all", () => {
    expect(planRate(createRatePlan(0), { bitrate: 0, frameRate: 0 }, 50_000)).toBeUndefined();
  });
});

describe("a wish for a keyframe", () => {
  it("is for the one that a server begins with, until that has come", () => {
    const wish = createKeyframeWish(1_000);
    expect(wishKeyframe(wish, 2_000)).toBe(false);
    keyframeCame(wish);
    expect([wishKeyframe(wish, 3_000), wishKeyframe(wish, 3_001), wishKeyframe(wish, 7_999)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("is said again when nothing came for five seconds", () => {
    const wish = createKeyframeWish(0);
    expect([wishKeyframe(wish, 4_999), wishKeyframe(wish, 5_000), wishKeyframe(wish, 5_001)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe("a device that encodes on while nobody watches", () => {
  it("shows the keyframe that nothing followed", () => {
    const gate = createPauseGate();
    gate.paused = true;
    const key = videoUnit(true);
    expect([passGate(gate, videoUnit(false)), passGate(gate, key)]).toEqual([false, false]);
    expect(openGate(gate)).toEqual({ show: key, ask: false });
    expect(passGate(gate, videoUnit(false))).toBe(true);
  });

  it("asks for one when a picture was let go, and lets none through before it", () => {
    const gate = createPauseGate();
    gate.paused = true;
    passGate(gate, videoUnit(true));
    passGate(gate, videoUnit(false));
    expect(openGate(gate)).toEqual({ show: undefined, ask: true });
    expect([
      passGate(gate, videoUnit(false)),
      passGate(gate, videoUnit(true)),
      passGate(gate, videoUnit(false)),
    ]).toEqual([false, true, true]);
  });

  it("goes on as if nothing was when nothing came", () => {
    const gate = createPauseGate();
    gate.paused = true;
    expect(openGate(gate)).toEqual({ show: undefined, ask: false });
  });
});

describe("recovery", () => {
  it("waits longer each time, and gives up after fifteen seconds without a picture", () => {
    const recovery = createRecovery();
    const delays = [0, 1_000, 2_000, 3_000, 5_000, 15_001].map((at) => nextAttempt(recovery, at));
    expect(delays).toEqual([250, 500, 1_000, 2_000, 2_000, undefined]);
  });

  it("begins anew with a picture, but bears no encoder that dies nine times a minute", () => {
    const recovery = createRecovery();
    const delays = Array.from({ length: 9 }, (_, index) => {
      notePicture(recovery);
      return nextAttempt(recovery, index * 5_000);
    });
    expect(delays).toEqual([...Array(8).fill(250), undefined]);
    notePicture(recovery);
    expect(nextAttempt(recovery, 200_000)).toBe(250);
  });
});

describe("when a picture was captured", () => {
  it("is told by the packet that came fastest", () => {
    const clock = createCaptureClock();
    expect(capturedAt(clock, 1_000, 500_000)).toBe(500_000);
    expect(capturedAt(clock, 2_000, 520_000)).toBe(501_002);
    expect(capturedAt(clock, 30_000, 525_000)).toBe(525_000);
  });

  it("is never after it came, and follows a clock that was set", () => {
    const clock = createCaptureClock();
    capturedAt(clock, 0, 1_000_000);
    expect(capturedAt(clock, 1_000_000, 900_000)).toBe(900_000);
    expect(capturedAt(clock, 2_000_000, 60_000_000)).toBe(60_000_000);
  });
});

describe("the display behind a coded size", () => {
  const natural = { width: 1080, height: 2400 };
  const upright = { ...natural, rotation: 0, codec: "h264" } as const;

  it("is that size, when nothing was reduced", () => {
    expect(displayOf({ width: 1080, height: 2400 }, natural, false, undefined, "h264")).toEqual(upright);
    expect(displayOf({ width: 2400, height: 1080 }, natural, false, upright, "h264")).toEqual({
      width: 2400,
      height: 1080,
      rotation: 90,
      codec: "h264",
    });
  });

  it("is the same display when the encoder was told to be smaller, in whole blocks", () => {
    expect(displayOf({ width: 432, height: 960 }, natural, true, upright, "h264")).toEqual(upright);
    expect(displayOf({ width: 960, height: 432 }, natural, true, upright, "h264")).toMatchObject({
      width: 2400,
      height: 1080,
      rotation: 90,
    });
  });

  it("is another when its shape is", () => {
    expect(displayOf({ width: 960, height: 960 }, natural, true, upright, "h264")).toMatchObject({
      width: 960,
      height: 960,
    });
  });
});

describe("what a device is told and tells", () => {
  it("goes through a shell as the very arguments", () => {
    const args = ["CLASSPATH=/x.jar", "echo", "a b", "$(reboot)", "it's", "`id`", "a\nb", "", ";", "*", "人"];
    expect(commandLine(args)).toBe("CLASSPATH=/x.jar echo 'a b' '$(reboot)' 'it'\\''s' '`id`' 'a\nb' '' ';' '*' '人'");
    expect(() => commandLine(["a\0b"])).toThrow(/NUL/);
  });

  it("is read for its size, and garbage is none", () => {
    expect(screenSize("Physical size: 1080x2400\n")).toEqual({ width: 1080, height: 2400 });
    expect(screenSize("Physical size: 1080x2400\nOverride size: 720x1600\n")).toEqual({ width: 720, height: 1600 });
    expect([screenSize(""), screenSize("Physical size: 0x9"), screenSize("Physical size: 9999x9999")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("lists its apps, whatever their names are, and nothing that is no package", () => {
    const output = [
      "[server] INFO: List of apps:",
      " - Notes                          org.example.notes",
      " * $(reboot) 'x' \"y\"; rm -rf /   com.example.evil",
      " - 聊天 👋                        org.example.chat",
      ` - ${"long ".repeat(40)}`,
      `   ${" ".repeat(30)} org.example.long`,
      " - no package at all!",
      " - Evil $(id)",
      "rubbish org.example.rubbish",
    ].join("\n");
    expect(parseAppList(output)).toEqual([
      { id: "org.example.notes", name: "Notes" },
      { id: "com.example.evil", name: "$(reboot) 'x' \"y\"; rm -rf /" },
      { id: "org.example.chat", name: "聊天 👋" },
      { id: "org.example.long", name: "long ".repeat(40).slice(0, 128) },
    ]);
  });

  it("is known by a serial number in the letters of an id", () => {
    expect(deviceId("192.168.1.5:5555")).toBe("192.168.1.5:5555");
    expect(deviceId(`a/b c${"x".repeat(100)}`)).toBe(`a-b-c${"x".repeat(59)}`);
  });

  it("is never another program than the published one", () => {
    expect(() => serverProgram(new Uint8Array([1]))).toThrow(
      /not scrcpy-server 3\.3\.4: its SHA-256 is 4bf5122f.*, that of the published file 8588238c/,
    );
  });
});
