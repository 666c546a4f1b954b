/** When the next picture is to be made. All times are milliseconds on one clock. */
export interface Pace {
  /** The screen looks different from the last picture. */
  readonly changed: boolean;
  readonly keyframeWanted: boolean;
  /** When the last picture was drawn; undefined before the first. */
  readonly lastAt: number | undefined;
  /** Upper bound of pictures per second. */
  readonly maxRate: number;
  /** Pictures per second that the screen asks for by itself. */
  readonly animationRate: number;
  /** When the last picture of the animation was due, by its even beat. */
  readonly beatAt: number;
  /** When the picture came to rest; undefined when it moves, or is as sharp as it gets. */
  readonly restingSince: number | undefined;
}

/**
 * A picture that had to be coded within the rate of a moving screen is coarse. Once it stands still it is coded again
 * at this pace until it is sharp. All of the rate is used at any pace, but each picture may be finer than the one
 * before by so much only: at 75 ms a page of text took 340 ms at 4 Mbit/s, at 33 ms it takes 150, and 350 at 1 Mbit/s.
 */
const SHARPEN_EVERY_MS = 33;
/** Long enough for 300 kbit/s. */
const SHARPEN_FOR_MS = 3000;

/** The moment the next picture is due: in the past when it is due now, undefined when nothing has to be sent. */
export function nextPictureAt(pace: Pace): number | undefined {
  if (pace.maxRate <= 0) return undefined;
  const wanted = wantedAt(pace);
  if (wanted === undefined || pace.lastAt === undefined) return wanted;
  return Math.max(wanted, pace.lastAt + 1000 / pace.maxRate);
}

function wantedAt(pace: Pace): number | undefined {
  if (pace.changed || pace.keyframeWanted) return Number.NEGATIVE_INFINITY;
  if (pace.animationRate > 0) return pace.beatAt + beatMs(pace);
  if (pace.restingSince === undefined || pace.lastAt === undefined) return undefined;
  return pace.lastAt - pace.restingSince < SHARPEN_FOR_MS ? pace.lastAt + SHARPEN_EVERY_MS : undefined;
}

/** The beat of a picture drawn at `at`: even as long as the pictures keep up, and restarted when they do not. */
export function nextBeat(pace: Pace, at: number): number {
  if (pace.animationRate <= 0) return at;
  const due = pace.beatAt + beatMs(pace);
  if (at < due) return pace.beatAt;
  return at - due > beatMs(pace) ? at : due;
}

function beatMs(pace: Pace): number {
  return 1000 / Math.min(pace.animationRate, pace.maxRate);
}
