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

/** By their packages. The first that has a character draws it. */
const FONTS = [
  fallback("@fontsource-variable/noto-sans-arabic", arabic),
  fallback("@fontsource-variable/noto-sans-hebrew", hebrew),
  fallback("@fontsource-variable/noto-sans-devanagari", devanagari),
  fallback("@fontsource-variable/noto-sans-thai", thai),
  fallback("@fontsource-variable/noto-sans-sc", chinese),
  fallback("@fontsource-variable/noto-sans-kr", korean),
  // Of its subsets nothing is drawn by this canvas; the file of them all is.
  fallback("@fontsource/noto-color-emoji", { emoji: Object.values(emoji).join() }),
] as const;

interface FallbackFont {
  readonly family: string;
  /** Files that were not read yet, and the characters in them. */
  readonly waiting: Map<string, readonly Range[]>;
  /** All that the font has. */
  readonly covers: readonly Range[];
}

/** Code points, both included. */
type Range = readonly [from: number, to: number];

/**
 * The families that draw these characters, ready to be drawn with.
 * @throws Error when a font of the packages cannot be read
 */
export function familiesFor(characters: ReadonlySet<number>): readonly string[] {
  const used = FONTS.filter(({ covers }) => [...characters].some((character) => isIn(covers, character)));
  for (const { family, waiting } of used) {
    for (const [file, ranges] of waiting) {
      if (![...characters].some((character) => isIn(ranges, character))) continue;
      if (GlobalFonts.registerFromPath(file, family) === null) throw new Error(`the font ${family} cannot be read`);
      waiting.delete(file);
    }
  }
  return used.map(({ family }) => family);
}

/** @param subsets the package's table: of each subset its characters, as CSS writes a `unicode-range` */
function fallback(fontPackage: string, subsets: Readonly<Record<string, string>>): FallbackFont {
  const id = fontPackage.slice(fontPackage.indexOf("/") + 1);
  const style = fontPackage.includes("variable") ? "wght-normal" : "400-normal";
  const waiting = new Map(
    Object.entries(subsets).map(([subset, unicodeRange]) => {
      const name = `${id}-${subset.replace(/[[\]]/g, "")}-${style}.woff2`;
      return [fileURLToPath(import.meta.resolve(`${fontPackage}/files/${name}`)), rangesOf(unicodeRange)];
    }),
  );
  return { family: `Nearglass ${id}`, waiting, covers: [...waiting.values()].flat() };
}

function rangesOf(unicodeRange: string): Range[] {
  return unicodeRange.split(",").map((part) => {
    const [from = "", to = from] = part.trim().slice("U+".length).split("-");
    return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
  });
}

function isIn(ranges: readonly Range[], character: number): boolean {
  return ranges.some(([from, to]) => from <= character && character <= to);
}
