import { expect, test } from "vitest";
import { h264Configuration } from "../../../../web-client/sdk/video/h264-configuration.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

test.each([
  ["High 3.1 behind a 4-byte start code", "00000001 67 64001f acd940b4 00000001 68 ebe3cb22c0", "avc1.64001F"],
  ["constrained Baseline 3.0 behind a 3-byte start code", "000001 67 42c01e d9", "avc1.42C01E"],
  ["Main 4.0 after an access unit delimiter", "00000001 09 f0 00000001 67 4d4028 95", "avc1.4D4028"],
  ["an SPS with another importance", "00000001 27 640028 ac", "avc1.640028"],
])("the codec string of %s", (_, hex, codec) => {
  expect(h264Configuration(bytes(hex))?.codec).toBe(codec);
});

test.each([
  ["a slice alone", "00000001 41 9a 24 6c 41 4f fe"],
  ["a start code at the very end", "00000001 67"],
  ["nothing", ""],
])("%s has none", (_, hex) => {
  expect(h264Configuration(bytes(hex))).toBeUndefined();
});

test("T-2 the whole SPS tells streams of one codec string apart, up to the next start code of any length", () => {
  const sps = (hex: string) => h264Configuration(bytes(hex))?.sps;
  expect(sps("00000001 67 64001f acd940b4 00000001 68 ebe3cb22c0")).toBe("6764001FACD940B4");
  expect(sps("000001 67 64001f acd940b5 000001 68 ebe3cb22c0")).toBe("6764001FACD940B5");
  expect(sps("000001 67 64001f ac")).toBe("6764001FAC");
});
