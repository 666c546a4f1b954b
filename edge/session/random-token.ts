const TOKEN_BYTES = 32;

/** What `randomToken` makes. */
export const RESUME_TOKEN = /^[\w-]{43}$/;

/** 256 bits of chance, base64url. */
export function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
