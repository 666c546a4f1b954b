import {
  type CameraCodec,
  type FrameHeader,
  type HardwareWant,
  ProtocolFault,
  sequenceDistance,
  unreachable,
} from "#protocol";
import { bytesPerSecond, LENDING_LIMITS, sampleIntervalMs } from "./lending-limits.ts";
import { createRateLimit, type RateLimit, takeTokens } from "./rate-limit.ts";

/** What a device wants to borrow of one kind, and how that stands. Times are Unix milliseconds. */
export interface Loan {
  readonly purpose: string;
  /** As much of it as anybody is asked for. */
  readonly wish: HardwareWant;
  /** As much of it as is granted at most by the seat that was asked. */
  want: HardwareWant;
  standing: Standing;
}

export type Standing =
  /** Nobody steers who could be asked. */
  | { readonly phase: "unasked" }
  | { readonly phase: "asked"; readonly seat: string }
  /** The person said no, or ended it: granted if they think better of it, and asked again only if the device does. */
  | { readonly phase: "refused"; readonly seat: string; readonly at: number }
  | Lent;

interface Lent {
  readonly phase: "lent";
  readonly seat: string;
  readonly codec: CameraCodec | undefined;
  readonly until: number;
  /** When the next sample is due; earlier by no more than a second's worth. */
  dueAt: number;
  readonly bytes: RateLimit;
  /** The last frame's; undefined before the first that this object saw since it woke. */
  sequence: number | undefined;
  /** Every frame since the last keyframe was passed on. */
  decodable: boolean;
}

/** What a network held up comes at once. */
const BURST_MS = 1_000;

export function lend(
  seat: string,
  want: HardwareWant,
  codec: CameraCodec | undefined,
  until: number,
  at: number,
): Lent {
  const bytes = createRateLimit(bytesPerSecond(want.kind, LENDING_LIMITS), at);
  return { phase: "lent", seat, codec, until, dueAt: at, bytes, sequence: undefined, decodable: false };
}

export function seatOf({ standing }: Loan): string | undefined {
  return standing.phase === "unasked" ? undefined : standing.seat;
}

type LentLoan = Loan & { readonly standing: Lent };

export function isLentBy(loan: Loan, seat: string): loan is LentLoan {
  return loan.standing.phase === "lent" && loan.standing.seat === seat;
}

/** At the granted rate, with a second's worth at once, or one. */
export function isDue(lent: Lent, want: HardwareWant, at: number, interval = sampleIntervalMs(want)): boolean {
  if (at < lent.dueAt - Math.max(BURST_MS, interval)) return false;
  lent.dueAt = Math.max(at, lent.dueAt) + interval;
  return true;
}

/** No two closer than this: of what is counted by the minute. */
export function isDueExactly(lent: Lent, at: number, interval: number): boolean {
  if (at < lent.dueAt) return false;
  lent.dueAt = at + interval;
  return true;
}

/**
 * Whether a frame is within what was granted; one that is not breaks what follows, up to the next keyframe.
 * @throws ProtocolFault bad-value when its sequence does not rise
 */
export function isWanted({ standing, want }: LentLoan, header: FrameHeader, bytes: number, at: number): boolean {
  const step = standing.sequence === undefined ? undefined : sequenceDistance(header.sequence, standing.sequence);
  if (step !== undefined && step <= 0) throw new ProtocolFault("bad-value", "a lent frame's sequence must rise");
  standing.sequence = header.sequence;
  const follows = header.kind === "microphone" || header.keyframe || (standing.decodable && step === 1);
  standing.decodable =
    follows &&
    isDue(standing, want, at) &&
    takeTokens(standing.bytes, bytes, bytesPerSecond(want.kind, LENDING_LIMITS), at);
  return standing.decodable;
}

/** What must be known of a loan after sleep: plain data. */
export interface LoanMemory {
  readonly purpose: string;
  readonly want: HardwareWant;
  /** Left out where the seat may lend all of it. */
  readonly wish?: HardwareWant;
  readonly phase: Standing["phase"];
  readonly seat?: string;
  readonly codec?: CameraCodec;
  /** Of one that is refused, since when. */
  readonly at?: number;
  readonly until?: number;
  /** Of one that is lent: when the next sample is due. */
  readonly dueAt?: number;
}

export function rememberLoan({ purpose, want, wish, standing }: Loan): LoanMemory {
  const wished = JSON.stringify(wish) === JSON.stringify(want) ? {} : { wish };
  return { purpose, want, ...wished, ...standingMemory(standing) };
}

function standingMemory(standing: Standing): Omit<LoanMemory, "purpose" | "want" | "wish"> {
  switch (standing.phase) {
    case "unasked":
    case "asked":
    case "refused":
      return standing;
    case "lent": {
      const { phase, seat, codec, until, dueAt } = standing;
      return { phase, seat, until, dueAt, ...(codec === undefined ? {} : { codec }) };
    }
    default:
      return unreachable(standing);
  }
}

/** How far a camera's frames had come is not known after sleep: they go on at the next keyframe. */
export function restoreLoan(memory: LoanMemory, at: number): Loan {
  const { purpose, want, wish = want, phase, seat, at: since, codec, until, dueAt = at } = memory;
  return { purpose, wish, want, standing: seat === undefined ? { phase: "unasked" } : restored(seat) };

  function restored(seat: string): Standing {
    switch (phase) {
      case "unasked":
        return { phase };
      case "asked":
        return { phase, seat };
      case "refused":
        return { phase, seat, at: since ?? at };
      case "lent":
        return { ...lend(seat, want, codec, until ?? at, at), dueAt };
      default:
        return unreachable(phase);
    }
  }
}
