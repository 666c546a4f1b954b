import {
  type AuditEvent,
  chainHash,
  checkpointLine,
  checkpointText,
  eventLine,
  eventText,
  NO_HASH,
  signText,
} from "../../edge/audit/index.ts";

const AT = Date.UTC(2026, 10, 24, 12);

/** An export as the edge would make it, with a checkpoint after every tenth event and at the end. */
export async function exported(
  count: number,
  change: (event: AuditEvent, sequence: number) => AuditEvent = (event) => event,
): Promise<{
  readonly lines: string[];
  readonly keys: ReadonlyMap<string, CryptoKey>;
  readonly jwk: JsonWebKey;
}> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("no pair");
  const lines: string[] = [];
  let previous = NO_HASH;
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const event: AuditEvent = { action: "person.changed", actor: "admin-token", subject: `person:${sequence}` };
    const text = eventText(change(event, sequence), "acme", sequence, AT + sequence);
    const hash = await chainHash(previous, text);
    lines.push(eventLine(text, hash, previous));
    previous = hash;
    if (sequence % 10 !== 0 && sequence !== count) continue;
    const checkpoint = checkpointText({ tenant: "acme", sequence, hash, at: new Date(AT).toISOString(), key: "k1" });
    lines.push(checkpointLine(checkpoint, await signText(checkpoint, pair.privateKey)));
  }
  const jwk = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { lines, keys: new Map([["k1", pair.publicKey]]), jwk };
}
