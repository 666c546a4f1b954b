import { problem } from "./problem.ts";

/** A mistake of ours: the log gets its stack, the caller gets none. No error of ours carries a secret. */
export function reportBug(error: Error): Response {
  // biome-ignore lint/suspicious/noConsole: the platform's log is where bugs are loud
  console.error(error.stack ?? error.message);
  return problem("internal");
}
