import * as z from "zod/mini";
import { ProtocolFault } from "../error.ts";

/** Integers that stay exact as a JSON number. */
export const micros = z.int().check(z.minimum(0));
export const uint32 = z.int().check(z.minimum(0), z.maximum(0xffff_ffff));
/** What the two above take. */
export function isMicros(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
export function isUint32(value: unknown): value is number {
  return isMicros(value) && value <= 0xffff_ffff;
}
export const protocolVersion = z.int().check(z.minimum(1), z.maximum(255));
export const label = z.string().check(z.maxLength(64));
/** Opaque secrets and ids of ours: base64url and the dot of a JWT. */
export const opaque = z.string().check(z.regex(/^[\w.-]{1,4096}$/));

/** Both ends of a message of one direction: what may come, by its `type`. */
export interface ControlChannel<Message extends { readonly type: string }> {
  /** @throws ProtocolFault oversized, bad-json, unknown-type or bad-value */
  readonly parse: (text: string) => Message;
  /** @throws RangeError for a message over the channel's limit, which the peer would not take */
  readonly write: (message: Message) => string;
}

/**
 * A channel out of the longest text it takes and the schemas of its messages, each with its own literal `type`.
 * @param quick for messages that come all the time: reads what the schema would take, and leaves to it what it does not know
 */
export function controlChannel<const Schemas extends Readonly<Record<string, z.core.$ZodType>>>(
  maxChars: number,
  schemas: Schemas,
  quick: QuickReaders<Schemas> = {},
): ControlChannel<TypedMessage<Schemas>> {
  return {
    parse: (text) => {
      if (text.length > maxChars) throw new ProtocolFault("oversized", "control message over its limit");
      const type = typeOf(text);
      const schema = Object.hasOwn(schemas, type.name) ? schemas[type.name] : undefined;
      if (schema === undefined) throw new ProtocolFault("unknown-type", "control message of an unknown type");
      const read = quick[type.name]?.(type.value);
      if (read !== undefined) return read;
      const result = z.safeParse(schema, type.value);
      if (!result.success) throw new ProtocolFault("bad-value", `${type.name}: ${placeOf(result.error)} is not valid`);
      // Safe: the schema found under this name has just accepted the value, and the name is its type.
      return { ...(result.data as object), type: type.name } as TypedMessage<Schemas>;
    },
    write: (message) => {
      const text = JSON.stringify(message);
      if (text.length > maxChars) throw new RangeError(`a ${message.type} of ${text.length} characters cannot be sent`);
      return text;
    },
  };
}

type QuickReaders<Schemas extends Readonly<Record<string, z.core.$ZodType>>> = {
  readonly [Name in keyof Schemas & string]?: (
    value: object,
  ) => Extract<TypedMessage<Schemas>, { readonly type: Name }> | undefined;
};

export type TypedMessage<Schemas extends Readonly<Record<string, z.core.$ZodType>>> = {
  [Name in keyof Schemas & string]: KnownFields<z.output<Schemas[Name]>> & { readonly type: Name };
}[keyof Schemas & string];

/** An object without fields comes out of zod as one where every field is `never`: leave that out. */
type KnownFields<Fields> = { readonly [Name in keyof Fields as string extends Name ? never : Name]: Fields[Name] };

function typeOf(text: string): { readonly name: string; readonly value: object } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolFault("bad-json", "control message is not JSON");
  }
  if (typeof value !== "object" || value === null || !("type" in value) || typeof value.type !== "string") {
    throw new ProtocolFault("bad-json", "control message is not an object with a type");
  }
  return { name: value.type, value };
}

/** Where the first fault lies, by our own field names: never the value. */
function placeOf(error: z.core.$ZodError): string {
  const path = error.issues[0]?.path.filter((part) => typeof part === "string") ?? [];
  return path.length === 0 ? "a field" : path.join(".");
}
