import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readGrantBlock, splitGrant } from "#protocol";
import { narrow, narrowWith, seal } from "../../../web-client/sdk/narrow.ts";
import {
  FIRST_BLOCK,
  FIRST_PAYLOAD,
  HOLDER_KEYS,
  ROOT,
  SEAL,
  SECOND_BLOCK,
  SECOND_PAYLOAD,
} from "../../support/grant-vectors.ts";

const [FIRST, SECOND, THIRD] = HOLDER_KEYS;
const FROM_EDGE = `${ROOT}~${FIRST.seed}`;
const ONCE = `${ROOT}~${FIRST_BLOCK}~${SECOND.seed}`;
const TWICE = `${ROOT}~${FIRST_BLOCK}~${SECOND_BLOCK}~${THIRD.seed}`;

describe("narrowing a link", () => {
  it("N-1 makes the very text of the vectors", async () => {
    expect(
      await narrowWith(SECOND, FROM_EDGE, { rights: ["view", "audio"], countries: ["DE", "FR"], name: "Bob" }),
    ).toBe(ONCE);
    const second = { rights: ["view"], uses: 1, expiresAt: 1_800_003_600 } as const;
    expect(await narrowWith(THIRD, ONCE, { ...second, rights: [...second.rights] })).toBe(TWICE);
    expect(await seal(TWICE)).toBe(`${ROOT}~${FIRST_BLOCK}~${SECOND_BLOCK}~${SEAL}`);
  });

  it("N-1 the vectors are those of the document, and read as what they were made from", () => {
    const document = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");
    const vectors = /^```text grant\n([^`]*)```/m.exec(document)?.[1]?.split("\n") ?? [];
    const seeds = HOLDER_KEYS.map(({ seed }) => seed);
    for (const line of [ROOT, FIRST_BLOCK, FIRST_PAYLOAD, SECOND_BLOCK, SECOND_PAYLOAD, SEAL, ...seeds])
      expect(vectors).toContain(line);
    const payloads = splitGrant(TWICE)?.blocks.map(({ payload }) => readGrantBlock(payload));
    expect(payloads).toEqual([JSON.parse(FIRST_PAYLOAD), JSON.parse(SECOND_PAYLOAD)]);
  });

  it("keeps the form that it was given: a URL stays one, with nothing before its hash changed", async () => {
    const url = await narrow(`https://nearglass.example/s#${FROM_EDGE}`, { rights: ["view"] });
    expect(url.startsWith(`https://nearglass.example/s#${ROOT}~`)).toBe(true);
    expect(splitGrant(url.split("#")[1] ?? "")?.blocks).toHaveLength(1);
    expect(await narrow(FROM_EDGE, {})).toMatch(/^eyJ/);
  });

  it("takes a new key each time, so that two links out of one are counted apart", async () => {
    const [one, other] = [await narrow(FROM_EDGE, { uses: 1 }), await narrow(FROM_EDGE, { uses: 1 })];
    expect(one).not.toBe(other);
  });

  it.each([
    ["a right that was taken away", { rights: ["touch" as const] }],
    ["a country more", { countries: ["DE", "US"] }],
    ["a later end", { expiresAt: 1_800_086_401 }],
    ["more uses", { uses: 21 }],
    ["no right at all", { rights: [] }],
    ["half a use", { uses: 0.5 }],
    ["an origin with a path", { embeddingOrigins: ["https://portal.example/x"] }],
    ["a country that is none", { countries: ["Germany"] }],
    ["a name of 65", { name: "x".repeat(65) }],
    ["a field that is none", { forever: true } as object],
  ])("N-2 with %s is refused before anybody is handed it", async (_words, by) => {
    await expect(narrow(ONCE, by)).rejects.toThrow(TypeError);
  });

  it.each([
    ["a link that is none", "https://nearglass.example/s"],
    ["a plain grant", ROOT],
    ["a sealed one", `${ROOT}~${SEAL}`],
    ["one that was cut short", FROM_EDGE.slice(0, -1)],
    ["one with a claim that is no JSON", `a.b.c~${FIRST.seed}`],
  ])("N-3 of %s is refused", async (_words, link) => {
    await expect(narrow(link, {})).rejects.toThrow(TypeError);
  });

  it("N-1 goes on for eight holders, and no further", async () => {
    let link = FROM_EDGE;
    for (let holder = 1; holder <= 8; holder += 1) link = await narrow(link, { name: `holder ${holder}` });
    await expect(narrow(link, {})).rejects.toThrow("too often");
  });
});
