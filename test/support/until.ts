import { setTimeout as pause } from "node:timers/promises";

/** Wait for a condition, looking often, with a deadline. @throws Error that names what did not come */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  deadlineMs = 10_000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`did not come within ${deadlineMs} ms: ${what}`);
    await pause(10);
  }
}
