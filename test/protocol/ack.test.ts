import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { ack, readAck } from "../../edge/protocol/control/ack.ts";
import { Random, seeds } from "../support/random.ts";

const ROUNDS = 20_000;
const FIELDS = ["video", "audio", "receivedAt", "queued", "decodedAt", "paintedAt"] as const;
/** As they stand in a text. */
const VALUES = [
  ...["0", "-0", "1", "812", "4294967295", "4294967296", "9007199254740991", "9007199254740992", "1e3", "1e400"],
  ...["-1", "0.5", "1.0", "null", "true", '""', '"1"', "[]", "[1]", "{}", '{"valueOf":1}'],
] as const;

/** Both ways to read one text come to the same. */
function expectSame(text: string): void {
  const value: object = JSON.parse(text);
  const bySchema = z.safeParse(ack, value);
  const quickly = readAck(value);
  if (!bySchema.success) expect(quickly, text).toBeUndefined();
  else expect(quickly, text).toEqual({ ...bySchema.data, type: "ack" });
}

describe("an acknowledgement read without its schema", () => {
  it.each(FIELDS)("M-3 comes to the same as with it, whatever stands in %s", (field) => {
    for (const value of VALUES) {
      expectSame(`{"type":"ack","queued":1,"${field}":${value}}`);
      expectSame(`{"type":"ack","${field}":${value}}`);
    }
  });

  it("M-3 leaves out what nobody knows, and takes nothing from where it does not stand", () => {
    expect(readAck(JSON.parse('{"type":"ack","queued":1,"new":2}'))).toEqual({ type: "ack", queued: 1 });
    expect(readAck(JSON.parse('{"type":"ack","__proto__":{"queued":1}}'))).toBeUndefined();
  });

  it.each(seeds())("M-3 NEARGLASS_SEED=%d: so it is for any fields in any order", (seed) => {
    const random = new Random(seed);
    let taken = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const count = random.int(0, 7);
      const said = Array.from({ length: count }, () => {
        const value = random.chance(0.8) ? String(random.int(0, 5_000)) : random.pick(VALUES);
        return `"${random.pick([...FIELDS, "new", "__proto__"])}":${value}`;
      });
      const text = `{${['"type":"ack"', ...(random.chance(0.7) ? ['"queued":0'] : []), ...said].join(",")}}`;
      expectSame(text);
      if (readAck(JSON.parse(text)) !== undefined) taken += 1;
    }
    expect(taken).toBeGreaterThan(ROUNDS / 10);
  });
});
