import { type GrantClaims, grantKind, signingKey, verifyToken } from "../access/index.ts";
import type { Env } from "../env.ts";
import type { ProblemName } from "../http/index.ts";
import { giveUseBack, takeUse } from "../pass/index.ts";
import type { Whereabouts } from "../session/index.ts";
import { openSeat, type SeatAnswer } from "./open-seat.ts";

export type Redemption =
  | Extract<SeatAnswer, { seated: true }>
  | { readonly seated: false; readonly problem: ProblemName };

/** One use of a link for one seat. When there is no seat the use is given back, so that nothing is lost. */
export async function redeemGrant(env: Env, token: string, place: Whereabouts): Promise<Redemption> {
  const grant = await verifyToken(grantKind, token, await signingKey(env.SIGNING_KEY), Date.now());
  if (!grant.verified)
    return { seated: false, problem: grant.refusal === "expired" ? "link-expired" : "link-not-valid" };
  const { link, uses } = grant.claims;
  const { expiresAt } = grant;
  const use = await takeUse(env.PASS, uses === undefined ? { link, expiresAt } : { link, limit: uses, expiresAt });
  if (!use.taken) return { seated: false, problem: use.refusal === "used-up" ? "link-used-up" : "link-revoked" };
  let seated = false;
  try {
    const answer = await openSeatFor(env, grant.claims, place);
    seated = answer.seated;
    return answer.seated ? answer : { seated: false, problem: answer.refusal };
  } finally {
    if (!seated) await giveUseBack(env.PASS, link);
  }
}

async function openSeatFor(env: Env, grant: GrantClaims, place: Whereabouts): Promise<SeatAnswer> {
  const { link, shared, uses: _, ...wish } = grant;
  return await openSeat(env, shared ? { ...wish, sharedBy: link } : wish, place);
}
