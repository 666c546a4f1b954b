import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { files, text } from "./tree.ts";

/** What happened is not rewritten, so what it names may be gone. */
const PAST = /^(CHANGELOG\.md|docs\/decisions\/)/;
const DOCUMENTS = files(".md").filter((path) => !PAST.test(path));
const everything = files();
const folders = new Set(
  everything.flatMap((path) => path.split("/").map((_, index, parts) => parts.slice(0, index).join("/"))),
);
const topFolders = [...folders].filter((folder) => folder !== "" && !folder.includes("/"));
/** Made by programs, and therefore not in the tree. */
const MADE = /^(node_modules|dist|\.nearglass|\.wrangler)(\/|$)/;

function exists(path: string): boolean {
  const plain = path.replace(/\/$/, "");
  return MADE.test(plain) || everything.includes(plain) || folders.has(plain);
}

/** Links without a scheme, and words in backquotes that begin with a folder of ours or end like a file of the root. */
function namesIn(document: string, path: string): string[] {
  const links = [...document.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, target = ""]) => target);
  const relative = links
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => posix.normalize(posix.join(posix.dirname(path), target)));
  const quoted = [...document.matchAll(/`([^`\s]+)`/g)].map(([, word = ""]) => word);
  const paths = quoted.filter(
    (word) => /^[\w./-]+$/.test(word) && topFolders.some((folder) => word.startsWith(`${folder}/`)),
  );
  return [...relative, ...paths];
}

describe("the documents", () => {
  it.each([
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "LICENSE",
    "docs/architecture.md",
    "docs/protocol.md",
  ])("there is %s", (path) => {
    expect(everything).toContain(path);
  });

  it.each(DOCUMENTS)("%s names files that exist", (path) => {
    expect(namesIn(text(path), path).filter((name) => !exists(name))).toEqual([]);
  });

  it("decisions are numbered one by one", () => {
    const numbers = files(".md")
      .filter((path) => path.startsWith("docs/decisions/"))
      .map((path) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it("a name that leads nowhere is seen", () => {
    const document =
      "See [it](../edge/gone.ts#L3), `edge/relay/gone.ts`, `edge/relay`, [web](https://example.com/x) and `npm test`.";
    expect(namesIn(document, "docs/x.md").filter((name) => !exists(name))).toEqual([
      "edge/gone.ts",
      "edge/relay/gone.ts",
    ]);
  });
});
