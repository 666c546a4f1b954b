import { canonical, type Json } from "./canonical.ts";
import type { Checkpoint } from "./event.ts";

/** A line of an export as it is read back. */
export type AuditLine =
  | {
      readonly kind: "event";
      readonly text: string;
      readonly sequence: number;
      readonly tenant: string;
      readonly hash: string;
      readonly previous: string;
      /** Of one that tells that lines were dropped: through which sequence. */
      readonly dropped: number | undefined;
    }
  | { readonly kind: "checkpoint"; readonly checkpoint: Checkpoint; readonly text: string; readonly signature: string }
  /** Nothing that the edge would write. */
  | { readonly kind: "foreign" };

const FOREIGN = { kind: "foreign" } as const;
const HASH = /^[\da-f]{64}$/;

/** A line in any other form than the one that was written is foreign: a space more is a change. */
export function readLine(line: string): AuditLine {
  const value = parse(line);
  if (!isRecord(value) || canonical(value) !== line) return FOREIGN;
  const { event, hash, previous, checkpoint, signature } = value;
  if (isRecord(event) && isHash(hash) && isHash(previous) && Object.keys(value).length === 3) {
    const { sequence, tenant, action, detail } = event;
    if (!isSequence(sequence) || typeof tenant !== "string") return FOREIGN;
    const dropped = action === "audit.dropped" ? throughOf(detail) : undefined;
    return { kind: "event", text: canonical(event), sequence, tenant, hash, previous, dropped };
  }
  if (isRecord(checkpoint) && typeof signature === "string" && Object.keys(value).length === 2) {
    const { tenant, sequence, hash: head, at, key } = checkpoint;
    if (typeof tenant !== "string" || !isSequence(sequence) || !isHash(head)) return FOREIGN;
    if (typeof at !== "string" || typeof key !== "string") return FOREIGN;
    const read = { tenant, sequence, hash: head, at, key };
    return { kind: "checkpoint", checkpoint: read, text: canonical(checkpoint), signature };
  }
  return FOREIGN;
}

function throughOf(detail: Json | undefined): number | undefined {
  const { through } = isRecord(detail) ? detail : {};
  return isSequence(through) ? through : undefined;
}

function parse(line: string): Json | undefined {
  try {
    // Safe: JSON.parse makes nothing else.
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}

function isRecord(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isHash(value: Json | undefined): value is string {
  return typeof value === "string" && HASH.test(value);
}

function isSequence(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
