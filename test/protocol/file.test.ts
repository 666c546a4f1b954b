import { describe, expect, it } from "vitest";
import {
  FILE_REFUSALS,
  type FileAnswer,
  isFileName,
  MAX_FILE_BYTES,
  MAX_FILE_CHUNK_BYTES,
  MAX_FOLDER_FILES,
  readFileAnswer,
  readFileWant,
} from "#protocol";
import { faultOf, thrownBy } from "../support/fault.ts";
import { Random, seeds } from "../support/random.ts";

const TRANSFER = "0f8fad5b-d9cb-469f-a165-70867728950e";
const PUT = { do: "put", transfer: TRANSFER, name: "a.txt", size: 10, as: "file", offset: 0, length: 10 };
const GET = { do: "get", transfer: TRANSFER, name: "a.txt", version: "1-10", offset: 0, length: 10 };

describe("a file's name", () => {
  it.each([
    "a",
    ".bashrc",
    "..a",
    "...",
    "-rf",
    " ",
    'it\'s "quoted" `id` $(reboot) ; & | < > * ? ~ # %',
    "two\nlines\r\t",
    "聊天 👋🏽",
    "a".repeat(255),
    "ä".repeat(127),
  ])("U-2 is any text: %j", (name) => {
    expect(isFileName(name)).toBe(true);
    expect(readFileWant({ ...PUT, name })).toEqual({ ...PUT, name });
  });

  it.each([
    "",
    ".",
    "..",
    "/",
    "a/b",
    "../a",
    "/sdcard/a",
    "a\\b",
    "nul\0",
    "a".repeat(256),
    "ä".repeat(128),
    "half \ud83d",
  ])("U-2 is no way to say a folder, has no NUL, and 255 bytes at most: %j is none", (name) => {
    expect(isFileName(name)).toBe(false);
    expect(faultOf(() => readFileWant({ ...PUT, name }))).toBe("bad-value");
    expect(faultOf(() => readFileWant({ ...GET, name }))).toBe("bad-value");
  });
});

describe("a request about files", () => {
  it.each([PUT, GET, { do: "list" }, { do: "cancel", transfer: TRANSFER }])("U-4 is one of four: %j", (want) => {
    expect(readFileWant({ ...want, extra: 1 })).toEqual(want);
  });

  it.each([
    null,
    [],
    {},
    { do: "remove", transfer: TRANSFER },
    { do: "cancel" },
    { do: "cancel", transfer: "short" },
    { do: "cancel", transfer: "../../etc/passwd/etc" },
    { ...PUT, as: "folder" },
    { ...PUT, size: MAX_FILE_BYTES + 1 },
    { ...PUT, size: -1 },
    { ...PUT, length: 11 },
    { ...PUT, offset: 5, length: 6 },
    { ...PUT, size: MAX_FILE_BYTES, length: MAX_FILE_CHUNK_BYTES + 1 },
    { ...PUT, offset: 0.5 },
    { ...GET, length: 0 },
    { ...GET, length: MAX_FILE_CHUNK_BYTES + 1 },
    { ...GET, version: "v".repeat(65) },
  ])("U-3 is within its bounds, or a fault: %j", (want) => {
    expect(faultOf(() => readFileWant(want))).toBe("bad-value");
  });
});

const ANSWERS: readonly (readonly [FileAnswer, string])[] = [
  [
    { type: "list", files: [{ name: "Report.pdf", size: 300_000, version: "1764000000-300000" }] },
    '{"type":"list","files":[{"name":"Report.pdf","size":300000,"version":"1764000000-300000"}]}',
  ],
  [
    { type: "put", received: 196_608, done: false, name: "Report.pdf" },
    '{"type":"put","received":196608,"done":false,"name":"Report.pdf"}',
  ],
  [{ type: "cancelled" }, '{"type":"cancelled"}'],
  [
    { type: "refused", reason: "app-refused", words: "INSTALL_FAILED_INVALID_APK" },
    '{"type":"refused","reason":"app-refused","words":"INSTALL_FAILED_INVALID_APK"}',
  ],
  ...FILE_REFUSALS.map((reason) => [{ type: "refused", reason }, `{"type":"refused","reason":"${reason}"}`] as const),
];

describe("an agent's answer about files", () => {
  it.each(ANSWERS)("U-5 is this very text: %j", (answer, text) => {
    expect(JSON.stringify(answer)).toBe(text);
    expect(readFileAnswer(text)).toEqual(answer);
  });

  it.each([
    ["", "bad-json"],
    ['{"type":"put","received":1', "bad-json"],
    ["garbage", "bad-json"],
    ["null", "bad-value"],
    ['{"type":"bytes"}', "bad-value"],
    ['{"type":"put","received":-1,"done":false,"name":"a"}', "bad-value"],
    ['{"type":"put","received":1,"done":false,"name":"../a"}', "bad-value"],
    ['{"type":"list","files":[{"name":"a/b","size":1,"version":""}]}', "bad-value"],
    ['{"type":"refused","reason":"because"}', "bad-value"],
    [`{"type":"refused","reason":"app-refused","words":"${"w".repeat(65)}"}`, "bad-value"],
    [" ".repeat(MAX_FILE_CHUNK_BYTES + 1), "oversized"],
  ] as const)("U-5 is a fault when it is none: %#", (text, code) => {
    const fault = thrownBy(() => readFileAnswer(text));
    expect(fault?.code).toBe(code);
    expect(fault?.message).not.toContain("garbage");
  });

  it("U-3 lists so many files that the longest of it is within its limit", () => {
    const file = { name: "\u0001".repeat(255), size: Number.MAX_SAFE_INTEGER, version: "\u0001".repeat(64) };
    const text = (count: number) => JSON.stringify({ type: "list", files: Array(count).fill(file) });
    expect(text(MAX_FOLDER_FILES).length).toBeLessThan(MAX_FILE_CHUNK_BYTES);
    expect(readFileAnswer(text(MAX_FOLDER_FILES)).type).toBe("list");
    expect(faultOf(() => readFileAnswer(text(MAX_FOLDER_FILES + 1)))).toBeDefined();
  });

  it.each(seeds(6))("U-5 cut anywhere or with a byte turned it is an answer or a fault, seed %i", (seed) => {
    const random = new Random(seed);
    for (let round = 0; round < 300; round += 1) {
      const [, text] = random.pick(ANSWERS);
      const at = random.int(0, text.length - 1);
      const turned = text.slice(0, at) + String.fromCharCode(random.int(0, 0xffff)) + text.slice(at + 1);
      for (const broken of [text.slice(0, at), turned]) thrownBy(() => readFileAnswer(broken));
    }
  });
});
