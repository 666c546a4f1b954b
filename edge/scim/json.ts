import { ScimFault } from "./fault.ts";

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

const MAX_DEPTH = 16;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** @throws ScimFault for what is no object, or nested deeper than any resource */
export function asResource(value: unknown): JsonObject {
  // Safe: it came out of JSON.parse, and nothing else is in there.
  const json = value as Json;
  if (!isObject(json)) throw new ScimFault("invalidSyntax", "The body is no JSON object.");
  let level: readonly Json[] = [json];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw new ScimFault("invalidSyntax", "The body is nested too deeply.");
    level = level.flatMap((one) => (isObject(one) ? Object.values(one) : isList(one) ? one : []));
  }
  return json;
}

/** The name under which an object has an attribute: their case does not matter (RFC 7643 section 2.1). */
export function keyOf(object: JsonObject, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name;
  const wanted = name.toLowerCase();
  return Object.keys(object).find((key) => key.toLowerCase() === wanted);
}

export function attributeOf(object: JsonObject, name: string): Json | undefined {
  const key = keyOf(object, name);
  return key === undefined ? undefined : object[key];
}
