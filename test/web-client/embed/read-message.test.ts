import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readToFrame } from "../../../web-client/embed/read-message.ts";
import { Random, seeds } from "../../support/random.ts";

const DOCUMENT = readFileSync(new URL("../../../docs/embedding.md", import.meta.url), "utf8");
/** Every message that the document shows, one a line. */
const EXAMPLES = (/^```json to-frame\n([^`]*)```/m.exec(DOCUMENT)?.[1] ?? "").trim().split("\n");
const OPEN = { nearglass: "embed.1", type: "open", grant: "g" };

describe("a message to the frame", () => {
  it.each(EXAMPLES)("of the document is read as it stands there: %s", (line) => {
    expect(readToFrame(JSON.parse(line))).toEqual(JSON.parse(line));
  });

  it("has an example of each kind in the document", () => {
    const types = EXAMPLES.map((line) => JSON.parse(line).type);
    expect(new Set(types)).toEqual(new Set(["open", "close", "focus", "mute", "unmute", "lease", "press", "text"]));
  });

  it.each([
    ["nothing", undefined],
    ["a text", "close"],
    ["a list", [OPEN]],
    ["unmarked", { type: "close" }],
    ["of a version that is not known", { ...OPEN, nearglass: "embed.2" }],
    ["without anything to open", { nearglass: "embed.1", type: "open" }],
    ["with a grant and a ticket", { ...OPEN, ticket: "t", session: "weur-1" }],
    ["with a ticket alone", { nearglass: "embed.1", type: "open", ticket: "t" }],
    ["with a grant that is too long", { ...OPEN, grant: "x".repeat(8 * 1024 + 1) }],
    ["with a session that would lead elsewhere", { nearglass: "embed.1", type: "open", ticket: "t", session: "../x" }],
    ["with an edge of its own", { ...OPEN, edge: "https://evil.example" }],
    ["with the page around in its own words", { ...OPEN, embeddedBy: "https://portal.example" }],
    ["with a button that is none", { nearglass: "embed.1", type: "press", button: "power" }],
    ["with too much text", { nearglass: "embed.1", type: "text", text: "x".repeat(16 * 1024 + 1) }],
  ])("that is %s is not read", (_words, data) => {
    expect(readToFrame(data)).toBeUndefined();
  });

  it.each(seeds())("that was damaged is read as itself or not at all, with seed %i", (seed) => {
    const random = new Random(seed);
    for (let round = 0; round < 2_000; round += 1) {
      const text = random.pick(EXAMPLES);
      const place = random.int(0, text.length - 1);
      const damaged = `${text.slice(0, place)}${random.pick([...'"{}:,xe1'])}${text.slice(place + 1)}`;
      const data = parsed(damaged);
      const read = readToFrame(data);
      if (read !== undefined) expect(read).toEqual(data);
    }
  });
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
