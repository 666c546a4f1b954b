import { describe, expect, it } from "vitest";
import {
  type DeviceDescription,
  FEATURES,
  MAX_CLIPBOARD_CHARS,
  originChannel,
  toViewerChannel,
  viewerChannel,
} from "#protocol";
import { faultOf, thrownBy } from "../support/fault.ts";
import { CHANNELS } from "./channels.ts";

describe.each(CHANNELS)("$name", ({ parse, plain, limit }) => {
  it.each([
    ["nothing", ""],
    ["a word", "hello"],
    ["the liveness text", "ping"],
    ["half an object", plain.slice(0, -1)],
    ["two objects", plain + plain],
    ["a trailing comma", plain.replace("}", ",}")],
    ["a byte order mark", `\ufeff${plain}`],
    ["a null byte", "\0"],
    ["null", "null"],
    ["a number", "7"],
    ["a string", '"bye"'],
    ["a list", '["bye"]'],
    ["a list of objects", `[${plain}]`],
    ["an object without a type", "{}"],
    ["a type that is null", '{"type":null}'],
    ["a type that is a number", '{"type":7}'],
    ["a type that is a list", '{"type":["bye"]}'],
    ["a type inherited from a prototype", `{"__proto__":${plain}}`],
  ])("M-3 %s is not a message", (_what, text) => {
    expect(faultOf(() => parse(text))).toBe("bad-json");
  });

  it("M-3 every shorter beginning of a message is not one", () => {
    for (let length = 0; length < plain.length; length += 1) {
      expect(faultOf(() => parse(plain.slice(0, length)))).toBe("bad-json");
    }
  });

  it.each(["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "", "BYE", "bye ", "nope"])(
    "M-3 there is no type %j",
    (type) => {
      expect(faultOf(() => parse(JSON.stringify({ type })))).toBe("unknown-type");
    },
  );

  it("M-3 fields that nobody knows are left out, a prototype among them", () => {
    const extended = plain.replace(
      "}",
      ',"later":[1,{"a":2}],"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
    const message = parse(extended);
    expect(message).toEqual(JSON.parse(plain));
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    expect("polluted" in {}).toBe(false);
  });

  it("M-3 nesting of any depth is refused or left out, not followed", () => {
    const depth = 45_000;
    const deep = "[".repeat(depth) + "]".repeat(depth);
    expect(faultOf(() => parse(deep))).toBe("bad-json");
    expect(faultOf(() => parse("[".repeat(depth)))).toBe("bad-json");
    expect(parse(plain.replace("}", `,"later":${deep}}`))).toEqual(JSON.parse(plain));
  });

  it("M-4 a message over the channel's limit is refused before it is parsed", () => {
    const padded = (length: number) => plain.replace("{", `{${" ".repeat(length - plain.length)}`);
    expect(parse(padded(limit))).toEqual(JSON.parse(plain));
    expect(faultOf(() => parse(padded(limit + 1)))).toBe("oversized");
    expect(faultOf(() => parse("[".repeat(10 * 1024 * 1024)))).toBe("oversized");
  });
});

/** Values that stand where a whole number of a range should, as JSON. */
const NO_COUNTS = ["null", '"1"', "true", "[]", "{}", "-1", "0.5", "1e999", "-1e999"];

describe("fields", () => {
  it.each([...NO_COUNTS, "4294967296"])("M-3 %s is no count of 32 bits", (value) => {
    expect(faultOf(() => viewerChannel.parse(`{"type":"ack","queued":${value}}`))).toBe("bad-value");
    expect(faultOf(() => viewerChannel.parse(`{"type":"ack","queued":0,"video":${value}}`))).toBe("bad-value");
    expect(faultOf(() => originChannel.parse(`{"type":"input-ack","lease":${value},"sequence":1}`))).toBe("bad-value");
  });

  it.each([...NO_COUNTS, "9007199254740992"])("K-1 %s is no time in microseconds", (value) => {
    expect(faultOf(() => viewerChannel.parse(`{"type":"clock","sentAt":${value}}`))).toBe("bad-value");
  });

  it.each([
    ["a side of 0", { width: 0 }],
    ["a side over 8192", { height: 8193 }],
    ["an epoch over 16 bits", { epoch: 65_536 }],
    ["a rotation of 45 degrees", { rotation: 45 }],
    ["a codec nobody knows", { codec: "mpeg2" }],
    ["a width in a string", { width: "720" }],
  ])("M-7 a display with %s is refused", (_what, change) => {
    const display = { type: "display", epoch: 0, width: 720, height: 1280, rotation: 0, codec: "h264", ...change };
    expect(faultOf(() => originChannel.parse(JSON.stringify(display)))).toBe("bad-value");
  });

  it("M-4 a clipboard has at most 16384 UTF-16 code units, and the longest fits its channel however it is escaped", () => {
    const longest = "\u0001".repeat(MAX_CLIPBOARD_CHARS);
    const text = viewerChannel.write({ type: "clipboard", text: longest });
    expect(text.length).toBeGreaterThan(6 * MAX_CLIPBOARD_CHARS);
    expect(viewerChannel.parse(text)).toEqual({ type: "clipboard", text: longest });
    expect(
      faultOf(() => viewerChannel.parse(`{"type":"clipboard","text":"${"a".repeat(MAX_CLIPBOARD_CHARS + 1)}"}`)),
    ).toBe("bad-value");
  });

  it("M-4 a message over its channel's limit is not sent", () => {
    expect(() => originChannel.write({ type: "clipboard", text: "\u0001".repeat(2 * MAX_CLIPBOARD_CHARS) })).toThrow(
      RangeError,
    );
  });

  it("M-4 the longest description of a device fits into a welcome", () => {
    const longest = "\u0001".repeat(128);
    const device: DeviceDescription = {
      id: "d".repeat(64),
      name: longest,
      model: longest,
      kind: "android",
      width: 8192,
      height: 8192,
      videoCodecs: Array.from({ length: 8 }, () => "h264" as const),
      features: Array.from({ length: FEATURES.length }, () => "microphone" as const),
      apps: Array.from({ length: 512 }, () => ({ id: longest, name: longest })),
    };
    const welcome = toViewerChannel.write({
      type: "welcome",
      protocol: 1,
      session: "\u0001".repeat(64),
      seat: "\u0001".repeat(64),
      rights: ["view", "audio", "touch", "keyboard", "clipboard"],
      resume: "r".repeat(4096),
      device,
      origin: "away",
      lease: { lease: 0, mine: false, held: false },
      appliedInput: 0,
      at: 0,
    });
    expect(toViewerChannel.parse(welcome)).toMatchObject({ device });
  });

  it.each(["", "a b", "a/b", "a\n", "é", "x".repeat(4097)])("R-2 %j is not a token", (resume) => {
    const welcome = {
      type: "welcome",
      protocol: 1,
      session: "s",
      resume,
      nextEpoch: 0,
      nextVideo: 0,
      nextAudio: 0,
      viewers: 0,
      at: 0,
    };
    const toOrigin = CHANNELS[3];
    expect(faultOf(() => toOrigin.parse(JSON.stringify(welcome)))).toBe("bad-value");
    expect(toOrigin.parse(JSON.stringify({ ...welcome, resume: "a-b_C.9" }))).toMatchObject({ resume: "a-b_C.9" });
  });
});

it.each([
  "SECRET",
  '{"type":"SECRET"}',
  '{"type":"clipboard","text":["SECRET"]}',
  '{"type":"hello","protocol":1,"client":"x","videoCodecs":["SECRET"]}',
  '{"type":"hello","protocol":"SECRET","client":"x","videoCodecs":[]}',
])("C-2 a fault never repeats what was sent: %s", (text) => {
  const fault = thrownBy(() => viewerChannel.parse(text));
  expect(fault).toBeDefined();
  expect(`${fault?.message} ${fault?.stack} ${JSON.stringify(fault)}`).not.toContain("SECRET");
  expect(fault?.cause).toBeUndefined();
});
