import { fileURLToPath } from "node:url";
import { GlobalFonts } from "@napi-rs/canvas";

/**
 * The phone brings Inter along, because a server may have no fonts at all. Scripts that Inter does not cover are
 * drawn with whatever fonts the machine has.
 */
const FAMILY = "Nearglass Inter";
const SCRIPTS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese"] as const;
const WEIGHTS = [400, 500, 600, 700] as const;

export type FontWeight = (typeof WEIGHTS)[number];

for (const script of SCRIPTS) {
  for (const weight of WEIGHTS) {
    const file = fileURLToPath(import.meta.resolve(`@fontsource/inter/files/inter-${script}-${weight}-normal.woff2`));
    if (GlobalFonts.registerFromPath(file, FAMILY) === null)
      throw new Error(`the font ${script} ${weight} cannot be read`);
  }
}

/** A CSS font; `size` in pixels. */
export function font(size: number, weight: FontWeight = 400): string {
  return `${weight} ${size}px "${FAMILY}"`;
}
