import { fileURLToPath } from "node:url";
import emoji from "@fontsource/noto-color-emoji/unicode.json" with { type: "json" };
import arabic from "@fontsource-variable/noto-sans-arabic/unicode.json" with { type: "json" };
import devanagari from "@fontsource-variable/noto-sans-devanagari/unicode.json" with { type: "json" };
import hebrew from "@fontsource-variable/noto-sans-hebrew/unicode.json" with { type: "json" };
import korean from "@fontsource-variable/noto-sans-kr/unicode.json" with { type: "json" };
import chinese from "@fontsource-variable/noto-sans-sc/unicode.json" with { type: "json" };
import thai from "@fontsource-variable/noto-sans-thai/unicode.json" with { type: "json" };
import { GlobalFonts } from "@napi-rs/canvas";

// As on a web page: a font comes in many small files, each for some characters, and a file is read when a text needs it.
// Each is a family of its own, because a canvas that has to look for a character in many files takes a thousand times longer.

/**
 * A package, and its table: of each of its files the characters, as CSS writes a `unicode-range`. The tables of Chinese and
 * Korean name characters of each other that they do not draw.
 */
type Font = readonly [fontPackage: string, subsets: Readonly<Record<string, string>>, only?: RegExp];

/** The first that has a character draws it. */
const FONTS: readonly Font[] = [
  ["@fontsource-variable/noto-sans-arabic", arabic],
  ["@fontsource-variable/noto-sans-hebrew", hebrew],
  ["@fontsource-variable/noto-sans-devanagari", devanagari],
  ["@fontsource-variable/noto-sans-thai", thai],
  ["@fontsource-variable/noto-sans-kr", korean, /\p{Script=Hangul}/u],
  ["@fontsource-variable/noto-sans-sc", chinese],
];
/** Of its small files nothing is drawn by this canvas; the file of them all is. */
const EMOJI: Font = ["@fontsource/noto-color-emoji", { emoji: Object.values(emoji).join() }];
const ANY = /./su;
const IS_EMOJI = /\p{Emoji_Presentation}|\u{fe0f}/u;

interface FontFile {
  readonly family: string;
  readonly path: string;
  isRead: boolean;
}

type FontFiles = ReadonlyMap<number, FontFile>;

/** By character, made when the first is asked for. */
let scripts: FontFiles | undefined;
let emojis: FontFiles | undefined;

/**
 * The family that draws a character (a grapheme cluster), ready to be drawn with; undefined when no font has it.
 * @throws Error when a font of the packages cannot be read
 */
export function fallbackFamily(cluster: string): string | undefined {
  scripts ??= filesOf([...FONTS, EMOJI]);
  emojis ??= filesOf([EMOJI]);
  const character = cluster.codePointAt(0) ?? 0;
  const file = (IS_EMOJI.test(cluster) ? emojis.get(character) : undefined) ?? scripts.get(character);
  if (file === undefined) return undefined;
  if (!file.isRead && GlobalFonts.registerFromPath(file.path, file.family) === null)
    throw new Error(`the font ${file.family} cannot be read`);
  file.isRead = true;
  return file.family;
}

function filesOf(fonts: readonly Font[]): FontFiles {
  const files = new Map<number, FontFile>();
  for (const [fontPackage, subsets, only = ANY] of fonts) {
    for (const [subset, unicodeRange] of Object.entries(subsets)) {
      const file = fileOf(fontPackage, subset.replace(/[[\]]/g, ""));
      for (const character of charactersOf(unicodeRange)) {
        if (!files.has(character) && only.test(String.fromCodePoint(character))) files.set(character, file);
      }
    }
  }
  return files;
}

function fileOf(fontPackage: string, subset: string): FontFile {
  const name = fontPackage.slice(fontPackage.indexOf("/") + 1);
  const style = fontPackage.includes("variable") ? "wght-normal" : "400-normal";
  const path = fileURLToPath(import.meta.resolve(`${fontPackage}/files/${name}-${subset}-${style}.woff2`));
  return { family: `Nearglass ${name} ${subset}`, path, isRead: false };
}

function* charactersOf(unicodeRange: string): Generator<number> {
  for (const part of unicodeRange.split(",")) {
    const [from = "", to = from] = part.trim().slice("U+".length).split("-");
    const last = Number.parseInt(to, 16);
    for (let character = Number.parseInt(from, 16); character <= last; character += 1) yield character;
  }
}
