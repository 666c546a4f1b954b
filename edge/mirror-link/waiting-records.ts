import type { LinkRecord } from "./record.ts";

/** More than any burst of control messages of 50 seats; past it a seat's words are a flood. */
export const MAX_WAITING_RECORDS = 1_000;
/** Some of the longest messages, each of which may have 192 KiB in memory. */
export const MAX_WAITING_BYTES = 1024 * 1024;
/** The record's names and numbers, and its place in the list. */
const OVERHEAD_BYTES = 128;
/** A UTF-16 code unit. */
const BYTES_PER_UNIT = 2;

/** What is said while there is no link, in order and within bounds of number and memory. */
export class WaitingRecords<Record extends LinkRecord> {
  #records: Record[] = [];
  #bytes = 0;

  get size(): number {
    return this.#records.length;
  }

  /** False when there is no room: the record is lost, as on a link that was cut. */
  add(record: Record): boolean {
    const bytes = bytesOf(record);
    if (this.#records.length >= MAX_WAITING_RECORDS || this.#bytes + bytes > MAX_WAITING_BYTES) return false;
    this.#records.push(record);
    this.#bytes += bytes;
    return true;
  }

  all(): readonly Record[] {
    return this.#records;
  }

  clear(): void {
    this.#records = [];
    this.#bytes = 0;
  }
}

function bytesOf(record: LinkRecord): number {
  if ("text" in record) return OVERHEAD_BYTES + record.text.length * BYTES_PER_UNIT;
  return OVERHEAD_BYTES + ("message" in record ? record.message.byteLength : 0);
}
