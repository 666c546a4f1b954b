import { describe, expect, it } from "vitest";
import type { Provider } from "../../edge/signin/contract.ts";
import { readSignin, writeSignin } from "../../edge/signin/cookie-text.ts";
import { groupMoves } from "../../edge/signin/groups.ts";
import { identityOf } from "../../edge/signin/identity.ts";
import { returnPath } from "../../edge/signin/return-path.ts";
import { judgeShown } from "../../edge/signin/rotation.ts";
import { SECRET_NAME, secretNameFor } from "../../edge/signin/secret-name.ts";
import { Random, seeds } from "../support/random.ts";

const AT = Date.parse("2026-11-24T12:00:00Z");
const MINUTE_MS = 60_000;
const PROVIDER: Provider = {
  ...{ issuer: "https://login.example", clientId: "nearglass", scopes: ["openid"], userNameClaim: "email" },
  ...{ groupClaim: "groups", groups: [], acr: [], acrToOpen: [], provision: false },
};
const CLAIMS = { iss: PROVIDER.issuer, sub: "ada-1", iat: AT / 1_000, email: "ada@example.com", name: "Ada" };

function judged(claims: object, provider: Partial<Provider> = {}) {
  const answer = identityOf({ ...CLAIMS, ...claims }, { ...PROVIDER, ...provider }, provider.acr ?? [], AT);
  return answer.taken ? answer.value : answer.refusal;
}

describe("whom claims speak of", () => {
  it("is told by the claims that the tenant has chosen", () => {
    const known = { issuer: PROVIDER.issuer, subject: "ada-1", name: "Ada", email: "ada@example.com", groups: [] };
    expect(judged({})).toEqual({ ...known, userName: "ada@example.com" });
    expect(judged({ upn: "ada@corp", sid: "s1", acr: "strong" }, { userNameClaim: "upn", acr: ["strong"] })).toEqual({
      ...{ ...known, userName: "ada@corp", session: "s1", acr: "strong" },
    });
    expect(judged({ name: undefined, groups: "Sales" })).toMatchObject({ name: "ada@example.com", groups: ["Sales"] });
  });

  it.each([
    ["another issuer", { iss: "https://login.example/" }, "token-not-valid"],
    ["no subject", { sub: "" }, "token-not-valid"],
    ["a subject that is no text", { sub: 1 }, "token-not-valid"],
    ["a time that is no number", { iat: "now" }, "token-not-valid"],
    ["a time that is none", { iat: Number.NaN }, "token-not-valid"],
    ["a time 61 s ahead", { iat: AT / 1_000 + 61 }, "token-not-fresh"],
    ["a time 361 s ago", { iat: AT / 1_000 - 361 }, "token-not-fresh"],
    ["no user name", { email: undefined }, "claims-missing"],
    ["a user name that is no text", { email: ["ada@example.com"] }, "claims-missing"],
    ["an address that is not verified", { email_verified: false }, "claims-missing"],
    ["groups that are none", { groups: { a: 1 } }, "claims-missing"],
    ["groups that are elsewhere", { groups: ["a"], _claim_names: { groups: "x" } }, "claims-missing"],
  ])("is nobody with %s", (_words, claims, refusal) => {
    expect(judged(claims)).toBe(refusal);
  });

  it("is somebody up to the skew of clocks, at both ends", () => {
    for (const iat of [AT / 1_000 + 60, AT / 1_000 - 360]) expect(judged({ iat })).toMatchObject({ subject: "ada-1" });
  });

  it("is nobody who has proved too little", () => {
    for (const acr of [undefined, "weak", "strong weak"]) {
      expect(judged({ acr }, { acr: ["strong"] })).toBe("acr-too-low");
    }
  });
});

