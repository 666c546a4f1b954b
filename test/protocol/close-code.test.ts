import { describe, expect, it } from "vitest";
import { CLOSE, closeName, MAX_CLOSE_REASON_BYTES } from "#protocol";

const ENTRIES = Object.entries(CLOSE);

describe.each(ENTRIES)("%s", (name, { code, words }) => {
  it("C-1 its code is one that applications may send, and leads back to its name alone", () => {
    expect(code).toBeGreaterThanOrEqual(4000);
    expect(code).toBeLessThanOrEqual(4999);
    expect(closeName(code)).toBe(name);
    expect(ENTRIES.filter(([, other]) => other.code === code)).toHaveLength(1);
  });

  it("C-1 its words fit a close frame and are a sentence", () => {
    expect(new TextEncoder().encode(words).byteLength).toBeLessThanOrEqual(MAX_CLOSE_REASON_BYTES);
    expect(words).toMatch(/^[A-Z].*\.$/);
  });
});

it.each([1000, 1001, 1005, 1006, 1009, 1012, 1015, 3000, 4999])("C-1 %d is the network's, not ours", (code) => {
  expect(closeName(code)).toBeUndefined();
});
