import { describe, expect, it } from "vitest";
import type { GamepadState } from "#protocol";
import {
  ACTIONS,
  keyMessage,
  resetVideoMessage,
  rotateMessage,
  scrollMessage,
  setClipboardMessage,
  textMessage,
  touchMessage,
  uhidCreateMessage,
  uhidInputMessage,
} from "../../../../../origin-agent/device/android/scrcpy/control-message.ts";
import { DeviceMessageReader } from "../../../../../origin-agent/device/android/scrcpy/device-message-reader.ts";
import { gamepadReport } from "../../../../../origin-agent/device/android/scrcpy/hid-gamepad.ts";
import { hidReport, usageOf } from "../../../../../origin-agent/device/android/scrcpy/hid-keyboard.ts";
import { serverArguments, serverSocket } from "../../../../../origin-agent/device/android/scrcpy/server-arguments.ts";
import { hex, toHex } from "../../../../support/hex.ts";

function said(message: Uint8Array): string {
  return toHex(message.slice().buffer);
}

function expected(...fields: string[]): string {
  return toHex(hex(...fields));
}

const PLACE = { x: 100, y: 200, width: 1080, height: 1920 };

describe("a message to a scrcpy server", () => {
  it("presses a key", () => {
    expect(said(keyMessage(false, 66, 5, 0x41))).toBe(expected("00", "01", "00000042", "00000005", "00000041"));
  });

  it("types", () => {
    expect(said(textMessage("hello, world!"))).toBe(expected("01", "0000000d", "68656c6c6f2c20776f726c6421"));
  });

  it("moves a finger", () => {
    expect(said(touchMessage(ACTIONS.move, 7, PLACE, 1))).toBe(
      expected("02", "02", "0000000000000007", "00000064 000000c8", "0438 0780", "ffff", "00000000", "00000000"),
    );
    expect(said(touchMessage(ACTIONS.move, 7, PLACE, 0.5)).slice(44, 48)).toBe("8000");
  });

  it("turns a wheel, by sixteenths of its range", () => {
    expect(said(scrollMessage(PLACE, 16, -1))).toBe(
      expected("03", "00000064 000000c8", "0438 0780", "7fff", "f800", "00000000"),
    );
    expect(said(scrollMessage(PLACE, -300, 0)).slice(26, 30)).toBe("8000");
  });

  it("sets the clipboard, to be acknowledged", () => {
    expect(said(setClipboardMessage(0x0102030405060708n, true, "é"))).toBe(
      expected("09", "0102030405060708", "01", "00000002", "c3a9"),
    );
  });

  it("turns the device", () => {
    expect(said(rotateMessage())).toBe("0b");
  });

  it("plugs a keyboard in, and says what is down on it", () => {
    expect(said(uhidCreateMessage(1, "é", Uint8Array.of(0x05, 0x01)))).toBe(
      expected("0c", "0001", "0000", "0000", "02", "c3a9", "0002", "0501"),
    );
    // Left shift, and A.
    expect(said(uhidInputMessage(1, hidReport([0xe1, 0x04])))).toBe(
      expected("0d", "0001", "0008", "02 00 04 00 00 00 00 00"),
    );
  });

  it("says of more keys than a report can name that they are too many, and names modifiers all the same", () => {
    const report = (...usages: number[]) => [...hidReport(usages)];
    expect(report()).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(report(4, 5, 6, 7, 8, 9, 0xe0, 0xe7)).toEqual([0x81, 0, 4, 5, 6, 7, 8, 9]);
    expect(report(4, 5, 6, 7, 8, 9, 10, 0xe0)).toEqual([0x01, 0, 1, 1, 1, 1, 1, 1]);
  });

  it.each([
    ["A", 29, 0x04],
    ["Z", 54, 0x1d],
    ["1", 8, 0x1e],
    ["9", 16, 0x26],
    ["0", 7, 0x27],
    ["F12", 142, 0x45],
    ["numpad 9", 153, 0x61],
    ["right alt", 58, 0xe6],
    ["back, which no keyboard has", 4, undefined],
    ["nothing", 99_999, undefined],
  ])("knows the usage of %s", (_key, keycode, usage) => {
    expect(usageOf(keycode)).toBe(usage);
  });

  it("says where everything of a gamepad is", () => {
    const report = (state: Partial<GamepadState>) =>
      toHex(gamepadReport({ buttons: 0, axes: [0, 0, 0, 0], triggers: [0, 0], ...state }).slice().buffer);
    // Middle, middle, middle, middle; no trigger; no button; no cross.
    expect(report({})).toBe(toHex(hex("0080 0080 0080 0080", "0000 0000", "0000", "00")));
    expect(report({ axes: [-1, 1, 0, 0], triggers: [0.5, 1] })).toBe(
      toHex(hex("0000 ffff 0080 0080", "0040 ff7f", "0000", "00")),
    );
    // A, X, the middle one; the cross up and to the right.
    expect(report({ buttons: (1 << 0) | (1 << 2) | (1 << 16) | (1 << 12) | (1 << 15) })).toBe(
      toHex(hex("0080 0080 0080 0080", "0000 0000", "0910", "02")),
    );
    expect(report({ buttons: (1 << 12) | (1 << 13) }).slice(-2)).toBe("00");
  });

  it("starts the encoder anew", () => {
    expect(said(resetVideoMessage())).toBe("11");
  });
});

describe("a scrcpy server's messages", () => {
  const STREAM = new Uint8Array(
    hex("00 00000003 414243", "01 0102030405060708", "02 002a 0005 0102030405", "00 00000000", "00 00000004 f09f9180"),
  );

  it.each([1, 2, 3, 8, 100])("are the same in pieces of %d bytes", (length) => {
    const told: unknown[] = [];
    const reader = new DeviceMessageReader({
      clipboard: (text) => told.push(text),
      clipboardSet: (sequence) => told.push(sequence),
    });
    for (let at = 0; at < STREAM.length; at += length) reader.push(STREAM.subarray(at, at + length));
    expect(told).toEqual(["ABC", 0x0102030405060708n, "", "👀"]);
  });

  it.each([
    ["a clipboard longer than a message can be", "00 00040001", /claims a message of 262145 bytes/],
    ["a type that nobody knows", "03", /does not know/],
  ])("end at %s", (_, bytes, words) => {
    const reader = new DeviceMessageReader({ clipboard: () => {}, clipboardSet: () => {} });
    expect(() => reader.push(new Uint8Array(hex(bytes)))).toThrow(words);
  });
});

describe("the start of a scrcpy server", () => {
  it("is one program and its settings, each an argument of its own", () => {
    const rate = { bitrate: 2_000_000, maxFps: 30, maxSide: 960 };
    const path = "/data/local/tmp/x.jar";
    expect(serverArguments({ version: "3.3.4", path, id: "0badcafe", rate, audio: false })).toEqual([
      "CLASSPATH=/data/local/tmp/x.jar",
      "app_process",
      "/",
      "com.genymobile.scrcpy.Server",
      "3.3.4",
      "scid=0badcafe",
      "log_level=info",
      "tunnel_forward=true",
      "send_device_meta=false",
      "stay_awake=true",
      "audio=false",
      "video_bit_rate=2000000",
      "max_fps=30",
      "max_size=960",
      "video_codec_options=i-frame-interval:int=2",
    ]);
    expect(serverSocket("0badcafe")).toBe("localabstract:scrcpy_0badcafe");
  });
});
