import {
  type Ages,
  type Allowance,
  type AudioFormat,
  createAges,
  type DeviceDescription,
  type DisplayGeometry,
  type HardwareKind,
  type Right,
} from "#protocol";
import { createKeyframeDemand, type KeyframeDemand } from "./keyframe-demand.ts";
import type { Loan } from "./loan.ts";
import { createPictureCache, type PictureCache } from "./picture-cache.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { SeatRate } from "./seat-rate.ts";
import type { SeatWindow } from "./seat-window.ts";
import { createSentFrames, type SentFrames } from "./sent-frames.ts";
import { createTarget, type Target } from "./target.ts";

/** Names a socket for good: a late close of a replaced one carries an old number and changes nothing (S-2). */
export type Connection = number;

/** Where a seat stands. Times are Unix milliseconds. */
export type Presence =
  /** No socket; the seat is kept until then. */
  | { readonly phase: "absent"; readonly until: number }
  /** A socket that has not said hello; it has until then. */
  | { readonly phase: "greeting"; readonly connection: Connection; readonly until: number }
  | WatchingPresence;

export interface WatchingPresence {
  readonly phase: "watching";
  readonly connection: Connection;
  /** `flowing`: every video frame follows the one before. `waiting`: nothing until it can start at a keyframe. */
  video: "flowing" | "waiting";
  readonly window: SeatWindow;
  readonly rate: SeatRate;
  /** It takes far less than the others: they are not slowed for it, and it is skipped to keyframes. */
  thinned: boolean;
  /** When its video last began to flow, Unix milliseconds. */
  startedAt: number;
  /** When it is to be brought back, if no acknowledgement gives occasion to before. */
  retryAt: number | undefined;
  readonly inputRate: RateLimit;
  readonly controlRate: RateLimit;
  /** Of lent hardware: places, movements, pictures and sound. */
  readonly sampleRate: RateLimit;
  readonly grantRate: RateLimit;
}

/** A mirror as a receiver of frames. */
export interface Mirror extends Seat {
  readonly mirror: undefined;
  presence: WatchingPresence;
  /** What its seats can take, bytes a millisecond; undefined while they have no limit. */
  limit: number | undefined;
}

/** For how long a seat is good, seconds; undefined is without limit. */
export interface TimeLimits {
  /** Without anybody steering. */
  readonly idleSeconds?: number;
  /** Since it was given out. */
  readonly lengthSeconds?: number;
}

/** What a seat may do, how much of it, and for how long: decided outside, and said anew whenever that changes. */
export interface SeatTerms {
  readonly rights: readonly Right[];
  readonly allowance: Allowance;
  readonly times: TimeLimits;
}

export interface Seat extends SeatTerms {
  readonly id: string;
  /** The mirror that serves it, or is to: it gets its frames there. Undefined for a seat that has its socket here. */
  readonly mirror: string | undefined;
  presence: Presence;
  /** When it was given out, Unix milliseconds. */
  readonly since: number;
  /** The end that its page was warned of, Unix milliseconds. */
  warnedOf: number | undefined;
  /** When whoever steers was last asked for the lease; Unix milliseconds. */
  askedAt: number | undefined;
  /** When texts last went each way, as far as that is limited; Unix milliseconds. */
  readonly transfers: { toDevice: number[]; fromDevice: number[] };
}

/** Nothing but its rights limits it, and no clock. */
export const NO_LIMITS = { allowance: {}, times: {} } as const;

export function createSeat(
  { id, mirror, presence }: Pick<Seat, "id" | "mirror" | "presence">,
  { rights, allowance, times }: SeatTerms,
  since: number,
): Seat {
  const transfers = { toDevice: [], fromDevice: [] };
  return { id, rights, mirror, presence, allowance, times, since, warnedOf: undefined, askedAt: undefined, transfers };
}

export type Origin =
  /** No agent; the session waits for it until then. */
  | { readonly phase: "away"; readonly until: number }
  | { readonly phase: "greeting"; readonly connection: Connection; readonly until: number }
  | { readonly phase: "online"; readonly connection: Connection };

/** How far the streams have come; undefined before the first frame that this object saw since it woke. */
export interface Cursors {
  video: number | undefined;
  audio: number | undefined;
  /** How far they had come when that was last remembered: the real numbers may be ahead. */
  readonly remembered: { readonly video: number; readonly audio: number };
  /** Every video frame since the last keyframe has arrived. */
  decodable: boolean;
  /** When the last video frame came, Unix milliseconds. */
  videoAt: number | undefined;
  /** When the origin was last told how far its frames came, Unix milliseconds. */
  acknowledgedAt: number;
  /** Bytes of video that came since. */
  unacknowledgedBytes: number;
}

/** The right to steer. The number rises with every new holder; 0 before the first. */
export interface Lease {
  number: number;
  holder: string | undefined;
  /** When the holder last steered, Unix milliseconds. */
  usedAt: number;
  /** The last input of this lease that the device applied. */
  applied: number;
}

/** One session, as the rules see it. Rules edit it in place. */
export interface RelayState {
  readonly session: string;
  readonly device: DeviceDescription;
  readonly seats: Map<string, Seat>;
  /** The mirrors that are attached: each gets every frame once, like a seat with a window of its own (G-4). */
  readonly mirrors: Map<string, Mirror>;
  origin: Origin;
  display: DisplayGeometry | undefined;
  audio: AudioFormat | undefined;
  cursors: Cursors;
  readonly sent: SentFrames;
  readonly cache: PictureCache;
  readonly keyframes: KeyframeDemand;
  /** Of the newest video frames, as they came here (K-2). */
  readonly ages: Ages;
  readonly target: Target;
  readonly lease: Lease;
  /** What the device wants to borrow of whoever steers. */
  readonly hardware: Map<HardwareKind, Loan>;
  /** When somebody last steered, or came; Unix milliseconds. */
  steeredAt: number;
  /** What of that was last remembered. */
  steeredKept: number;
  /** Without a seat the session ends then, Unix milliseconds; undefined while it has seats. */
  emptyUntil: number | undefined;
}

/** Video frames that a word about their age is made from: a few seconds of 30 to 60 a second. */
const AGES_KEPT = 128;

/** How long a session waits for its agent, new or gone. */
export const AGENT_GRACE_MS = 60_000;
/** How long a session without any seat is kept. */
export const EMPTY_GRACE_MS = 60_000;

export function createRelay(session: string, device: DeviceDescription, at: number): RelayState {
  return {
    session,
    device,
    seats: new Map(),
    mirrors: new Map(),
    origin: { phase: "away", until: at + AGENT_GRACE_MS },
    display: undefined,
    audio: undefined,
    cursors: createCursors({ video: 0, audio: 0 }),
    sent: createSentFrames(),
    cache: createPictureCache(),
    keyframes: createKeyframeDemand(),
    ages: createAges(AGES_KEPT),
    target: createTarget(),
    lease: { number: 0, holder: undefined, usedAt: 0, applied: 0 },
    hardware: new Map(),
    steeredAt: at,
    steeredKept: at,
    emptyUntil: at + EMPTY_GRACE_MS,
  };
}

export function createCursors(remembered: Cursors["remembered"]): Cursors {
  return {
    video: undefined,
    audio: undefined,
    remembered,
    decodable: false,
    videoAt: undefined,
    acknowledgedAt: 0,
    unacknowledgedBytes: 0,
  };
}

/** The seats that watch now, in the order they came. */
export function watchingSeats(state: RelayState): number {
  let count = 0;
  for (const seat of state.seats.values()) if (seat.presence.phase === "watching") count += 1;
  return count;
}
