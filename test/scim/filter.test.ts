import { describe, expect, it } from "vitest";
import { matches, parseFilter, requiredValue, ScimFault } from "../../edge/scim/index.ts";
import { Random, seeds } from "../support/random.ts";

const ADA = {
  id: "p1",
  userName: "Ada@example.com",
  externalId: "X-1",
  displayName: "Ada Lovelace",
  active: true,
  age: 36,
  name: { givenName: "Ada", familyName: "Lovelace" },
  emails: [
    { value: "ada@example.com", type: "work", primary: true },
    { value: "ada@home.example", type: "home" },
  ],
  tags: ["red", "Blue"],
  meta: { created: "2026-11-24T12:00:00.000Z", lastModified: "2026-11-24T13:00:00.000Z" },
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { department: "Engines" },
};

describe("a filter", () => {
  it.each([
    ['userName eq "ada@EXAMPLE.com"', true],
    ['USERNAME EQ "ada@example.com"', true],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName sw "ADA@"', true],
    ['userName eq "ada"', false],
    ['userName co "example"', true],
    ['userName ew ".com"', true],
    ['userName ew ".org"', false],
    ['userName ne "ada@example.com"', false],
    ['nickName ne "x"', true],
    // What is exact by its schema is compared so.
    ['externalId eq "x-1"', false],
    ['externalId eq "X-1"', true],
    ["active eq true", true],
    ["active eq false", false],
    ["age gt 35", true],
    ["age ge 36 and age le 36", true],
    ["age lt 36", false],
    ['age gt "35"', false],
    ["title pr", false],
    ["name pr", true],
    ["title eq null", false],
    ['name.familyName eq "lovelace"', true],
    ['emails.value eq "ada@home.example"', true],
    ['emails eq "ada@home.example"', true],
    ['emails[type eq "work" and value co "example.com"]', true],
    // Of one and the same value, which two conditions beside each other are not.
    ['emails[type eq "work" and value co "home"]', false],
    ['emails.type eq "work" and emails.value co "home"', true],
    ["emails[not (primary eq true)]", true],
    ['tags eq "blue"', true],
    ['tags[value eq "red"]', true],
    ['meta.lastModified gt "2026-11-24T14:00:00+02:00"', true],
    ['meta.lastModified gt "2026-11-24T13:00:00Z"', false],
    ['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "engines"', true],
    ['active eq false and userName pr or displayName co "love"', true],
    ['active eq false and (userName pr or displayName co "love")', false],
    ["not (active eq false)", true],
    ['displayName eq "Ada \\"the first\\" Lovelace"', false],
  ])("%s: %s", (text, holds) => {
    expect(matches(parseFilter(text), ADA)).toBe(holds);
  });

  it.each([
    ...["", " ", "userName", "userName eq", 'eq "x"', 'userName is "x"', "userName eq x", "userName eq 'x'"],
    ...['userName eq "x', "(userName pr", "userName pr)", "userName pr and", "not userName pr", "emails[type pr"],
    ...[
      'userName eq "x" "y"',
      "active gt true",
      "userName co 1",
      "userName eq [1]",
      "userName gt null",
      "__proto__ pr",
    ],
    ...["a.b.c pr", "1a pr", "userName eq 01", `${"x".repeat(65)} pr`, "userName eq tru", 'userName eq "\\x"'],
    ...["urn:other:schema:userName pr", "userName pr; drop table person"],
  ])("%j is none", (text) => {
    expect(() => parseFilter(text)).toThrow(ScimFault);
  });

  it("is bounded in length and in depth", () => {
    expect(() => parseFilter(`${"(".repeat(100)}active pr${")".repeat(100)}`)).toThrow("nested too deeply");
    expect(() => parseFilter(`userName eq "${"x".repeat(2_000)}"`)).toThrow("too long");
    expect(() => parseFilter(Array.from({ length: 60 }, () => "active pr").join(" and "))).not.toThrow();
  });

  it("finds nothing by what would be a trick elsewhere", () => {
    for (const trick of ['" or 1=1 --', "' or ''='", "%", "*", "_", "x\u0000y"]) {
      const text = `userName eq ${JSON.stringify(trick)}`;
      expect(matches(parseFilter(text), ADA)).toBe(false);
      expect(matches(parseFilter(text), { userName: trick })).toBe(true);
    }
  });

  it("tells what every match must have", () => {
    const required = (text: string) => requiredValue(parseFilter(text), "userName");
    expect(required('userName eq "ada"')).toBe("ada");
    expect(required('active eq true and username eq "ada"')).toBe("ada");
    for (const none of [
      'userName eq "ada" or active eq true',
      'not (userName eq "ada")',
      'userName co "ada"',
      'emails[userName eq "ada"]',
    ]) {
      expect(required(none)).toBeUndefined();
    }
  });

  it.each(seeds(5))("made of any words is read or refused, and nothing else (NEARGLASS_SEED=%i)", (seed) => {
    const random = new Random(seed);
    const words = [
      "userName",
      "emails",
      "[",
      "]",
      "(",
      ")",
      "and",
      "or",
      "not",
      "eq",
      "pr",
      "gt",
      '"x"',
      "1",
      "true",
      ".",
      "\\",
      '"',
    ];
    for (let round = 0; round < 3_000; round += 1) {
      const text = Array.from({ length: random.int(1, 12) }, () => random.pick(words)).join(random.pick(["", " "]));
      try {
        matches(parseFilter(text), ADA);
      } catch (error) {
        expect(error, text).toBeInstanceOf(ScimFault);
      }
    }
  });
});
