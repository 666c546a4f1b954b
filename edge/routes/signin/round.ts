/** The cookie of one round through the provider. Each has its own, so that two tabs can sign in at once. */
export const ROUND_TERMS = { prefix: "host", path: "/", secure: true, httpOnly: true, sameSite: "Lax" } as const;

export function roundCookie(state: string): string {
  return `nearglass-round-${state.slice(0, 8).replace(/[^\w-]/g, "")}`;
}
