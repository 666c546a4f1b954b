import type { GrantClaims } from "../../edge/access/claims.ts";
import { type GrantAnswer, verifyGrant } from "../../edge/access/grant/verify.ts";
import { grantKind } from "../../edge/access/kinds.ts";
import { signingKey } from "../../edge/access/signing-key.ts";
import { signToken } from "../../edge/access/token.ts";
import { EDGE_KEY, HOLDER_KEYS, MADE_AT, SIGNING_KEY } from "../support/grant-vectors.ts";

const [FIRST] = HOLDER_KEYS;

/** A link as the edge makes it: for a day, every right but the clipboard, for the first holder of the vectors. */
export async function newGrant(claims: Partial<GrantClaims> = {}): Promise<string> {
  const all: GrantClaims = {
    ...{ link: "link", tenant: "default", region: "local", rights: ["view", "audio", "touch", "keyboard"] },
    ...{ shared: true, next: FIRST.key, ...claims },
  };
  const signature = { id: "one", at: MADE_AT, lifeSeconds: 86_400 };
  return `${(await signToken(grantKind, all, await signingKey(SIGNING_KEY), signature)).token}~${FIRST.seed}`;
}

export async function look(grant: string, at = MADE_AT): Promise<GrantAnswer> {
  return await verifyGrant(grant, await signingKey(SIGNING_KEY), at);
}

export const NOT_VALID = { verified: false, refusal: "not-valid" };
export { EDGE_KEY, FIRST };
