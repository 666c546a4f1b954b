import { describe, expect, it } from "vitest";
import type { Provider } from "../../edge/signin/contract.ts";
import { readSignin } from "../../edge/signin/cookie-text.ts";
import { identityOf } from "../../edge/signin/identity.ts";
import { logoutOf } from "../../edge/signin/logout.ts";
import { returnPath } from "../../edge/signin/return-path.ts";
import { Random, seeds } from "../support/random.ts";

const AT = Date.parse("2026-11-24T12:00:00Z");
const EVENT = "http://schemas.openid.net/event/backchannel-logout";
const PROVIDER: Provider = {
  ...{ issuer: "https://login.example", clientId: "nearglass", scopes: ["openid"], userNameClaim: "email" },
  ...{ groupClaim: "groups", groups: [], acr: [], acrToOpen: [], provision: false },
};
const NAMES = [
  "iss",
  "sub",
  "aud",
  "iat",
  "sid",
  "acr",
  "jti",
  "events",
  "nonce",
  "email",
  "name",
  "groups",
  "_claim_names",
];

function value(random: Random, depth = 0): unknown {
  const plain = ["", "x", PROVIDER.issuer, PROVIDER.clientId, 0, -1, AT / 1_000, Number.NaN, null, true];
  if (depth > 3 || random.chance(0.7)) return random.pick(plain);
  if (random.chance(0.5)) return Array.from({ length: random.int(0, 3) }, () => value(random, depth + 1));
  const names = ["groups", "__proto__", EVENT, "a"];
  return Object.fromEntries(
    Array.from({ length: random.int(0, 2) }, () => [random.pick(names), value(random, depth + 1)]),
  );
}

/** Claims that hold, of which some were spoilt. */
function claims(random: Random): object {
  const good = {
    ...{ iss: PROVIDER.issuer, sub: "ada-1", aud: PROVIDER.clientId, iat: AT / 1_000, jti: "j1", sid: "s1" },
    ...{ events: { [EVENT]: {} }, email: "ada@example.com", groups: ["Sales"] },
  };
  const spoilt = Array.from({ length: random.int(0, 3) }, () => [random.pick(NAMES), value(random)]);
  return { ...good, ...Object.fromEntries(spoilt) };
}

function text(random: Random): string {
  const parts = ["/", "\\", ".", "a", "portal", "//", "?", "#", "@", ":", "\t", "\n", "%2f", "https:", "\u2028", "é"];
  return Array.from({ length: random.int(0, 8) }, () => random.pick(parts)).join("");
}

describe.each(seeds())("whatever comes (seed %i)", (seed) => {
  it("speaks of this issuer's people, is fresh and of text, or is refused", () => {
    const random = new Random(seed);
    let taken = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const answer = identityOf(claims(random), PROVIDER, [], AT);
      if (!answer.taken) continue;
      taken += 1;
      const { issuer, subject, userName, name, groups } = answer.value;
      expect(issuer).toBe(PROVIDER.issuer);
      for (const word of [subject, userName, name]) expect(word).toMatch(/^.+$/);
      for (const group of groups) expect(typeof group).toBe("string");
    }
    expect(taken).toBeGreaterThan(100);
  });

  it("signs out who is named by the event, for this client, or nobody", () => {
    const random = new Random(seed);
    let taken = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const token = claims(random);
      const answer = logoutOf(
        token,
        random.chance(0.2) ? undefined : random.pick(["JWT", "logout+jwt", "at+jwt"]),
        PROVIDER,
        AT,
      );
      if (!answer.taken) continue;
      taken += 1;
      expect(token).toMatchObject({ iss: PROVIDER.issuer, events: { [EVENT]: {} } });
      expect("nonce" in token).toBe(false);
      expect(answer.value.subject ?? answer.value.session).toMatch(/^.+$/);
    }
    expect(taken).toBeGreaterThan(100);
  });

  it("leads to no other place, and is no cookie", () => {
    const random = new Random(seed);
    for (let round = 0; round < 20_000; round += 1) {
      const word = text(random);
      expect(new URL(returnPath(word), "https://nearglass.example").origin).toBe("https://nearglass.example");
      expect(readSignin(word)).toBeUndefined();
    }
  });
});
