import * as z from "zod/mini";
import { FAILED, sum, type Tally } from "./tally.ts";

/** What is read of the report that vitest's `json` reporter writes. */
const report = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      name: z.optional(z.string()),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.optional(z.string()),
          failureMessages: z.optional(z.nullable(z.array(z.string()))),
        }),
      ),
    }),
  ),
});

/**
 * What a run of vitest comes to. A file that could not be loaded is a failed check, as is a run that ended badly
 * although every test passed (an error outside of the tests), left no report, or ran nothing.
 */
export function tallyOf(text: string | undefined, exitCode: number | undefined): Tally {
  const parsed = z.safeParse(report, parseJson(text));
  if (!parsed.success) return FAILED;
  const tally = sum(parsed.data.testResults.map(tallyOfFile));
  const ranNothing = tally.passed + tally.failed === 0;
  return ranNothing || (exitCode !== 0 && tally.failed === 0) ? sum([tally, FAILED]) : tally;
}

/** Each test that failed, with the first line of why, and each file that could not be loaded. */
export function failuresOf(text: string | undefined): readonly string[] {
  const parsed = z.safeParse(report, parseJson(text));
  if (!parsed.success) return [];
  return parsed.data.testResults.flatMap(({ status, name = "a file", assertionResults }) => {
    const failed = assertionResults.filter((result) => result.status === "failed");
    if (failed.length === 0) return status === "failed" ? [`${name} as a whole`] : [];
    return failed.map(({ fullName, failureMessages }) => {
      const why = failureMessages?.[0]?.split("\n")[0] ?? "no reason given";
      return `${name}: ${fullName ?? "a test"}: ${why}`;
    });
  });
}

function tallyOfFile(file: z.infer<typeof report>["testResults"][number]): Tally {
  const count = (status: string) => file.assertionResults.filter((result) => result.status === status).length;
  const passed = count("passed");
  const failed = count("failed");
  const skipped = file.assertionResults.length - passed - failed;
  return { passed, failed: failed === 0 && file.status === "failed" ? 1 : failed, skipped };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
