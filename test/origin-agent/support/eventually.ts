const POLL_MS = 5;
const DEADLINE_MS = 10_000;

/** Wait until something is there, and return it. Fails with the words when it takes longer than the limit. */
export async function eventually<Found>(
  what: string,
  look: () => Found | undefined | false,
  limitMs = DEADLINE_MS,
): Promise<Found> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
