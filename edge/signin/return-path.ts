const HOME = "/portal";
/** Printable, and short enough for an address. */
const PATH = /^\/[!-~]{0,500}$/;

/** Where a browser goes after signing in: a path of the edge's own, and nothing that a browser would take for another place. */
export function returnPath(wished: string | undefined): string {
  if (wished === undefined || !PATH.test(wished)) return HOME;
  return /^\/[/\\]/.test(wished) || wished.includes("\\") ? HOME : wished;
}
