/** A seat that the portal has opened, on its way to the page that shows it. Not in the address: there it would be written down. */
export interface HandedSeat {
  readonly session: string;
  readonly ticket: string;
}

const SEAT = "nearglass.handed";
const PORTAL = "nearglass.portal";

/** @param portal the portal's own address, to come back to */
export function handSeat({ session, ticket }: HandedSeat, portal: string): void {
  sessionStorage.setItem(SEAT, JSON.stringify({ session, ticket }));
  sessionStorage.setItem(PORTAL, portal);
}

/** Once: its ticket opens one socket. */
export function takeHandedSeat(): HandedSeat | undefined {
  const text = read(SEAT);
  if (text === undefined) return undefined;
  sessionStorage.removeItem(SEAT);
  const seat: unknown = JSON.parse(text);
  if (typeof seat !== "object" || seat === null || !("session" in seat) || !("ticket" in seat)) return undefined;
  const { session, ticket } = seat;
  return typeof session === "string" && typeof ticket === "string" ? { session, ticket } : undefined;
}

/** Where this tab was before; undefined in one that a link has opened. */
export function portalOfTab(): string | undefined {
  const path = read(PORTAL);
  return path?.startsWith("/portal") === true ? path : undefined;
}

/** Storage may be withheld by the person's settings: then nothing was handed over. */
function read(key: string): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}
