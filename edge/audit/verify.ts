import type { CryptoKey } from "jose";
import { chainHash, isSignatureOf } from "./chain.ts";
import { NO_HASH } from "./event.ts";
import { type AuditLine, readLine } from "./read-line.ts";

/** Something that is not as the edge wrote it. `line` counts from 1. */
export interface Finding {
  readonly line: number;
  readonly kind: "foreign" | "changed" | "missing" | "reordered" | "signature";
  readonly words: string;
}

export interface Verdict {
  readonly events: number;
  /** Sequences of the first and the last event; 0 without any. */
  readonly first: number;
  readonly last: number;
  readonly checkpoints: number;
  /** What came before the first event was dropped, says the log itself: it ended with `first` - 1. */
  readonly saysDropped: boolean;
  /** Up to this sequence everything is vouched for by a signature that was checked; 0 when none was. */
  readonly signedTo: number;
  /** At most 100. None: every line is as it was written, and none is missing up to `last`. */
  readonly findings: readonly Finding[];
}

const MAX_FINDINGS = 100;

interface Reading {
  readonly sequences: ReadonlySet<number>;
  readonly keys: ReadonlyMap<string, CryptoKey> | undefined;
  readonly hashes: Map<number, string>;
  readonly findings: Finding[];
  tenant: string | undefined;
  events: number;
  checkpoints: number;
  first: number;
  last: number;
  lastHash: string | undefined;
  signedTo: number;
  /** A checkpoint before the first event: what was dropped before the file begins. */
  start: { readonly sequence: number; readonly hash: string } | undefined;
  /** Up to where lines were dropped, as events tell. */
  readonly dropped: Set<number>;
}

type EventLine = Extract<AuditLine, { kind: "event" }>;
type CheckpointLine = Extract<AuditLine, { kind: "checkpoint" }>;

/**
 * Hold an unfiltered export against itself, in one pass over its lines. One that begins later than with event 1 is held against
 * the checkpoint that it begins with; without one it is taken at its word for what came before.
 * @param keys the edge's public keys by their ids; without them no signature is checked
 */
export async function verifyAudit(
  lines: readonly string[],
  keys: ReadonlyMap<string, CryptoKey> | undefined,
): Promise<Verdict> {
  const read = lines.map(readLine);
  const reading: Reading = {
    sequences: new Set(read.flatMap((line) => (line.kind === "event" ? [line.sequence] : []))),
    keys,
    hashes: new Map(),
    findings: [],
    ...{ tenant: undefined, events: 0, checkpoints: 0, first: 0, last: 0, lastHash: undefined, signedTo: 0 },
    ...{ start: undefined, dropped: new Set<number>() },
  };
  for (const [index, line] of read.entries()) {
    if (reading.findings.length >= MAX_FINDINGS) break;
    await readOne(reading, line, index + 1);
  }
  const { events, checkpoints, first, last, signedTo, findings, dropped } = reading;
  const saysDropped = dropped.has(first - 1);
  return { events, checkpoints, first, last, saysDropped, signedTo: findings.length === 0 ? signedTo : 0, findings };
}

async function readOne(reading: Reading, line: AuditLine, number: number): Promise<void> {
  const find = (kind: Finding["kind"], words: string) => reading.findings.push({ line: number, kind, words });
  if (line.kind === "foreign")
    find("foreign", "this is no line of an export, or not in the form in which it was written");
  else if (line.kind === "checkpoint") await readCheckpoint(reading, line, find);
  else await readEvent(reading, line, find);
}

async function readEvent(
  reading: Reading,
  { text, sequence, tenant, hash, previous, dropped }: EventLine,
  find: (kind: Finding["kind"], words: string) => void,
): Promise<void> {
  reading.tenant ??= tenant;
  if (tenant !== reading.tenant) find("foreign", `event ${sequence} is of another tenant`);
  if ((await chainHash(previous, text)) !== hash) find("changed", `event ${sequence} does not have the hash it states`);
  reading.hashes.set(sequence, hash);
  if (dropped !== undefined) reading.dropped.add(dropped);
  reading.events += 1;
  const expected = reading.events === 1 ? sequence : reading.last + 1;
  if (sequence > expected) findGap(reading, expected, sequence, find);
  else if (sequence < expected) find("reordered", `event ${sequence} comes after event ${reading.last}`);
  else if (reading.lastHash !== undefined && previous !== reading.lastHash) {
    find("changed", `event ${sequence} does not follow event ${reading.last}: one of the two was changed`);
  }
  if (reading.events === 1) {
    reading.first = sequence;
    if (sequence === 1 && previous !== NO_HASH) find("changed", "event 1 states that something came before it");
    followStart(reading, sequence, previous, find);
  }
  reading.last = Math.max(reading.last, sequence);
  reading.lastHash = hash;
}

/** The first event must be the one after the checkpoint that the file begins with. */
function followStart(
  { start }: Reading,
  sequence: number,
  previous: string,
  find: (kind: Finding["kind"], words: string) => void,
): void {
  if (start === undefined) return;
  if (sequence <= start.sequence)
    find("reordered", `event ${sequence} comes after the checkpoint at ${start.sequence}`);
  else if (sequence > start.sequence + 1) find("missing", `events from ${start.sequence + 1} on are missing`);
  else if (previous !== start.hash) find("changed", `event ${sequence} does not follow the checkpoint before it`);
}

/** Lines that are not where they belong: somewhere else in the file, or nowhere. */
function findGap(
  { sequences }: Reading,
  from: number,
  to: number,
  find: (kind: Finding["kind"], words: string) => void,
): void {
  for (let sequence = from; sequence < to; sequence += 1) {
    if (sequences.has(sequence)) return find("reordered", `event ${to} comes before event ${sequence}`);
  }
  find("missing", from === to - 1 ? `event ${from} is missing` : `events ${from} to ${to - 1} are missing`);
}

async function readCheckpoint(
  reading: Reading,
  { checkpoint, text, signature }: CheckpointLine,
  find: (kind: Finding["kind"], words: string) => void,
): Promise<void> {
  const { sequence, hash, key: id, tenant } = checkpoint;
  reading.checkpoints += 1;
  if (reading.events === 0) reading.start = { sequence, hash };
  const known = reading.hashes.get(sequence);
  if (reading.tenant !== undefined && tenant !== reading.tenant) find("foreign", "a checkpoint of another tenant");
  if (known === undefined && reading.events > 0 && sequence > reading.last) {
    find("missing", `events up to ${sequence} are missing before their checkpoint`);
  } else if (known !== undefined && known !== hash) {
    find("changed", `the checkpoint at ${sequence} was signed over other events`);
  }
  if (reading.keys === undefined) return;
  const key = reading.keys.get(id);
  if (key === undefined) find("signature", `the checkpoint at ${sequence} is signed by a key that is not given: ${id}`);
  else if (!(await isSignatureOf(signature, text, key)))
    find("signature", `the checkpoint at ${sequence} is not signed`);
  else if (known === hash) reading.signedTo = Math.max(reading.signedTo, sequence);
}
