import { type GrantClaims, grantKind, signingKey, verifyToken } from "../access/index.ts";
import type { Env } from "../env.ts";
import { giveUseBack, takeUse } from "../pass/index.ts";
import { type Admitted, admit, type Seating, seat } from "./enter-session.ts";

/** One use of a link for one seat. When there is no seat the use is given back, so that nothing is lost. */
export async function redeemGrant(env: Env, token: string, request: Request): Promise<Seating> {
  const grant = await verifyToken(grantKind, token, await signingKey(env.SIGNING_KEY), Date.now());
  if (!grant.verified)
    return { seated: false, problem: grant.refusal === "expired" ? "link-expired" : "link-not-valid" };
  const { link, tenant, rights, uses } = grant.claims;
  const { expiresAt } = grant;
  const admission = await admit(env, { link, tenant, rights, actor: `link:${link}` }, request);
  if (!admission.admitted) return { seated: false, problem: admission.problem };
  const use = await takeUse(env.PASS, uses === undefined ? { link, expiresAt } : { link, limit: uses, expiresAt });
  if (!use.taken) return { seated: false, problem: use.refusal === "used-up" ? "link-used-up" : "link-revoked" };
  let seated = false;
  try {
    const answer = await seatFor(env, grant.claims, admission.as, request);
    seated = answer.seated;
    return answer;
  } finally {
    if (!seated) await giveUseBack(env.PASS, link);
  }
}

async function seatFor(env: Env, grant: GrantClaims, admitted: Admitted, request: Request): Promise<Seating> {
  const { link, shared, uses: _, rights: __, tenant: ___, ...wish } = grant;
  return await seat(env, admitted, shared ? { ...wish, sharedBy: link } : wish, request);
}
