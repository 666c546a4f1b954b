/** So often a browser is given another secret. */
const TURN_MS = 15 * 60_000;
/** Requests that were on their way with the secret before are let through for so long. */
const GRACE_MS = 60_000;
/** Whoever does nothing for so long is signed out. */
const IDLE_MS = 2 * 60 * 60_000;
/** Whoever does much is signed out after a working day. */
export const SIGNIN_LIFE_MS = 12 * 60 * 60_000;

/** Which of a sign-in's secrets is shown. The next is one that was given, and was not shown yet. */
export type Shown = "current" | "next" | "old" | "none";

export interface Turning {
  /** When the last secret was given. */
  readonly turned: number;
  readonly hasNext: boolean;
  /** Until when the secret before counts. */
  readonly oldUntil: number;
  readonly seen: number;
  readonly expires: number;
}

/**
 * What becomes of a sign-in whose cookie is shown. `turn` gives another secret; `advance` lets go of the one before, since the
 * browser has the next; `end` also when a secret comes long after it was replaced: of two that show one cookie, one has stolen it.
 */
export type Verdict = "keep" | "turn" | "advance" | "unknown" | "over" | "stolen";

export function judgeShown(shown: Shown, { turned, hasNext, oldUntil, seen, expires }: Turning, at: number): Verdict {
  if (shown === "none") return "unknown";
  if (expires <= at || seen + IDLE_MS <= at) return "over";
  switch (shown) {
    case "next":
      return "advance";
    case "old":
      return oldUntil > at ? "keep" : "stolen";
    case "current":
      // An answer with the next one may be lost; requests that go out together must not be given one each.
      return at - turned >= (hasNext ? GRACE_MS : TURN_MS) ? "turn" : "keep";
  }
}

export function oldUntil(at: number): number {
  return at + GRACE_MS;
}
