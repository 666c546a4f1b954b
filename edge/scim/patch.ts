import { matches } from "./evaluate.ts";
import { ScimFault } from "./fault.ts";
import { type Filter, readBracketed } from "./filter.ts";
import { attributeOf, isList, isObject, type Json, type JsonObject, keyOf } from "./json.ts";
import { type AttributePath, ENTERPRISE_SCHEMA, readAttributePath } from "./path.ts";

export interface Operation {
  readonly op: "add" | "replace" | "remove";
  readonly path?: string;
  readonly value?: Json;
}

const PATCH_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const MAX_OPERATIONS = 1_000;

/** The operations of a request's body. @throws ScimFault when they are none */
export function readPatch(body: JsonObject): readonly Operation[] {
  const [schemas, operations] = [attributeOf(body, "schemas"), attributeOf(body, "Operations")];
  if (!isList(schemas) || !schemas.includes(PATCH_SCHEMA) || !isList(operations)) {
    throw new ScimFault("invalidSyntax", `The body has the schema ${PATCH_SCHEMA} and a list of Operations.`);
  }
  if (operations.length > MAX_OPERATIONS) throw new ScimFault("invalidSyntax", "There are too many operations.");
  return operations.map(readOperation);
}

function readOperation(operation: Json): Operation {
  if (!isObject(operation)) throw new ScimFault("invalidSyntax", "An operation is an object.");
  const [word, path, value] = ["op", "path", "value"].map((name) => attributeOf(operation, name));
  // In capitals, with some clients.
  const op = (["add", "replace", "remove"] as const).find(
    (one) => typeof word === "string" && one === word.toLowerCase(),
  );
  if (op === undefined) throw new ScimFault("invalidSyntax", "An operation adds, replaces or removes.");
  if (path !== undefined && typeof path !== "string") throw new ScimFault("invalidPath", "A path is a text.");
  return { op, ...(path === undefined ? {} : { path }), ...(value === undefined ? {} : { value }) };
}

/** Only the edge says these. */
const READ_ONLY = new Set(["id", "meta", "groups", "schemas"]);

interface Target {
  readonly path: AttributePath;
  /** Which values of the list at the path. */
  readonly where?: Filter;
  /** Of each of those. */
  readonly part?: string;
}

/**
 * RFC 7644 section 3.5.2. The resource is not edited: what comes back is another one.
 * @throws ScimFault for an operation that does not go; then none of them was done
 */
export function patch(resource: JsonObject, operations: readonly Operation[]): JsonObject {
  return operations.reduce(patchOnce, resource);
}

function patchOnce(resource: JsonObject, { op, path, value }: Operation): JsonObject {
  if (path !== undefined) return apply(resource, readTarget(path), op, value);
  if (op === "remove") throw new ScimFault("noTarget", "A remove needs a path.");
  if (!isObject(value)) throw new ScimFault("invalidValue", "Without a path the value is an object of attributes.");
  return Object.entries(value).reduce((before, [name, one]) => {
    // Said by many clients with everything they send; it changes nothing.
    if (name.toLowerCase() === "schemas") return before;
    return apply(before, readTarget(name), op, one);
  }, resource);
}

function readTarget(text: string): Target {
  const bracket = text.indexOf("[");
  const path = readAttributePath(bracket < 0 ? text : text.slice(0, bracket), "invalidPath");
  if (READ_ONLY.has((path[0] ?? "").toLowerCase())) throw new ScimFault("mutability", "The attribute is read-only.");
  if (bracket < 0) return { path };
  const { filter: where, rest } = readBracketed(text.slice(bracket + 1));
  if (rest === "") return { path, where };
  const [part, ...more] = readAttributePath(rest.slice(1), "invalidPath");
  if (rest[0] !== "." || part === undefined || more.length > 0) throw new ScimFault("invalidPath", "No such path.");
  return { path, where, part };
}

