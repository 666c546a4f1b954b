/** An expected end, in words for the person at the terminal: printed as one line, without a stack. */
export class Failure extends Error {
  override readonly name = "Failure";
}

/** What went wrong, in one line. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown";
}
