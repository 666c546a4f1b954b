import * as z from "zod/mini";
import { label } from "./control/parse.ts";
import { ProtocolFault } from "./error.ts";
import { MAX_FILE_BYTES, MAX_FILE_CHUNK_BYTES, MAX_FILE_NAME_BYTES, MAX_FOLDER_FILES } from "./limits.ts";

const ENCODER = new TextEncoder();

/**
 * Whether this is the name of a file in a folder, and nothing else (docs/protocol.md, U-2). Whatever else stands in it is
 * data: quotes, line ends, `$(...)`.
 */
export function isFileName(name: string): boolean {
  if (name === "" || name === "." || name === ".." || /[/\\\0]/.test(name)) return false;
  // A lone half of a pair has no bytes of its own, and would come back as another name.
  return !/\p{Surrogate}/u.test(name) && ENCODER.encode(name).length <= MAX_FILE_NAME_BYTES;
}

const fileName = z.string().check(z.maxLength(MAX_FILE_NAME_BYTES), z.refine(isFileName));
/** Names one transfer, from its first piece to its last: chance, made by the viewer. */
const transfer = z.string().check(z.regex(/^[\w-]{16,64}$/));
const byteCount = z.int().check(z.minimum(0), z.maximum(MAX_FILE_BYTES));

/** One request about files: what the edge asks of the agent (docs/protocol.md, U-4). */
export const fileWant = z.discriminatedUnion("do", [
  z.object({ do: z.literal("list") }),
  z
    .object({
      do: z.literal("put"),
      transfer,
      name: fileName,
      /** Of the whole file. */
      size: byteCount,
      /** Kept in the folder, or installed. */
      as: z.enum(["file", "app"]),
      offset: byteCount,
      /** Of this piece; 0 asks how far the transfer is. */
      length: z.int().check(z.minimum(0), z.maximum(MAX_FILE_CHUNK_BYTES)),
    })
    .check(z.refine(({ offset, length, size }) => offset + length <= size)),
  z.object({
    do: z.literal("get"),
    transfer,
    name: fileName,
    /** As it was listed: a file that changed meanwhile is another one. */
    version: label,
    offset: byteCount,
    length: z.int().check(z.minimum(1), z.maximum(MAX_FILE_CHUNK_BYTES)),
  }),
  z.object({ do: z.literal("cancel"), transfer }),
]);
export type FileWant = z.infer<typeof fileWant>;

/** @throws ProtocolFault bad-value */
export function readFileWant(value: unknown): FileWant {
  const want = fileWant.safeParse(value);
  if (!want.success) throw new ProtocolFault("bad-value", "a request about files is not valid");
  return want.data;
}

export const FILE_REFUSALS = [
  "no-such-file",
  "file-changed",
  "device-full",
  "app-refused",
  "transfer-lost",
  "not-offered",
  "too-many",
  "device-failed",
] as const;
/** Why an agent does not do what was asked about a file. */
export type FileRefusal = (typeof FILE_REFUSALS)[number];

/** A file in the folder. */
const listedFile = z.object({ name: fileName, size: z.int().check(z.minimum(0)), version: label });
export type ListedFile = z.infer<typeof listedFile>;

const fileAnswer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("list"), files: z.array(listedFile).check(z.maxLength(MAX_FOLDER_FILES)) }),
  z.object({
    type: z.literal("put"),
    /** Bytes from the beginning that the device has taken. */
    received: byteCount,
    /** The device has all of it, under `name`. */
    done: z.boolean(),
    name: fileName,
  }),
  z.object({ type: z.literal("cancelled") }),
  /** `words`: the device's own, of an app that it did not install. */
  z.object({ type: z.literal("refused"), reason: z.enum(FILE_REFUSALS), words: z.optional(label) }),
]);
/** What an agent answers, unless it is the bytes of a file. */
export type FileAnswer = z.infer<typeof fileAnswer>;

/**
 * @param text JSON of at most MAX_FILE_CHUNK_BYTES
 * @throws ProtocolFault oversized, bad-json or bad-value
 */
export function readFileAnswer(text: string): FileAnswer {
  if (text.length > MAX_FILE_CHUNK_BYTES) throw new ProtocolFault("oversized", "an answer about files over its limit");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolFault("bad-json", "an answer about files is not JSON");
  }
  const answer = fileAnswer.safeParse(value);
  if (!answer.success) throw new ProtocolFault("bad-value", "an answer about files is not valid");
  return answer.data;
}
