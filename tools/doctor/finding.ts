/** One thing that was looked at. */
export type Finding =
  | { readonly state: "ok"; readonly what: string }
  /** `next` is the one step that mends it. */
  | { readonly state: "missing"; readonly what: string; readonly next: string };

export function ok(what: string): Finding {
  return { state: "ok", what };
}

export function missing(what: string, next: string): Finding {
  return { state: "missing", what, next };
}

/** As it is shown. */
export function wordsOf(finding: Finding): string {
  if (finding.state === "ok") return `  ok       ${finding.what}`;
  return `  missing  ${finding.what}\n           next: ${finding.next}`;
}
