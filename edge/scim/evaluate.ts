import type { Filter } from "./filter.ts";
import { attributeOf, isList, isObject, type Json, type JsonObject } from "./json.ts";
import type { AttributePath } from "./path.ts";

type Scalar = string | number | boolean | null;

/** Attributes whose letters' case means something (RFC 7643 section 7: `caseExact`). */
const CASE_EXACT = new Set(["id", "externalid"]);
const MOMENTS = new Set(["created", "lastmodified"]);

/** Whether the filter holds for a resource, or for one value of a list. */
export function matches(filter: Filter, resource: Json): boolean {
  switch (filter.kind) {
    case "and":
      return matches(filter.left, resource) && matches(filter.right, resource);
    case "or":
      return matches(filter.left, resource) || matches(filter.right, resource);
    case "not":
      return !matches(filter.of, resource);
    case "present":
      return valuesAt(resource, filter.path).some(isPresent);
    case "values":
      return valuesAt(resource, filter.path).some((value) => matches(filter.of, value));
    case "compare": {
      const found = valuesAt(resource, filter.path).map(scalarOf);
      const holds = comparison(filter);
      // Of a list any value will do, and `ne` holds when none is equal.
      return filter.operator === "ne" ? !found.some((one) => isEqual(one, filter)) : found.some(holds);
    }
  }
}

/** Everything at a path, the values of lists one by one. */
function valuesAt(resource: Json, path: AttributePath): readonly Json[] {
  let level: readonly Json[] = [resource];
  for (const name of path) {
    level = level.flatMap((one) => {
      // A list of plain values, in a filter between brackets: the value itself goes by this name.
      if (!isObject(one)) return name.toLowerCase() === "value" ? [one] : [];
      const value = attributeOf(one, name);
      return value === undefined ? [] : isList(value) ? value : [value];
    });
  }
  return level;
}

/** A complex value is compared by its `value`. */
function scalarOf(value: Json): Scalar | undefined {
  const plain = isObject(value) ? attributeOf(value, "value") : value;
  return isObject(plain) || isList(plain) ? undefined : plain;
}

function isPresent(value: Json): boolean {
  if (isObject(value)) return Object.keys(value).length > 0;
  return value !== null && value !== "";
}

type Comparison = Extract<Filter, { kind: "compare" }>;

function comparison(filter: Comparison): (found: Scalar | undefined) => boolean {
  const { operator, value, path } = filter;
  if (operator === "eq") return (found) => isEqual(found, filter);
  const wanted = comparable(value, path);
  return (found) => {
    const one = comparable(found ?? null, path);
    if (one === null || wanted === null || typeof one !== typeof wanted) return false;
    switch (operator) {
      case "co":
        return String(one).includes(String(wanted));
      case "sw":
        return String(one).startsWith(String(wanted));
      case "ew":
        return String(one).endsWith(String(wanted));
      case "gt":
        return one > wanted;
      case "ge":
        return one >= wanted;
      case "lt":
        return one < wanted;
      default:
        return one <= wanted;
    }
  };
}

function isEqual(found: Scalar | undefined, { value, path }: Comparison): boolean {
  return found !== undefined && comparable(found, path) === comparable(value, path);
}

/** Letters of either case are the same, and moments are compared as moments, however they are written. */
function comparable(value: Scalar, path: AttributePath): Scalar {
  if (typeof value !== "string") return value;
  const name = (path.at(-1) ?? "").toLowerCase();
  if (MOMENTS.has(name)) return new Date(value).getTime();
  return CASE_EXACT.has(name) ? value : value.normalize("NFKC").toLowerCase();
}

/** A value that some attribute must have for the filter to hold, so that a store need not look at the rest. */
export function requiredValue(filter: Filter, name: string): string | undefined {
  if (filter.kind === "and") return requiredValue(filter.left, name) ?? requiredValue(filter.right, name);
  if (filter.kind !== "compare" || filter.operator !== "eq" || typeof filter.value !== "string") return undefined;
  return filter.path.length === 1 && filter.path[0]?.toLowerCase() === name.toLowerCase() ? filter.value : undefined;
}

/** A resource with the attributes that were asked for, or without those that were not wanted. */
export function selectAttributes(
  resource: JsonObject,
  only: readonly string[] | undefined,
  without: readonly string[] | undefined,
): JsonObject {
  // Said with every resource, whatever is asked for (RFC 7643 section 7: `returned: always`).
  const always = new Set(["id", "schemas", "meta"]);
  const top = (names: readonly string[]) => new Set(names.map((name) => name.toLowerCase().split(".")[0] ?? ""));
  const [wanted, unwanted] = [only === undefined ? undefined : top(only), top(without ?? [])];
  const kept = Object.entries(resource).filter(([name]) => {
    const lower = name.toLowerCase();
    return always.has(lower) || (wanted === undefined ? !unwanted.has(lower) : wanted.has(lower));
  });
  return Object.fromEntries(kept);
}
