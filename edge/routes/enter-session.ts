import type { Right } from "#protocol";
import type { Terms } from "../access/index.ts";
import type { Env } from "../env.ts";
import type { ProblemName } from "../http/index.ts";
import { sessionStub } from "../session/index.ts";
import { type LinkConditions, type Place, tenantStub } from "../tenant/index.ts";
import { openSeat, type SeatAnswer, type SeatWish } from "./open-seat.ts";
import { placeOf, whereaboutsOf } from "./whereabouts.ts";

/** Somebody who wants a seat, as the door has verified them. */
export interface Visitor {
  readonly tenant: string;
  readonly link?: string;
  /** An id or a user name. */
  readonly person?: string;
  /** The sign-in of the person's browser. */
  readonly signin?: string;
  readonly app?: string;
  readonly rights: readonly Right[];
  readonly embeddedBy?: string;
  readonly conditions?: LinkConditions;
  readonly holders?: readonly string[];
  /** For the books, when neither a link nor a person opens the seat. */
  readonly actor: string;
}

/** Who was let in, and with what. */
export interface Admitted {
  readonly visitor: Visitor;
  readonly terms: Terms;
  readonly place: Place;
  readonly viewers?: number;
}

export type Admission =
  | { readonly admitted: true; readonly as: Admitted }
  | { readonly admitted: false; readonly problem: ProblemName };

export type Seating = Extract<SeatAnswer, { seated: true }> | { readonly seated: false; readonly problem: ProblemName };

/** Whether the tenant lets somebody in, here and now. From then on they have the rights that its policies leave them. */
export async function admit(env: Env, visitor: Visitor, request: Request): Promise<Admission> {
  const place = placeOf(request);
  const { tenant, actor: _, holders: __, ...wish } = visitor;
  const entry = await tenantStub(env.TENANT, tenant).enter({ ...wish, place });
  if (!entry.admitted) return { admitted: false, problem: entry.refusal };
  const { terms, person, viewers } = entry;
  const known = { ...visitor, ...(person === undefined ? {} : { person }) };
  return { admitted: true, as: { visitor: known, terms, place, ...(viewers === undefined ? {} : { viewers }) } };
}

/**
 * A seat for somebody who was admitted. The tenant is told of it before anybody gets its ticket, so that a revocation at
 * any moment either finds the seat or keeps it from being given.
 */
export async function seat(
  env: Env,
  { visitor, terms, place, viewers }: Admitted,
  wish: Omit<SeatWish, "tenant" | "terms" | "app">,
  request: Request,
): Promise<Seating> {
  const { tenant, conditions: _, ...who } = visitor;
  const shown = visitor.app === undefined ? {} : { app: visitor.app };
  const answer = await openSeat(env, { ...wish, ...shown, tenant, terms }, whereaboutsOf(request));
  if (!answer.seated) return { seated: false, problem: answer.refusal };
  const { session, seat: id } = answer.claims;
  const told = await tenantStub(env.TENANT, tenant).seated({
    ...who,
    ...{ session, seat: id, place, terms },
    ...(viewers === undefined ? {} : { viewers }),
  });
  if (told.seated) return answer;
  await sessionStub(env.SESSION, session).revoke([id]);
  return { seated: false, problem: told.refusal };
}
