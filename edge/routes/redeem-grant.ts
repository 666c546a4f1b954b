import { signingKey, type VerifiedGrant, verifyGrant } from "../access/index.ts";
import type { Env } from "../env.ts";
import type { ProblemName } from "../http/index.ts";
import { failedUse, giveUseBack, takeUse } from "../pass/index.ts";
import { type LinkConditions, tenantStub } from "../tenant/index.ts";
import { whoCalls } from "./caller.ts";
import { type Admitted, admit, type Seating, seat, type Visitor } from "./enter-session.ts";
import { whoAsks } from "./rate.ts";
import type { AskSignedIn } from "./signed-in.ts";

/** A grant that is shown, and by which page around the one that shows it. */
export interface Redemption {
  readonly grant: string;
  readonly embeddedBy?: string;
}

const REFUSALS = { expired: "link-expired", "not-yet": "link-not-yet", "not-valid": "link-not-valid" } as const;

const USE_REFUSALS = {
  "used-up": "link-used-up",
  revoked: "link-revoked",
  "too-often": "too-many-requests",
} as const;

/** One use of a link for one seat. When there is no seat the use is given back, so that nothing is lost. */
export async function redeemGrant(
  env: Env,
  shown: Redemption,
  request: Request,
  askSignedIn: AskSignedIn,
): Promise<Seating> {
  const answer = await verifyGrant(shown.grant, await signingKey(env.SIGNING_KEY), Date.now());
  if (!answer.verified) return refused(REFUSALS[answer.refusal]);
  const { grant } = answer;
  const person = await personOf(env, grant, request, askSignedIn);
  if (typeof person === "string") return await failed(env, grant, person, request);
  const admission = await admit(env, { ...visitorOf(grant, shown), ...person }, request);
  if (!admission.admitted) return await failed(env, grant, admission.problem, request);
  const use = useOf(grant);
  const taken = await takeUse(env.PASS, use, whoAsks(request));
  if (!taken.taken) return refused(USE_REFUSALS[taken.refusal]);
  let seated = false;
  try {
    const seating = await seatFor(env, grant, admission.as, request);
    seated = seating.seated;
    return seating;
  } finally {
    if (!seated) await giveUseBack(env.PASS, use);
  }
}

/** Counted by the link itself: whoever has failed with it too often is told no more of why. */
async function failed(env: Env, grant: VerifiedGrant, problem: ProblemName, request: Request): Promise<Seating> {
  const isTooOften = await failedUse(env.PASS, grant.claims.link, whoAsks(request));
  return refused(isTooOften ? "too-many-requests" : problem);
}

function refused(problem: ProblemName): Seating {
  return { seated: false, problem };
}

/**
 * A link for one person is redeemed by nobody else, and then by that person, with all that policies say of them: with a key of
 * theirs, or in a browser in which they are signed in. A key that is shown is what counts, also when it is wrong.
 */
async function personOf(
  env: Env,
  { claims: { tenant }, terms: { audience } }: VerifiedGrant,
  request: Request,
  askSignedIn: AskSignedIn,
): Promise<Pick<Visitor, "person" | "signin"> | "link-for-another" | "step-up-needed"> {
  if (audience === undefined) return {};
  const isMeant = ({ id, userName }: { readonly id: string; readonly userName: string }) =>
    audience === id || audience.toLowerCase() === userName.toLowerCase();
  const header = request.headers.get("Authorization");
  if (header === null) {
    const signedIn = await askSignedIn(tenant);
    if (signedIn === undefined || !isMeant(signedIn.person)) return "link-for-another";
    return signedIn.needsStepUp ? "step-up-needed" : { person: signedIn.person.id, signin: signedIn.id };
  }
  const known = await whoCalls(env, header);
  const id = known?.tenant === tenant ? known.caller.person : undefined;
  const person = id === undefined ? undefined : await tenantStub(env.TENANT, tenant).person(id);
  return person?.done === true && isMeant(person.value) ? { person: person.value.id } : "link-for-another";
}

function visitorOf({ claims, terms, holders }: VerifiedGrant, { embeddedBy }: Redemption): Visitor {
  const { link, tenant, app } = claims;
  return {
    ...{ link, tenant, holders, rights: terms.rights, actor: `link:${link}`, conditions: conditionsOf(claims, terms) },
    ...(app === undefined ? {} : { app }),
    ...(embeddedBy === undefined ? {} : { embeddedBy }),
  };
}

function conditionsOf(claims: VerifiedGrant["claims"], terms: VerifiedGrant["terms"]): LinkConditions {
  const { countries, embeddingOrigins, session } = terms;
  const by = claims.session === undefined ? "holder" : "maker";
  return {
    ...(countries === undefined ? {} : { countries }),
    ...(embeddingOrigins === undefined ? {} : { embeddingOrigins }),
    ...(session === undefined ? {} : { session: { id: session, by } }),
  };
}

function useOf({ claims: { link, uses }, bounds, expiresAt }: VerifiedGrant) {
  return { link, blocks: bounds, expiresAt, ...(uses === undefined ? {} : { limit: uses }) };
}

async function seatFor(env: Env, grant: VerifiedGrant, admitted: Admitted, request: Request): Promise<Seating> {
  const { link, region, device, shared } = grant.claims;
  const name = grant.holders.at(-1);
  const { session } = grant.terms;
  return await seat(
    env,
    admitted,
    {
      region,
      ...(device === undefined ? {} : { device }),
      ...(shared ? { sharedBy: link } : {}),
      ...(session === undefined ? {} : { session }),
      ...(name === undefined ? {} : { name }),
    },
    request,
  );
}
