import { describe, expect, it } from "vitest";
import { type GrantBlock, signedByBlock, withBlock, withSeal, writeBase64url, writeGrantBlock } from "#protocol";
import { publicOf } from "../../edge/access/grant/ed25519.ts";
import { narrow, narrowWith, seal } from "../../web-client/sdk/narrow.ts";
import { FIRST_BLOCK, HOLDER_KEYS, MADE_AT, ROOT, SEAL, SECOND_BLOCK } from "../support/grant-vectors.ts";
import { sign } from "../support/sign.ts";
import { EDGE_KEY, look, NOT_VALID, newGrant } from "./world.ts";

const [FIRST, SECOND, THIRD] = HOLDER_KEYS;
const NOW_S = MADE_AT / 1_000;

/** A block that says anything at all, signed as it should be. */
async function widened(grant: string, says: object): Promise<string> {
  const [body, seed] = [grant.slice(0, grant.lastIndexOf("~")), grant.slice(grant.lastIndexOf("~") + 1)];
  // Safe: the point is that it may be none.
  const payload = writeGrantBlock({ next: THIRD.key, ...says } as GrantBlock);
  return withBlock(body, payload, await sign(seed, signedByBlock(body, payload)), THIRD.seed);
}

describe("the vectors", () => {
  it("N-1 hold, with a key and with a seal", async () => {
    for (const proof of [THIRD.seed, SEAL]) {
      expect(await look(`${ROOT}~${FIRST_BLOCK}~${SECOND_BLOCK}~${proof}`)).toMatchObject({
        verified: true,
        grant: {
          terms: { rights: ["view"], countries: ["DE", "FR"], uses: 1, expiresAt: 1_800_003_600 },
          bounds: [{ block: THIRD.key, limit: 1 }],
          holders: ["Bob"],
          claims: { link: "vector", uses: 20 },
        },
      });
    }
  });

  it("N-1 name the keys that their seeds belong to", async () => {
    for (const { seed, key } of [EDGE_KEY, ...HOLDER_KEYS]) expect(await publicOf(seed)).toBe(key);
  });
});

describe("a narrowed grant", () => {
  it("N-2 is what is left after every block", async () => {
    const at = { notBefore: NOW_S - 10, expiresAt: NOW_S + 600 };
    const origins = ["https://a.example", "https://b.example"];
    let link = await newGrant({ name: "Ada" });
    link = await narrow(link, { rights: ["view", "touch"], ...at, uses: 5, embeddingOrigins: origins });
    link = await narrow(link, {
      rights: ["view"],
      audience: "bob",
      name: "Bob",
      embeddingOrigins: ["https://a.example"],
    });
    link = await narrow(link, { uses: 2, countries: ["DE"], session: "weur-1", audience: "bob" });
    const answer = await look(link);
    expect(answer).toMatchObject({
      grant: {
        terms: {
          ...at,
          ...{ rights: ["view"], uses: 2, countries: ["DE"], embeddingOrigins: ["https://a.example"] },
          ...{ audience: "bob", session: "weur-1" },
        },
        holders: ["Ada", "Bob"],
      },
    });
    expect(answer.verified && answer.grant.bounds.map(({ limit }) => limit)).toEqual([5, 2]);
  });

  it("N-2 is good from its start and until its end, whatever the link before it is", async () => {
    const link = await narrow(await newGrant(), { notBefore: NOW_S + 60, expiresAt: NOW_S + 120 });
    expect(await look(link, MADE_AT + 59_999)).toEqual({ verified: false, refusal: "not-yet" });
    expect(await look(link, MADE_AT + 60_000)).toMatchObject({ verified: true });
    expect(await look(link, MADE_AT + 119_999)).toMatchObject({ verified: true });
    expect(await look(link, MADE_AT + 120_000)).toEqual({ verified: false, refusal: "expired" });
    expect(await look(await narrow(await newGrant(), {}), MADE_AT + 86_400_000)).toMatchObject({ refusal: "expired" });
  });

  it.each([
    ["rights", { rights: ["view"] }, { rights: ["view", "touch"] }],
    ["expiresAt", { expiresAt: NOW_S + 60 }, { expiresAt: NOW_S + 61 }],
    ["notBefore", { notBefore: NOW_S - 60 }, { notBefore: NOW_S - 61 }],
    ["uses", { uses: 2 }, { uses: 3 }],
    ["countries", { countries: ["DE"] }, { countries: ["DE", "US"] }],
    ["embeddingOrigins", { embeddingOrigins: ["https://a.example"] }, { embeddingOrigins: ["https://b.example"] }],
    ["audience", { audience: "bob" }, { audience: "eve" }],
    ["session", { session: "weur-1" }, { session: "weur-2" }],
  ])(
    "N-2 that widens %s again is refused, by a holder's block and by the edge's own statement",
    async (_name, by, wider) => {
      // Safe: every row narrows one field.
      const { expiresAt, ...claims } = by as { readonly expiresAt?: number };
      const narrowed = await widened(await newGrant(), { ...by, next: SECOND.key }).then((link) =>
        link.replace(THIRD.seed, SECOND.seed),
      );
      expect(await look(narrowed)).toMatchObject({ verified: true });
      expect(await look(await widened(narrowed, by))).toMatchObject({ verified: true });
      expect(await look(await widened(narrowed, wider))).toEqual(NOT_VALID);
      // The end of the edge's own statement is not a claim of ours.
      if (expiresAt === undefined) expect(await look(await widened(await newGrant(claims), wider))).toEqual(NOT_VALID);
      else expect(await look(await widened(await newGrant(), { expiresAt: NOW_S + 86_401 }))).toEqual(NOT_VALID);
    },
  );

  it.each([
    ["a field that is none", { forever: true }],
    ["no right at all", { rights: [] }],
    ["no next key", { next: undefined }],
    ["a next key that is none", { next: "x" }],
    ["the next key of an earlier block", { next: FIRST.key }],
    ["a use less than one", { uses: 0 }],
  ])("N-2 with a block of %s is refused", async (_words, says) => {
    expect(await look(await widened(await newGrant(), says))).toEqual(NOT_VALID);
  });
});

