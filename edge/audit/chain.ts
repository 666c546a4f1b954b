import type { CryptoKey } from "jose";

/** SHA-256 over the hash before and the event, as 64 hexadecimal digits. */
export async function chainHash(previous: string, text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytesOf(`${previous}\n${text}`));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Ed25519, base64url. */
export async function signText(text: string, key: CryptoKey): Promise<string> {
  const signature = await crypto.subtle.sign("Ed25519", key, bytesOf(text));
  return btoa(String.fromCharCode(...new Uint8Array(signature)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

export async function isSignatureOf(signature: string, text: string, key: CryptoKey): Promise<boolean> {
  // Of 64 bytes; the last of the 86 digits carries 4 bits, and no other text stands for the same bytes.
  if (!/^[\w-]{85}[AQgw]$/.test(signature)) return false;
  const binary = atob(signature.replaceAll("-", "+").replaceAll("_", "/"));
  return await crypto.subtle.verify(
    "Ed25519",
    key,
    Uint8Array.from(binary, (unit) => unit.charCodeAt(0)),
    bytesOf(text),
  );
}

/** Of the type that the platform around it has for bytes. */
function bytesOf(text: string) {
  return new TextEncoder().encode(text);
}
