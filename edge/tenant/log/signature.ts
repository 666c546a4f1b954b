import { derivedSecret } from "../../access/index.ts";

/** Secrets and signatures of webhooks, in the form of the Standard Webhooks specification. */

/** As it is told to the administrator: `whsec_` and base64. */
export function secretText(secret: ArrayBuffer): string {
  return `whsec_${base64(secret)}`;
}

export async function webhookSecret(
  signingSecret: string,
  { tenant, webhook, salt }: { readonly tenant: string; readonly webhook: string; readonly salt: string },
): Promise<ArrayBuffer> {
  return await derivedSecret(signingSecret, `webhook\n${tenant}\n${webhook}`, salt);
}

/** HMAC-SHA-256 over `id.timestamp.body`. @param timestamp Unix seconds */
export async function signDelivery(
  secret: ArrayBuffer,
  { id, timestamp, body }: { readonly id: string; readonly timestamp: number; readonly body: string },
): Promise<string> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${id}.${timestamp}.${body}`));
  return `v1,${base64(signature)}`;
}

function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
