import { expect, it } from "vitest";
import { sum, wordsFor } from "../../../tools/gate/tally.ts";
import { failuresOf, tallyOf } from "../../../tools/gate/vitest-report.ts";

function report(...files: readonly { readonly status: string; readonly tests: readonly string[] }[]): string {
  return JSON.stringify({
    testResults: files.map(({ status, tests }) => ({
      status,
      assertionResults: tests.map((test) => ({ status: test })),
    })),
  });
}

it("tests are counted one by one, over all files", () => {
  const text = report(
    { status: "passed", tests: ["passed", "passed"] },
    { status: "failed", tests: ["passed", "failed"] },
  );
  expect(tallyOf(text, 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
});

it("what did not run is neither passed nor failed", () => {
  const text = report({ status: "passed", tests: ["passed", "skipped", "pending", "todo"] });
  expect(tallyOf(text, 0)).toEqual({ passed: 1, failed: 0, skipped: 3 });
});

it("a file that could not be loaded is a failed check", () => {
  const text = report({ status: "passed", tests: ["passed"] }, { status: "failed", tests: [] });
  expect(tallyOf(text, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

it("a run that ended badly has failed although every test passed", () => {
  const text = report({ status: "passed", tests: ["passed"] });
  expect(tallyOf(text, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(tallyOf(text, undefined)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

it.each([report(), report({ status: "passed", tests: [] }), report({ status: "passed", tests: ["skipped"] })])(
  "a run of no test at all has failed: %s",
  (text) => {
    expect(tallyOf(text, 0).failed).toBe(1);
  },
);

it.each([undefined, "", "{", "null", '{"testResults":7}'])("a run without a report has failed: %s", (text) => {
  expect(tallyOf(text, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

it("what failed is named, with the first line of why", () => {
  const text = JSON.stringify({
    testResults: [
      {
        name: "a.test.ts",
        status: "failed",
        assertionResults: [
          { status: "passed", fullName: "fine", failureMessages: [] },
          { status: "failed", fullName: "a sum", failureMessages: ["expected 1 to be 2\n  at a.test.ts:3"] },
        ],
      },
      { name: "b.test.ts", status: "failed", assertionResults: [] },
      { name: "c.test.ts", status: "passed", assertionResults: [{ status: "passed" }] },
    ],
  });
  expect(failuresOf(text)).toEqual(["a.test.ts: a sum: expected 1 to be 2", "b.test.ts as a whole"]);
  expect(failuresOf(undefined)).toEqual([]);
});

it("the last line says how many passed and failed, and how many were skipped if any were", () => {
  expect(wordsFor(sum([]))).toBe("0 passed, 0 failed");
  const parts = [
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 2, failed: 1, skipped: 4 },
  ];
  expect(wordsFor(sum(parts))).toBe("3 passed, 1 failed, 4 skipped");
});
