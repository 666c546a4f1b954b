import { base64url, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import {
  enrolmentKind,
  type GrantClaims,
  grantKind,
  type SigningKey,
  signingKey,
  signToken,
  type TicketClaims,
  ticketKind,
  verifyToken,
} from "../../../edge/access/index.ts";

const AT = 1_800_000_000_500;
const TICKET: TicketClaims = { role: "viewer", session: "weur-1", seat: "ada", rights: ["view", "touch"] };

let key: SigningKey;
let otherKey: SigningKey;

beforeAll(async () => {
  key = await signingKey(await newSecret());
  otherKey = await signingKey(await newSecret());
});

async function newSecret(): Promise<string> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  return JSON.stringify(await exportJWK(privateKey));
}

async function ticket(at = AT): Promise<string> {
  return (await signToken(ticketKind, TICKET, key, { id: "one", at, lifeSeconds: 30 })).token;
}

/** A token with everything a true ticket has, made by the test's own hand. */
async function forged(
  changes: { readonly header?: object; readonly claims?: JWTPayload },
  by: SigningKey = key,
): Promise<string> {
  const now = Math.floor(AT / 1_000);
  const claims = { ...TICKET, iss: "nearglass", aud: "ticket", jti: "one", iat: now, exp: now + 30, ...changes.claims };
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: "EdDSA", kid: key.id, typ: "nearglass-ticket+jwt", ...changes.header })
    .sign(by.sign);
}

describe("a token", () => {
  it("R-2 says what was signed, with its id and its end", async () => {
    const { token, expiresAt } = await signToken(ticketKind, TICKET, key, { id: "one", at: AT, lifeSeconds: 30 });
    expect(expiresAt).toBe(1_800_000_030_000);
    expect(await verifyToken(ticketKind, token, key, AT)).toEqual({
      verified: true,
      claims: TICKET,
      id: "one",
      expiresAt,
    });
    expect(await verifyToken(ticketKind, await forged({}), key, AT)).toMatchObject({ verified: true });
  });

  it("R-2 is good until its last second, and expired from then on", async () => {
    const token = await ticket();
    expect(await verifyToken(ticketKind, token, key, 1_800_000_029_999)).toMatchObject({ verified: true });
    expect(await verifyToken(ticketKind, token, key, 1_800_000_030_000)).toEqual({
      verified: false,
      refusal: "expired",
    });
  });

  it("R-2 keeps the claims of every kind, those that may be left out too", async () => {
    const grant: GrantClaims = { link: "l", tenant: "t", region: "local", rights: ["view"], shared: true };
    const full: GrantClaims = { ...grant, device: "h/d", uses: 3, name: "Zoë 🙂" };
    const enrolment = { host: "h", tenant: "t", region: "local" };
    const signature = { id: "one", at: AT, lifeSeconds: 30 };
    for (const claims of [grant, full]) {
      const { token } = await signToken(grantKind, claims, key, signature);
      expect(await verifyToken(grantKind, token, key, AT)).toMatchObject({ claims });
    }
    const { token } = await signToken(enrolmentKind, enrolment, key, signature);
    expect(await verifyToken(enrolmentKind, token, key, AT)).toMatchObject({ claims: enrolment });
  });
});

describe("R-2 a token is not valid", () => {
  const refused = { verified: false, refusal: "not-valid" };

  it.each(["", "x", "a.b.c", "..", "é.é.é", "x".repeat(5_000)])("when it is none: %.10j", async (text) => {
    expect(await verifyToken(ticketKind, text, key, AT)).toEqual(refused);
  });

  it("when another key has signed it, with either key's id", async () => {
    expect(await verifyToken(ticketKind, await forged({}, otherKey), key, AT)).toEqual(refused);
    const other = await forged({ header: { kid: otherKey.id } }, otherKey);
    expect(await verifyToken(ticketKind, other, key, AT)).toEqual(refused);
  });

  it("when its signature is of other claims", async () => {
    const [header, , signature] = (await ticket()).split(".");
    const claims = base64url.encode(
      JSON.stringify({
        ...TICKET,
        rights: ["clipboard"],
        iss: "nearglass",
        aud: "ticket",
        jti: "one",
        iat: 1,
        exp: 9e9,
      }),
    );
    expect(await verifyToken(ticketKind, `${header}.${claims}.${signature}`, key, AT)).toEqual(refused);
  });

  it("when it says that it needs no signature", async () => {
    const [, claims] = (await ticket()).split(".");
    const header = base64url.encode(JSON.stringify({ alg: "none", kid: key.id, typ: "nearglass-ticket+jwt" }));
    expect(await verifyToken(ticketKind, `${header}.${claims}.`, key, AT)).toEqual(refused);
  });

  it("when it is sealed with the public key as if that were a shared secret", async () => {
    const { x = "" } = await exportJWK(key.verify);
    const now = Math.floor(AT / 1_000);
    for (const secret of [base64url.decode(x), new TextEncoder().encode(x)]) {
      const token = await new SignJWT({
        ...TICKET,
        iss: "nearglass",
        aud: "ticket",
        jti: "one",
        iat: now,
        exp: now + 30,
      })
        .setProtectedHeader({ alg: "HS256", kid: key.id, typ: "nearglass-ticket+jwt" })
        .sign(secret);
      expect(await verifyToken(ticketKind, token, key, AT)).toEqual(refused);
    }
  });

  it("when it is of another kind", async () => {
    const token = await ticket();
    expect(await verifyToken(grantKind, token, key, AT)).toEqual(refused);
    expect(await verifyToken(enrolmentKind, token, key, AT)).toEqual(refused);
  });

  it.each([
    ["another audience", { claims: { aud: "link" } }],
    ["another issuer", { claims: { iss: "elsewhere" } }],
    ["another type", { header: { typ: "nearglass-link+jwt" } }],
    ["no type", { header: { typ: undefined } }],
    ["no key's id", { header: { kid: undefined } }],
    ["no end", { claims: { exp: undefined } }],
    ["no beginning", { claims: { iat: undefined } }],
    ["no id", { claims: { jti: undefined } }],
    ["an id that is no text", { claims: { jti: { one: 1 } } }],
    ["an unknown right", { claims: { rights: ["fly"] } }],
    ["an unknown role", { claims: { role: "owner" } }],
    ["no seat", { claims: { seat: undefined } }],
  ])("when it has %s", async (_words, changes) => {
    // Safe: these break the types on purpose.
    const token = await forged(changes as { header?: object; claims?: JWTPayload });
    expect(await verifyToken(ticketKind, token, key, AT)).toEqual(refused);
  });

  it("even when it has expired: of a stranger's token nothing is told", async () => {
    const token = await forged({ claims: { exp: 1 } }, otherKey);
    expect(await verifyToken(ticketKind, token, key, AT)).toEqual(refused);
  });
});

describe("the signing key", () => {
  it.each(["", "{}", "secret", '{"kty":"oct","k":"c2VjcmV0"}', '{"kty":"OKP","crv":"Ed25519","x":"c2VjcmV0"}'])(
    "%j is none, and is not repeated",
    async (text) => {
      const error: unknown = await signingKey(text).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).toBe("Error: SIGNING_KEY is not an Ed25519 private key as JWK in JSON");
    },
  );

  it("is imported once for many uses", async () => {
    const secret = await newSecret();
    const [first, second] = await Promise.all([signingKey(secret), signingKey(secret)]);
    expect(first).toBe(second);
  });
});
