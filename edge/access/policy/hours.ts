export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
type Day = (typeof DAYS)[number];

/** A span of a day's hours, by the clock on that zone's walls. */
export interface Hours {
  readonly days: readonly Day[];
  /** `HH:MM`. */
  readonly from: string;
  /** `HH:MM`, excluded; `24:00` is the day's end. At or before `from` it is on the next day, which need not be listed. */
  readonly to: string;
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
}

/** Making one costs more than a whole decision. There are some 600 zones, and no more can be asked for. */
const formats = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(name: string): boolean {
  try {
    clockOf(name);
    return true;
  } catch {
    return false;
  }
}

interface WallClock {
  /** The weekday, counted from Monday. */
  readonly day: number;
  /** Of the day. */
  readonly minute: number;
}

export function isWithin(hours: Hours, { day, minute }: WallClock): boolean {
  const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
  const listed = (index: number) => hours.days.includes(DAYS[(index + DAYS.length) % DAYS.length] ?? "mon");
  if (from < to) return listed(day) && minute >= from && minute < to;
  return (listed(day) && minute >= from) || (listed(day - 1) && minute < to);
}

/** What the clocks show in each zone, read once for each. @param at Unix milliseconds */
export function wallClocksAt(at: number): (timeZone: string) => WallClock {
  const read = new Map<string, WallClock>();
  return (timeZone) => {
    const clock = read.get(timeZone) ?? wallClock(timeZone, at);
    read.set(timeZone, clock);
    return clock;
  };
}

function wallClock(timeZone: string, at: number): WallClock {
  const parts = clockOf(timeZone).formatToParts(at);
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "";
  const days: readonly string[] = DAYS;
  return {
    day: days.indexOf(read("weekday").toLowerCase()),
    minute: Number(read("hour")) * 60 + Number(read("minute")),
  };
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(timeZone, made);
  return made;
}

function minutesOf(clock: string): number {
  const [hour = "0", minute = "0"] = clock.split(":");
  return Number(hour) * 60 + Number(minute);
}
