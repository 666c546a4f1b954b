import { ScimFault } from "./fault.ts";
import { attributeOf, isList, isObject, type Json, type JsonObject, keyOf } from "./json.ts";
import { ENTERPRISE_SCHEMA, USER_SCHEMA } from "./path.ts";

/** What the tenant itself keeps of a person; everything else that was sent is kept as it came. */
export interface UserFields {
  readonly userName: string;
  readonly name: string;
  readonly email?: string;
  readonly externalId?: string;
  readonly active: boolean;
  readonly more: JsonObject;
}

/** What only the edge says. */
export interface UserFacts {
  readonly id: string;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const MAX_NAME_CHARS = 256;
/** Of everything that is kept as it came. */
const MAX_MORE_CHARS = 16 * 1024;
/** Not to be kept: said by the edge, kept by itself, or never kept at all. */
const NOT_MORE = new Set(["id", "meta", "groups", "schemas", "username", "active", "externalid", "password"]);

export function userResource({ more, ...fields }: UserFields, facts: UserFacts): JsonObject {
  const { userName, name, email, externalId, active } = fields;
  const extension = attributeOf(more, ENTERPRISE_SCHEMA);
  const { emails: sent, ...others } = more;
  const emails = email === undefined ? {} : { emails: emailsWith(sent, email) };
  return {
    schemas: extension === undefined ? [USER_SCHEMA] : [USER_SCHEMA, ENTERPRISE_SCHEMA],
    id: facts.id,
    ...others,
    ...(externalId === undefined ? {} : { externalId }),
    userName,
    displayName: name,
    ...emails,
    active,
    groups: facts.groups.map(({ id, name: display }) => ({ value: id, display, type: "direct" })),
    meta: metaOf("User", facts),
  };
}

export function metaOf(
  resourceType: "User" | "Group",
  { version, createdAt, updatedAt }: Pick<UserFacts, "version" | "createdAt" | "updatedAt">,
): JsonObject {
  return {
    resourceType,
    created: new Date(createdAt).toISOString(),
    lastModified: new Date(updatedAt).toISOString(),
    version: etagOf(version),
  };
}

export function etagOf(version: number): string {
  return `W/"${version}"`;
}

/** @throws ScimFault when it is no user */
export function readUser(resource: JsonObject): UserFields {
  const userName = textOf(resource, "userName");
  if (userName === undefined) throw new ScimFault("invalidValue", "A user has a userName.");
  const more = moreOf(resource);
  const email = emailOf(attributeOf(resource, "emails"));
  const externalId = textOf(resource, "externalId");
  return {
    userName,
    name: displayNameOf(resource) ?? userName,
    ...(email === undefined ? {} : { email }),
    ...(externalId === undefined ? {} : { externalId }),
    active: activeOf(attributeOf(resource, "active")),
    more,
  };
}

/** Names in one case: a resource that is read again has each attribute once. */
function moreOf(resource: JsonObject): JsonObject {
  const kept = Object.entries(resource).filter(([name, value]) => !NOT_MORE.has(name.toLowerCase()) && value !== null);
  const more = Object.fromEntries(
    kept.map(([name, value]) => [KNOWN.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name, value]),
  );
  const { displayName: _, ...rest } = more;
  if (JSON.stringify(rest).length > MAX_MORE_CHARS) throw new ScimFault("invalidValue", "The user is too large.");
  return rest;
}

const KNOWN = ["name", "displayName", "emails", "phoneNumbers", "addresses", "roles", "title", ENTERPRISE_SCHEMA];

export function textOf(resource: JsonObject, name: string): string | undefined {
  const value = attributeOf(resource, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" || value.trim() === "" || value.length > MAX_NAME_CHARS) {
    throw new ScimFault("invalidValue", `${name} is a text of at most ${MAX_NAME_CHARS} characters.`);
  }
  return value.trim();
}

function displayNameOf(resource: JsonObject): string | undefined {
  const own = textOf(resource, "displayName");
  const name = attributeOf(resource, "name");
  if (own !== undefined || !isObject(name)) return own;
  const parts = [textOf(name, "givenName"), textOf(name, "familyName")].filter((part) => part !== undefined);
  const whole = textOf(name, "formatted") ?? parts.join(" ");
  return whole === "" ? undefined : whole.slice(0, MAX_NAME_CHARS);
}

/** Some providers send it as a text. */
function activeOf(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.toLowerCase() : undefined;
  if (text === "true" || text === "false") return text === "true";
  throw new ScimFault("invalidValue", "active is true or false.");
}

/** The primary address, or the first. */
function emailOf(emails: Json | undefined): string | undefined {
  if (emails === undefined || emails === null) return undefined;
  if (!isList(emails)) throw new ScimFault("invalidValue", "emails is a list.");
  const chosen = chosenEmail(emails);
  return chosen === undefined ? undefined : textOf(chosen, "value");
}

/** The list as it came, with the address that the tenant has for the person now. */
function emailsWith(emails: Json | undefined, email: string): Json {
  const list = isList(emails) ? emails : [];
  const chosen = chosenEmail(list);
  if (chosen === undefined) return [{ value: email, primary: true }];
  const key = keyOf(chosen, "value") ?? "value";
  return list.map((one) => (one === chosen ? { ...chosen, [key]: email } : one));
}

function chosenEmail(emails: readonly Json[]): JsonObject | undefined {
  const objects = emails.filter(isObject);
  return objects.find((one) => attributeOf(one, "primary") === true) ?? objects[0];
}
