import { fileURLToPath } from "node:url";
import { GlobalFonts } from "@napi-rs/canvas";
import { familiesFor } from "./fallback-fonts.ts";

/** The phone brings its fonts along, because a server may have none at all. */
const FAMILY = "Nearglass Inter";
const SCRIPTS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese"] as const;
const WEIGHTS = [400, 500, 600, 700] as const;

/** What Inter lacks, and may stand in a text: all but Latin, Greek, Cyrillic, and the signs and spaces among them. */
const FOREIGN =
  /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{ASCII}\u00a0-\u02ff\u2000-\u2026\u2030-\u203a]/gu;

export type FontWeight = (typeof WEIGHTS)[number];

for (const script of SCRIPTS) {
  for (const weight of WEIGHTS) {
    const file = fileURLToPath(import.meta.resolve(`@fontsource/inter/files/inter-${script}-${weight}-normal.woff2`));
    if (GlobalFonts.registerFromPath(file, FAMILY) === null)
      throw new Error(`the font ${script} ${weight} cannot be read`);
  }
}

/** A CSS font to draw or measure this text with; `size` in pixels. */
export function font(text: string, size: number, weight: FontWeight = 400): string {
  return `${weight} ${size}px ${familiesOf(text)}`;
}

function familiesOf(text: string): string {
  const foreign = text.match(FOREIGN);
  if (foreign === null) return `"${FAMILY}"`;
  const characters = new Set(foreign.map((character) => character.codePointAt(0) ?? 0));
  return [FAMILY, ...familiesFor(characters)].map((family) => `"${family}"`).join(", ");
}