describe("a chain that was tampered with", () => {
  const blocks = [FIRST_BLOCK, SECOND_BLOCK];
  const chain = (...parts: readonly string[]) => [ROOT, ...parts].join("~");

  it.each([
    ["cut down to the edge's statement", chain()],
    ["cut down to the first holder's part, with the last key", chain(FIRST_BLOCK, THIRD.seed)],
    ["without its first block", chain(SECOND_BLOCK, THIRD.seed)],
    ["without its proof", chain(...blocks)],
    ["re-ordered", chain(SECOND_BLOCK, FIRST_BLOCK, THIRD.seed)],
    ["with a block twice", chain(FIRST_BLOCK, FIRST_BLOCK, SECOND.seed)],
    ["with another holder's key", chain(...blocks, SECOND.seed)],
    ["with the edge's own key", chain(...blocks, EDGE_KEY.seed)],
    ["with a seal of all and a block less", chain(FIRST_BLOCK, SEAL)],
    ["with a key after its seal", chain(...blocks, SEAL, THIRD.seed)],
    ["with an empty part", chain("", ...blocks, THIRD.seed)],
    ["with a signature's spare bits set", chain(...blocks.map((block) => `${block.slice(0, -1)}B`), THIRD.seed)],
    ["with a proof that is a public key", chain(...blocks, THIRD.key)],
  ])("N-3 is refused: %s", async (_words, grant) => {
    expect(await look(grant)).toEqual(NOT_VALID);
  });

  it("N-3 is refused after a root that another link's holder signed for", async () => {
    const [one, other] = [await newGrant({ link: "one" }), await newGrant({ link: "other" })];
    const narrowed = await narrowWith(SECOND, one, { rights: ["view"] });
    const [, block = "", seed = ""] = narrowed.split("~");
    expect(await look(narrowed)).toMatchObject({ verified: true });
    expect(await look(`${other.split("~")[0]}~${block}~${seed}`)).toEqual(NOT_VALID);
  });

  it("N-3 is refused where a plain grant has anything behind it", async () => {
    const plain = (await newGrant()).split("~")[0] ?? "";
    const { next: _, ...without } = { next: "" };
    const [root = ""] = (await newGrant({ ...without, next: "not a key" })).split("~");
    expect(await look(`${plain}~${SECOND.seed}`)).toEqual(NOT_VALID);
    expect(await look(`${root}~${FIRST.seed}`)).toEqual(NOT_VALID);
  });

  it("N-3 a seal is no block's signature, and a block's is no seal", async () => {
    const grant = await newGrant();
    const [body = ""] = grant.split("~");
    expect(await look(withSeal(body, await sign(FIRST.seed, signedByBlock(body, ""))))).toEqual(NOT_VALID);
    expect(await look(await seal(grant))).toMatchObject({ verified: true });
  });

  it("N-1 is refused when it is too long, or handed on too often", async () => {
    const parts = Array.from({ length: 9 }, () => FIRST_BLOCK);
    expect(await look(chain(...parts, THIRD.seed))).toEqual(NOT_VALID);
    const long = writeBase64url(new TextEncoder().encode(JSON.stringify({ name: "x".repeat(8_192) })));
    expect(await look(chain(`${long}.${FIRST_BLOCK.split(".")[1]}`, THIRD.seed))).toEqual(NOT_VALID);
  });
});