describe("groups that follow the claim", () => {
  it("are joined and left; all others are left alone", () => {
    const mapping = [
      { claim: "Sales", group: "s" },
      { claim: "Selling", group: "s" },
      { claim: "Staff", group: "t" },
    ];
    expect(groupMoves(mapping, ["Selling", "Other"], ["t", "own"])).toEqual({ join: ["s"], leave: ["t"] });
    expect(groupMoves(mapping, [], ["s", "t", "own"])).toEqual({ join: [], leave: ["s", "t"] });
    expect(groupMoves([], ["Sales"], ["own"])).toEqual({ join: [], leave: [] });
  });
});

describe("a secret of a tenant", () => {
  it("has a name", () => {
    expect(secretNameFor("default", "LOGIN")).toBe("OIDC_SECRET_default__LOGIN");
    expect(secretNameFor("a-b.c", "X")).toBe("OIDC_SECRET_a_2db_2ec__X");
  });

  it.each(seeds())("has a name that no other tenant can write (seed %i)", (seed) => {
    const random = new Random(seed);
    const word = (letters: string) =>
      Array.from({ length: random.int(1, 4) }, () => random.pick([...letters])).join("");
    const owners = new Map<string, string>();
    for (let round = 0; round < 20_000; round += 1) {
      const [tenant, name] = [word("aA_-.2d"), word("AD2_")];
      if (!SECRET_NAME.test(name)) continue;
      const written = secretNameFor(tenant, name);
      expect(owners.get(written) ?? `${tenant} ${name}`, `seed ${seed}`).toBe(`${tenant} ${name}`);
      owners.set(written, `${tenant} ${name}`);
    }
  });
});

describe("where a browser goes on to", () => {
  it.each(["/portal", "/portal?tenant=a&region=b", "/s", "/"])("may be %s", (path) => {
    expect(returnPath(path)).toBe(path);
  });

  it.each([
    "//a.example",
    "/\\a.example",
    "https://a.example",
    "portal",
    "/a\n",
    "/a b",
    "/\t/a.example",
    undefined,
    `/${"a".repeat(501)}`,
  ])("is the portal, and not %j", (path) => {
    expect(returnPath(path)).toBe("/portal");
    if (path !== undefined)
      expect(new URL(returnPath(path), "https://nearglass.example").origin).toBe("https://nearglass.example");
  });
});

describe("a cookie", () => {
  it("is read as it was written, and nothing else is", () => {
    const signin = { tenant: "a.b-c", id: "0".repeat(32), secret: "s".repeat(43) };
    const text = writeSignin(signin);
    expect(text).toBe(`${"0".repeat(32)}.${"s".repeat(43)}.a.b-c`);
    expect(readSignin(text)).toEqual(signin);
    for (const wrong of [
      "",
      `${text}/`,
      ` ${text}`,
      text.slice(1),
      text.replace("a.b-c", ""),
      `${text}${"x".repeat(64)}`,
    ]) {
      expect(readSignin(wrong)).toBeUndefined();
    }
  });

  const turning = { turned: AT, hasNext: false, oldUntil: 0, seen: AT, expires: AT + 600 * MINUTE_MS };
  it.each([
    ["keep", "current", {}, 14],
    ["turn", "current", {}, 15],
    ["keep", "current", { hasNext: true }, 0.9],
    ["turn", "current", { hasNext: true }, 1],
    ["advance", "next", { hasNext: true }, 30],
    ["keep", "old", { oldUntil: AT + MINUTE_MS }, 0.9],
    ["stolen", "old", { oldUntil: AT + MINUTE_MS }, 1],
    ["unknown", "none", {}, 0],
    ["over", "current", {}, 120],
    ["over", "current", { expires: AT + MINUTE_MS }, 1],
    ["over", "next", { expires: AT + MINUTE_MS }, 1],
  ] as const)("is to %s when the %s secret is shown, with %j, after %d minutes", (verdict, shown, more, minutes) => {
    expect(judgeShown(shown, { ...turning, ...more }, AT + minutes * MINUTE_MS)).toBe(verdict);
  });
});
