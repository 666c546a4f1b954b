import { describe, expect, it } from "vitest";
import { type GrantTerms, narrowTerms, readBase64url, splitGrant, writeBase64url } from "#protocol";
import { narrow } from "../../web-client/sdk/narrow.ts";
import { Random, seeds } from "../support/random.ts";
import { look, newGrant } from "./world.ts";

const ROUNDS = 400;
/** Seeds that once failed are kept here for good. */
const PAST_FAILURES: readonly number[] = [];
const RIGHTS = ["view", "audio", "touch", "keyboard"] as const;
const COUNTRIES = ["DE", "FR", "US", "JP"] as const;

function some<Item>(random: Random, of: readonly Item[]): Item[] {
  const chosen = of.filter(() => random.chance(0.6));
  return chosen.length === 0 ? [random.pick(of)] : chosen;
}

function randomNarrowing(random: Random) {
  return {
    ...(random.chance(0.6) ? { rights: some(random, RIGHTS) } : {}),
    ...(random.chance(0.5) ? { countries: some(random, COUNTRIES) } : {}),
    ...(random.chance(0.5) ? { uses: random.int(1, 9) } : {}),
    ...(random.chance(0.5) ? { expiresAt: 1_800_000_000 + random.int(1, 90_000) } : {}),
    ...(random.chance(0.5) ? { notBefore: 1_800_000_000 - random.int(0, 90) } : {}),
    ...(random.chance(0.3) ? { audience: random.pick(["ada", "bob"]) } : {}),
  };
}

/** One change anywhere: a sign of another letter, a part left out, doubled or moved, a part of another chain. */
function tampered(random: Random, grant: string, other: string): string {
  const parts = grant.split("~");
  const at = random.int(0, parts.length - 1);
  switch (random.int(0, 4)) {
    case 0: {
      const place = random.int(0, grant.length - 1);
      return `${grant.slice(0, place)}${random.pick([..."AZaz09-_.~"])}${grant.slice(place + 1)}`;
    }
    case 1:
      return parts.toSpliced(at, 1).join("~");
    case 2:
      return parts.toSpliced(at, 0, parts[at] ?? "").join("~");
    case 3:
      return parts.with(at, parts[random.int(0, parts.length - 1)] ?? "").join("~");
    default:
      return parts.with(at, random.pick(other.split("~"))).join("~");
  }
}

describe.each(seeds(...PAST_FAILURES))("with seed %i", (seed) => {
  it("N-2 no chain of blocks gives more than any link on its way", () => {
    const random = new Random(seed);
    for (let round = 0; round < ROUNDS * 10; round += 1) {
      let terms: GrantTerms = { rights: [...RIGHTS], expiresAt: 1_800_086_400, uses: 8 };
      for (let holder = 0; holder < 5; holder += 1) {
        const narrowed = narrowTerms(terms, randomNarrowing(random));
        if (narrowed === undefined) continue;
        const within = (few: readonly string[] | undefined, many: readonly string[] | undefined) =>
          many === undefined || (few?.every((one) => many.includes(one)) ?? false);
        expect(within(narrowed.rights, terms.rights) && within(narrowed.countries, terms.countries)).toBe(true);
        expect(narrowed.expiresAt).toBeLessThanOrEqual(terms.expiresAt);
        expect(narrowed.uses).toBeLessThanOrEqual(terms.uses ?? 0);
        expect(narrowed.notBefore ?? 0).toBeGreaterThanOrEqual(terms.notBefore ?? 0);
        if (terms.audience !== undefined) expect(narrowed.audience).toBe(terms.audience);
        terms = narrowed;
      }
    }
  });

  it("N-3 a chain holds as it was made, and not when anything of it was changed", async () => {
    const random = new Random(seed);
    for (let round = 0; round < ROUNDS; round += 1) {
      const [first, other] = [await newGrant({ link: "one" }), await newGrant({ link: "other" })];
      let grant = await narrow(first, { name: "first" });
      for (let holder = random.int(0, 3); holder > 0; holder -= 1)
        grant = await narrow(grant, randomNarrowing(random)).catch(() => grant);
      expect(await look(grant), grant).not.toMatchObject({ refusal: "not-valid" });
      const changed = tampered(random, grant, await narrow(other, randomNarrowing(random)).catch(() => other));
      // A first link's own key shows the first link, which its holder may have kept.
      if (changed !== grant && changed !== first) {
        expect(await look(changed), `${seed}: ${grant} -> ${changed}`).toMatchObject({ verified: false });
      }
    }
  });

  it("N-1 noise is no grant, and bytes have one text", () => {
    const random = new Random(seed);
    for (let round = 0; round < ROUNDS * 10; round += 1) {
      const bytes = random.bytes(random.int(0, 70));
      const text = writeBase64url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString("base64url"));
      expect(readBase64url(text)).toEqual(bytes);
      const noise = `${text}~${random.pick(["", ".", "~", "seal."])}${writeBase64url(random.bytes(random.int(0, 70)))}`;
      const chain = splitGrant(noise);
      if (chain !== undefined) expect(chain.blocks).toHaveLength(0);
    }
  });
});