function apply(resource: JsonObject, target: Target, op: Operation["op"], value: Json | undefined): JsonObject {
  if (op !== "remove" && value === undefined) throw new ScimFault("invalidValue", "The operation has no value.");
  const [name = "", ...parts] = target.path;
  const before = attributeOf(resource, name);
  const after = changed(before, parts, target, op, value);
  const key = keyOf(resource, name) ?? name;
  const { [key]: _, ...others } = resource;
  return after === undefined ? others : { ...others, [key]: after };
}

function changed(
  before: Json | undefined,
  parts: readonly string[],
  target: Target,
  op: Operation["op"],
  value: Json | undefined,
): Json | undefined {
  const [part, ...deeper] = parts;
  if (part !== undefined) {
    // A part of each value of a list, or of the one value that there is.
    if (isList(before)) return before.map((one) => (isObject(one) ? apply(one, { path: parts }, op, value) : one));
    const whole = isObject(before) ? before : {};
    return apply(whole, { ...target, path: [part, ...deeper] }, op, value);
  }
  if (target.where !== undefined) return changedValues(before, target.where, target.part, op, value);
  if (op === "remove") return removed(before, value);
  return op === "add" ? added(before, value ?? null) : replaced(before, value ?? null);
}

/** Some of a list. What is added where nothing matches is a new value, made of what the filter asks for. */
function changedValues(
  before: Json | undefined,
  where: Filter,
  part: string | undefined,
  op: Operation["op"],
  value: Json | undefined,
): Json | undefined {
  const list = isList(before) ? before : [];
  const isMeant = (one: Json) => matches(where, one);
  if (op === "remove" && part === undefined) return orNothing(list.filter((one) => !isMeant(one)));
  if (!list.some(isMeant)) {
    if (op === "remove") return before;
    const made = op === "add" ? impliedBy(where) : undefined;
    if (made === undefined) throw new ScimFault("noTarget", "No value matches the path.");
    const whole = part === undefined ? added(made, value ?? null) : { ...made, [part]: value ?? null };
    return [...list, whole];
  }
  return list.map((one) => {
    if (!isMeant(one)) return one;
    if (part !== undefined) return isObject(one) ? apply(one, { path: [part] }, op, value) : one;
    return op === "add" ? added(one, value ?? null) : replaced(one, value ?? null);
  });
}

function added(before: Json | undefined, value: Json): Json {
  if (isList(before)) {
    const more = isList(value) ? value : [value];
    const known = new Set(before.map(identity));
    return [...before, ...more.filter((one) => !known.has(identity(one)))];
  }
  return replaced(before, value);
}

/** A complex value keeps the parts that are not named; everything else is the new value. */
function replaced(before: Json | undefined, value: Json): Json {
  if (isObject(before) && isObject(value)) {
    const named = Object.entries(value).map(([name, one]) => [keyOf(before, name) ?? name, one]);
    return { ...before, ...Object.fromEntries(named) };
  }
  return value;
}

/** All of it, or of a list those that are named by the value, as some clients do it. */
function removed(before: Json | undefined, value: Json | undefined): Json | undefined {
  if (!isList(before) || value === undefined) return undefined;
  const gone = new Set((isList(value) ? value : [value]).map(identity));
  return orNothing(before.filter((one) => !gone.has(identity(one))));
}

/** Two values of a list are the same when their `value` is. */
function identity(value: Json): string {
  const own = isObject(value) ? attributeOf(value, "value") : value;
  return JSON.stringify(own ?? value);
}

function orNothing(list: readonly Json[]): Json | undefined {
  return list.length === 0 ? undefined : list;
}

/** A value for which such a filter holds, when it names one. */
function impliedBy(filter: Filter): JsonObject | undefined {
  if (filter.kind === "and") {
    const [left, right] = [impliedBy(filter.left), impliedBy(filter.right)];
    return left === undefined || right === undefined ? undefined : { ...left, ...right };
  }
  if (filter.kind !== "compare" || filter.operator !== "eq") return undefined;
  const [name, ...more] = filter.path;
  return name === undefined || name === ENTERPRISE_SCHEMA || more.length > 0 ? undefined : { [name]: filter.value };
}
