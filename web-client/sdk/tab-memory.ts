import * as z from "zod/mini";

/** A seat that this tab held, so that a reload of the page goes on with it instead of spending the link again. */
export interface RememberedSeat {
  readonly session: string;
  readonly resume: string;
}

const KEY = "nearglass.seat";
const remembered = z.object({
  edge: z.string(),
  grant: z.optional(z.string()),
  session: z.string(),
  resume: z.string(),
});

/** The seat that was taken in this tab with the same grant at the same edge. */
export function rememberedSeat(edge: URL, grant: string | undefined): RememberedSeat | undefined {
  try {
    const seat = remembered.safeParse(JSON.parse(sessionStorage.getItem(KEY) ?? "null"));
    if (!seat.success || seat.data.edge !== edge.origin || seat.data.grant !== grant) return undefined;
    return { session: seat.data.session, resume: seat.data.resume };
  } catch {
    return undefined;
  }
}

export function rememberSeat(edge: URL, grant: string | undefined, seat: RememberedSeat): void {
  attempt(() => sessionStorage.setItem(KEY, JSON.stringify({ edge: edge.origin, grant, ...seat })));
}

export function forgetSeat(): void {
  attempt(() => sessionStorage.removeItem(KEY));
}

/** Storage may be withheld by the person's settings; then a reload redeems the link again, and that is all. */
function attempt(use: () => void): void {
  try {
    use();
  } catch {
    // Said above.
  }
}
