import { fileURLToPath } from "node:url";
import { GlobalFonts } from "@napi-rs/canvas";
import { fallbackFamily } from "./fallback-fonts.ts";

/** The phone brings its fonts along, because a server may have none at all. */
const FAMILY = "Nearglass Inter";
const INTER = `"${FAMILY}"`;
const SCRIPTS = ["latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek", "greek-ext", "vietnamese"] as const;
const WEIGHTS = [400, 500, 600, 700] as const;

export type FontWeight = (typeof WEIGHTS)[number];

/** What Inter may lack: all but Latin, Greek, Cyrillic, and the signs and spaces among them. */
const FOREIGN =
  /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{ASCII}\u00a0-\u02ff\u2000-\u2026\u2030-\u203a]/u;
const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

for (const script of SCRIPTS) {
  for (const weight of WEIGHTS) {
    const file = fileURLToPath(import.meta.resolve(`@fontsource/inter/files/inter-${script}-${weight}-normal.woff2`));
    if (GlobalFonts.registerFromPath(file, FAMILY) === null)
      throw new Error(`the font ${script} ${weight} cannot be read`);
  }
}

/** A part of a line that one font draws, or a list of them, as CSS names it. */
export interface Run {
  readonly text: string;
  readonly families: string;
}

/** A line in parts, each with the font that draws it. What reads from right to left is one part: its order is the canvas's. */
export function runsOf(line: string): readonly Run[] {
  if (!FOREIGN.test(line)) return [{ text: line, families: INTER }];
  const runs: { text: string; families: string }[] = [];
  for (const { segment } of graphemes.segment(line)) {
    const families = familyOf(segment);
    const last = runs.at(-1);
    if (last?.families === families) last.text += segment;
    else runs.push({ text: segment, families });
  }
  if (!RIGHT_TO_LEFT.test(line)) return runs;
  return [{ text: line, families: [...new Set([INTER, ...runs.map(({ families }) => families)])].join() }];
}

/** A CSS font; `size` in pixels. */
export function font({ families }: Run, size: number, weight: FontWeight = 400): string {
  return `${weight} ${size}px ${families}`;
}

function familyOf(cluster: string): string {
  const fallback = FOREIGN.test(cluster) ? fallbackFamily(cluster) : undefined;
  return fallback === undefined ? INTER : `"${fallback}"`;
}
