import { describe, expect, it } from "vitest";
import { concernsNewest, createInputOrder, judgeInput } from "../../../origin-agent/session/input-order.ts";

function judgeAll(inputs: readonly (readonly [lease: number, sequence: number])[]) {
  const order = createInputOrder();
  return { verdicts: inputs.map(([lease, sequence]) => judgeInput(order, lease, sequence)), order };
}

describe("input order", () => {
  it("I-5 every input of a lease is applied once, also when all of it comes again", () => {
    const inputs = [1, 2, 3].map((sequence) => [1, sequence] as const);
    const { verdicts, order } = judgeAll([...inputs, ...inputs, [1, 4]]);
    expect(verdicts).toEqual(["apply", "apply", "apply", "repeat", "repeat", "repeat", "apply"]);
    expect(order).toEqual({ lease: 1, applied: 4 });
  });

  it("I-5 a gap is moves that were dropped: what comes after is applied", () => {
    expect(
      judgeAll([
        [1, 1],
        [1, 5],
        [1, 3],
      ]).verdicts,
    ).toEqual(["apply", "apply", "repeat"]);
  });

  it("I-5 a new lease counts anew, and lifts what the last one held down", () => {
    const { verdicts, order } = judgeAll([
      [1, 7],
      [2, 1],
      [2, 2],
    ]);
    expect(verdicts).toEqual(["apply", "lift-and-apply", "apply"]);
    expect(order).toEqual({ lease: 2, applied: 2 });
  });

  it("L-1 an older lease is over, whatever it still says", () => {
    const { verdicts, order } = judgeAll([
      [3, 1],
      [2, 9],
      [2, 10],
    ]);
    expect(verdicts).toEqual(["apply", "stale", "stale"]);
    expect(order).toEqual({ lease: 3, applied: 1 });
  });

  it("I-5 a new agent begins where the holder is: the first number that it hears counts, and no older one", () => {
    const { verdicts, order } = judgeAll([
      [4, 118],
      [4, 117],
      [4, 119],
      [3, 500],
    ]);
    expect(verdicts).toEqual(["apply", "repeat", "apply", "stale"]);
    expect(order).toEqual({ lease: 4, applied: 119 });
  });

  it("I-5 sequences and leases go on over their 32 bits", () => {
    const { verdicts } = judgeAll([
      [0xffff_ffff, 0xffff_fffe],
      [0xffff_ffff, 0xffff_ffff],
      [0xffff_ffff, 0],
      [0, 1],
    ]);
    expect(verdicts).toEqual(["apply", "apply", "apply", "lift-and-apply"]);
  });

  it("L-4 the loss of a holder concerns the newest lease and no older one", () => {
    const order = createInputOrder();
    expect(concernsNewest(order, 1)).toBe(true);
    judgeInput(order, 2, 1);
    expect([1, 2, 3].map((lease) => concernsNewest(order, lease))).toEqual([false, true, true]);
  });
});
