import type { FileNode } from "../system/files.ts";

/** How ADB's file service writes what it knows of a file; all numbers have the lowest byte first. */

const ENOENT = 2;
const FOLDER_BYTES = 4096;
const STAT_2_BYTES = 72;
const SHELL_USER = 2000;

export function statV1(node: FileNode | undefined): Buffer {
  return Buffer.concat([Buffer.from("STAT"), words(node?.mode ?? 0, sizeOf(node), secondsOf(node))]);
}

/** With everything that stat(2) says, and why there is nothing to say. */
export function statV2(id: string, node: FileNode | undefined): Buffer {
  const bytes = Buffer.alloc(STAT_2_BYTES);
  bytes.write(id, "latin1");
  if (node === undefined) {
    bytes.writeUInt32LE(ENOENT, 4);
    return bytes;
  }
  bytes.writeBigUInt64LE(1n, 8);
  bytes.writeBigUInt64LE(1n, 16);
  bytes.writeUInt32LE(node.mode, 24);
  bytes.writeUInt32LE(1, 28);
  bytes.writeUInt32LE(SHELL_USER, 32);
  bytes.writeUInt32LE(SHELL_USER, 36);
  bytes.writeBigUInt64LE(BigInt(sizeOf(node)), 40);
  for (const at of [48, 56, 64]) bytes.writeBigInt64LE(BigInt(secondsOf(node)), at);
  return bytes;
}

/** An entry of a folder; without a name the end of the list, which is as long as an entry. */
export function entryV1(name: string | undefined, node: FileNode | undefined): Buffer {
  if (name === undefined) return Buffer.concat([Buffer.from("DONE"), Buffer.alloc(16)]);
  const text = Buffer.from(name);
  return Buffer.concat([Buffer.from("DENT"), words(node?.mode ?? 0, sizeOf(node), secondsOf(node), text.length), text]);
}

export function entryV2(name: string | undefined, node: FileNode | undefined): Buffer {
  if (name === undefined) return Buffer.concat([Buffer.from("DONE"), Buffer.alloc(STAT_2_BYTES)]);
  const text = Buffer.from(name);
  return Buffer.concat([statV2("DNT2", node), words(text.length), text]);
}

function sizeOf(node: FileNode | undefined): number {
  return node === undefined ? 0 : node.kind === "file" ? node.data.length : FOLDER_BYTES;
}

function secondsOf(node: FileNode | undefined): number {
  return Math.floor((node?.modifiedAt ?? 0) / 1_000);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value, 4 * at);
  return bytes;
}
