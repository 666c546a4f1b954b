/** Seats that one object serves (G-1): what fan-out costs stays small, and one that fails takes few along. */
const SEATS_PER_OBJECT = 50;
/** Mirrors of one session: ten and the home serve 550 seats. */
const MAX_MIRRORS = 10;

/**
 * Regions between which a frame takes well under 100 ms: a mirror would cost a hop and gain nothing. For Africa and the
 * Middle East the platform makes objects in Europe.
 */
const AREA = {
  weur: "europe",
  eeur: "europe",
  me: "europe",
  afr: "europe",
  wnam: "north-america",
  enam: "north-america",
  apac: "asia",
  "apac-ne": "asia",
  "apac-se": "asia",
  oc: "oceania",
  sam: "south-america",
} as const;

/** The platform's regions, by its names for them. */
export type Region = keyof typeof AREA;

/** Where a seat has its socket: at the session's own object, or at the mirror of this region and number. */
export type SeatPlace =
  | { readonly at: "home" }
  | { readonly at: "mirror"; readonly region: Region; readonly number: number }
  | { readonly at: "full" };

export interface Occupancy {
  /** The session's region, when its name says one. */
  readonly region: Region | undefined;
  readonly homeSeats: number;
  /** Seats of each mirror that has any. */
  readonly mirrors: readonly { readonly region: Region; readonly number: number; readonly seats: number }[];
}

/** The place for a seat of a person who is `near`; of one whose region nobody knows the home takes care. */
export function placeSeat(taken: Occupancy, near: Region | undefined): SeatPlace {
  const home = taken.region;
  const isFar = near !== undefined && home !== undefined && AREA[near] !== AREA[home];
  if (!isFar && taken.homeSeats < SEATS_PER_OBJECT) return { at: "home" };
  const region = near ?? home ?? "weur";
  return (
    mirrorIn(taken, region) ??
    (taken.homeSeats < SEATS_PER_OBJECT ? ({ at: "home" } as const) : undefined) ??
    anyMirror(taken) ?? { at: "full" }
  );
}

/** One with room in that region, or a new one while another may be made. */
function mirrorIn({ mirrors }: Occupancy, region: Region): SeatPlace | undefined {
  for (let number = 1; number <= MAX_MIRRORS; number += 1) {
    const mirror = mirrors.find((one) => one.region === region && one.number === number);
    if (mirror === undefined && mirrors.length >= MAX_MIRRORS) continue;
    if (mirror === undefined || mirror.seats < SEATS_PER_OBJECT) return { at: "mirror", region, number };
  }
  return undefined;
}

function anyMirror({ mirrors }: Occupancy): SeatPlace | undefined {
  const free = mirrors.find(({ seats }) => seats < SEATS_PER_OBJECT);
  return free === undefined ? undefined : { at: "mirror", region: free.region, number: free.number };
}
