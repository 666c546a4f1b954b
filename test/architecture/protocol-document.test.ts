import { describe, expect, it } from "vitest";
import * as protocol from "#protocol";
import { files, text } from "./tree.ts";

const DOCUMENT = text("docs/protocol.md");
const RULE = /\b[FIMCKWSERLHQTGDBNU]-\d+\b/g;
/** Rules as the document begins them, in its order. */
const RULES = [...DOCUMENT.matchAll(/^\*\*([A-Z]-\d+)\*\*/gm)].map(([, id = ""]) => id);

/** Rules that no test can carry, and why. */
const UNPROVED: Readonly<Record<string, string>> = {
  "D-1": "speaks of transports that do not exist yet",
};

/** Every source and test, and which rules it names. */
const NAMED = files(".ts")
  .filter((path) => !path.startsWith("test/architecture/"))
  .map((path) => ({ path, ids: [...text(path).matchAll(RULE)].map(([id]) => id) }));

describe("the rules of the document", () => {
  it("are numbered from 1 without a gap in each family, and none twice", () => {
    const families = Map.groupBy(RULES, (id) => id.charAt(0));
    for (const [family, ids] of families) expect(ids).toEqual(ids.map((_, index) => `${family}-${index + 1}`));
  });

  it("are all that sources, tests and documents speak of", () => {
    const spoken = [...NAMED, { path: "docs/protocol.md", ids: [...DOCUMENT.matchAll(RULE)].map(([id]) => id) }];
    const unknown = spoken.flatMap(({ path, ids }) =>
      ids.filter((id) => !RULES.includes(id)).map((id) => `${path}: ${id}`),
    );
    expect(unknown).toEqual([]);
  });

  it("are each carried by a test", () => {
    const proved = new Set(NAMED.filter(({ path }) => path.endsWith(".test.ts")).flatMap(({ ids }) => ids));
    expect(RULES.filter((id) => !proved.has(id))).toEqual(Object.keys(UNPROVED));
  });
});

const CHANNELS: Readonly<Record<string, (text: string) => { readonly type: string }>> = {
  viewer: protocol.viewerChannel.parse,
  "to-viewer": protocol.toViewerChannel.parse,
  origin: protocol.originChannel.parse,
  "to-origin": protocol.toOriginChannel.parse,
  host: protocol.hostChannel.parse,
  "to-host": protocol.toHostChannel.parse,
};

/** The examples of a channel, one message a line. */
function examples(channel: string): readonly string[] {
  const block = new RegExp(`^\`\`\`json ${channel}\n([^\`]*)\`\`\``, "m").exec(DOCUMENT)?.[1] ?? "";
  return block.trim().split("\n");
}

describe.each(Object.entries(CHANNELS))("the channel %s in the document", (channel, parse) => {
  it("has examples that are messages, with nothing left out when they are read", () => {
    for (const example of examples(channel)) expect(parse(example)).toEqual(JSON.parse(example));
  });

  it("has a row for each example, and one for nothing else", () => {
    const after = DOCUMENT.slice(DOCUMENT.indexOf(`\`\`\`json ${channel}\n`)).split("```")[2] ?? "";
    const table = after.split("\n\n**")[0] ?? "";
    const rows = [...table.matchAll(/^\| `([\w-]+)` \|.*\| (?:yes|no) \|$/gm)].map(([, type]) => type);
    expect(rows).toEqual(examples(channel).map((example) => parse(example).type));
  });
});

describe("the tables of the document", () => {
  it("C-1 are the close codes, all of them", () => {
    const rows = [...DOCUMENT.matchAll(/^\| (\d{4}) \| `(\w+)` \| (\w+) \| (.+) \|$/gm)];
    const table = Object.fromEntries(
      rows.map(([, code, name, after, words]) => [name, { code: Number(code), after, words }]),
    );
    expect(table).toEqual(protocol.CLOSE);
  });

  it("C-2 are the fault codes, all of them", () => {
    // The type checker refuses this list when it names another code, or not all.
    const codes: Readonly<Record<protocol.FaultCode, true>> = {
      truncated: true,
      oversized: true,
      "unsupported-version": true,
      "unknown-kind": true,
      "bad-flags": true,
      "bad-value": true,
      "bad-utf8": true,
      "bad-json": true,
      "unknown-type": true,
      "unexpected-message": true,
    };
    const listed = DOCUMENT.split("never repeat what was sent:")[1]?.split("\n\n")[1] ?? "";
    expect([...listed.matchAll(/`([\w-]+)`/g)].map(([, code]) => code)).toEqual(Object.keys(codes));
  });

  it("M-4 are the limits, all of them", () => {
    const rows = [...DOCUMENT.matchAll(/^\| `(MAX_\w+)` \| (\d+) \|/gm)].map(([, name, value]) => [
      name,
      Number(value),
    ]);
    const limits = Object.entries(protocol).filter(([name]) => name.startsWith("MAX_"));
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(limits));
  });

  it("R-1 are the rights, all of them", () => {
    const rule = DOCUMENT.split("**R-1**")[1]?.split("**R-2**")[0] ?? "";
    for (const right of protocol.RIGHTS) expect(rule).toContain(`\`${right}\``);
  });
});
