/** An API key as its holder shows it: which tenant's, which key, and the secret that only the holder has. */
export interface ShownKey {
  readonly tenant: string;
  readonly id: string;
  readonly secret: string;
}

/** 32 random bytes. */
const SECRET = "[\\w-]{43}";
const KEY = new RegExp(`^ngk_([\\da-f]{32})_(${SECRET})\\.([\\w.-]{1,64})$`);

export function writeApiKey({ tenant, id, secret }: ShownKey): string {
  return `ngk_${id}_${secret}.${tenant}`;
}

/** Undefined when the text does not even look like a key. */
export function readApiKey(text: string): ShownKey | undefined {
  const [, id, secret, tenant] = KEY.exec(text) ?? [];
  return id === undefined || secret === undefined || tenant === undefined ? undefined : { tenant, id, secret };
}

/** What is kept of a secret. It is too long to be guessed, so that one round of SHA-256 is enough. */
export async function hashSecret(secret: string): Promise<ArrayBuffer> {
  return await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret));
}

/** Takes the same time wherever they differ. */
export function isSameHash(left: ArrayBuffer, right: ArrayBuffer): boolean {
  return left.byteLength === right.byteLength && crypto.subtle.timingSafeEqual(left, right);
}
