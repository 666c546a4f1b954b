import { describe, expect, it } from "vitest";
import type { UpRecord } from "../../edge/mirror-link/record.ts";
import { MAX_WAITING_BYTES, MAX_WAITING_RECORDS, WaitingRecords } from "../../edge/mirror-link/waiting-records.ts";

function said(text: string): UpRecord {
  return { kind: "said", seat: "b", connection: 1, text };
}

describe("G-5 what waits for a link", () => {
  it("keeps its order, and says what found no room among so many", () => {
    const waiting = new WaitingRecords<UpRecord>();
    for (let record = 0; record < MAX_WAITING_RECORDS; record += 1) expect(waiting.add(said(`${record}`))).toBe(true);
    expect(waiting.add(said("late"))).toBe(false);
    expect(waiting.all()[0]).toEqual(said("0"));
    expect(waiting.all().at(-1)).toEqual(said("999"));
    waiting.clear();
    expect(waiting.size).toBe(0);
    expect(waiting.add(said("late"))).toBe(true);
  });

  it.each([
    ["text", said("x".repeat(64 * 1024))],
    ["input", { kind: "input", seat: "b", connection: 1, message: new ArrayBuffer(128 * 1024) } as const],
  ])("takes no more memory than its bound, of %s", (_name, record) => {
    const waiting = new WaitingRecords<UpRecord>();
    const fits = Math.floor(MAX_WAITING_BYTES / (128 * 1024)) - 1;
    for (let count = 0; count < fits; count += 1) expect(waiting.add(record)).toBe(true);
    expect(waiting.add(record)).toBe(false);
    // Something small still fits.
    expect(waiting.add(said(""))).toBe(true);
    waiting.clear();
    expect(waiting.add(record)).toBe(true);
  });
});
