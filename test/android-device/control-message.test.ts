import { expect, it } from "vitest";
import { ExactReader } from "../support/android-device/byte-stream.ts";
import { type ControlMessage, readControlMessage } from "../support/android-device/scrcpy/control-message.ts";
import {
  clipboardMessage,
  clipboardTakenMessage,
  uhidOutputMessage,
} from "../support/android-device/scrcpy/device-messages.ts";
import { hex } from "../support/hex.ts";

/** Every message as a client writes it: the type, and each field after it. */
const MESSAGES: readonly (readonly [message: ControlMessage, ...fields: readonly string[]])[] = [
  [{ type: "keycode", action: 1, keycode: 66, repeat: 5, meta: 0x41 }, "00", "01", "00000042", "00000005", "00000041"],
  [{ type: "text", text: "hé" }, "01", "00000003", "68c3a9"],
  [
    {
      type: "touch",
      action: 0,
      pointerId: 0xffff_ffff_ffff_fffen,
      position: { x: 100, y: 200, width: 1080, height: 1920 },
      pressure: 1,
      actionButton: 1,
      buttons: 3,
    },
    ...["02", "00", "fffffffffffffffe", "00000064", "000000c8", "0438", "0780", "ffff", "00000001", "00000003"],
  ],
  [
    {
      type: "scroll",
      position: { x: 260, y: 1026, width: 1080, height: 1920 },
      horizontal: 16,
      vertical: -16,
      buttons: 1,
    },
    ...["03", "00000104", "00000402", "0438", "0780", "7fff", "8000", "00000001"],
  ],
  [{ type: "back-or-screen-on", action: 1 }, "04", "01"],
  [{ type: "expand-notifications" }, "05"],
  [{ type: "expand-settings" }, "06"],
  [{ type: "collapse-panels" }, "07"],
  [{ type: "get-clipboard", copyKey: 1 }, "08", "01"],
  [
    { type: "set-clipboard", sequence: 0x0102_0304_0506_0708n, paste: true, text: "🙂" },
    ...["09", "0102030405060708", "01", "00000004", "f09f9982"],
  ],
  [{ type: "display-power", on: false }, "0a", "00"],
  [{ type: "rotate-device" }, "0b"],
  [
    { type: "uhid-create", id: 42, vendor: 0x1234, product: 0x5678, name: "ABC", descriptor: Buffer.from([1, 2]) },
    ...["0c", "002a", "1234", "5678", "03", "414243", "0002", "0102"],
  ],
  [{ type: "uhid-input", id: 42, data: Buffer.from([1, 2, 3]) }, "0d", "002a", "0003", "010203"],
  [{ type: "uhid-destroy", id: 42 }, "0e", "002a"],
  [{ type: "hard-keyboard-settings" }, "0f"],
  [{ type: "start-app", name: "+org.example" }, "10", "0c", "2b6f72672e6578616d706c65"],
  [{ type: "reset-video" }, "11"],
];

/** What 4.x has beside them. */
const MESSAGES_OF_4: typeof MESSAGES = [
  [{ type: "camera-torch", on: true }, "12", "01"],
  [{ type: "camera-zoom-in" }, "13"],
  [{ type: "camera-zoom-out" }, "14"],
  [{ type: "resize-display", width: 1280, height: 720 }, "15", "0500", "02d0"],
  [{ type: "scan-file", path: "/a" }, "16", "00000002", "2f61"],
];

/** Each message beside all of its fields. */
function rows(messages: typeof MESSAGES): readonly (readonly [message: ControlMessage, fields: string])[] {
  return messages.map(([message, ...fields]) => [message, fields.join("")]);
}

/** A source that gives single bytes. */
function reader(...fields: readonly string[]): ExactReader {
  const bytes = [...new Uint8Array(hex(...fields))];
  return new ExactReader({
    read: async () => {
      const byte = bytes.shift();
      return byte === undefined ? undefined : Uint8Array.of(byte);
    },
  });
}

it.each(rows([...MESSAGES, ...MESSAGES_OF_4]))("%o is read by 4.x, byte by byte", async (message, fields) => {
  expect(await readControlMessage(reader(fields, "05"), 4)).toEqual(message);
});

it.each(rows(MESSAGES))("%o is read by 3.x", async (message, fields) => {
  expect(await readControlMessage(reader(fields), 3)).toEqual(message);
});

it.each(rows(MESSAGES_OF_4))("%o is unknown to 3.x", async (_message, fields) => {
  await expect(readControlMessage(reader(fields), 3)).rejects.toThrow("Unknown event type");
});

it("a message that ends early, one of an unknown type, and one longer than 256 KiB are faults", async () => {
  await expect(readControlMessage(reader("02", "00"), 3)).rejects.toThrow("broken pipe");
  await expect(readControlMessage(reader("17"), 4)).rejects.toThrow("Unknown event type: 23");
  await expect(readControlMessage(reader("01", "00040001"), 3)).rejects.toThrow("a message of 262145 bytes");
});

it("the device's messages carry a clipboard, its acknowledgement and an output report", () => {
  expect(clipboardMessage("é")).toEqual(Buffer.from(hex("00", "00000002", "c3a9")));
  expect(clipboardTakenMessage(0x0102_0304_0506_0708n)).toEqual(Buffer.from(hex("01", "0102030405060708")));
  expect(uhidOutputMessage(42, Uint8Array.of(7))).toEqual(Buffer.from(hex("02", "002a", "0001", "07")));
});
