/** The phone's looks: one palette, one set of sizes. Lengths in pixels of the picture. */
export const COLOUR = {
  surface: "#f4f5fa",
  card: "#ffffff",
  line: "#e3e5ee",
  text: "#16181f",
  muted: "#6a6f80",
  accent: "#4058f2",
  accentPressed: "#2a3cc0",
  accentSoft: "#e4e8ff",
  onAccent: "#ffffff",
  pressed: "rgba(20, 24, 48, 0.10)",
  touch: "rgba(64, 88, 242, 0.35)",
  touchEdge: "rgba(255, 255, 255, 0.9)",
} as const;

export const STATUS_BAR_HEIGHT = 56;
export const TITLE_BAR_HEIGHT = 104;
export const NAVIGATION_BAR_HEIGHT = 88;
export const MARGIN = 32;

/** A length range that reads as one thing on a page, however wide the picture is. */
export const MAX_COLUMN_WIDTH = 760;
