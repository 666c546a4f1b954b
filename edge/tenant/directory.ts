import {
  asResource,
  etagOf,
  groupResource,
  type JsonObject,
  matches,
  parseFilter,
  patch,
  readGroup,
  readPatch,
  readUser,
  requiredValue,
  ScimFault,
  selectAttributes,
  userResource,
} from "../scim/index.ts";
import type { Administration } from "./administration.ts";
import { done, refused } from "./answer.ts";
import type {
  Answer,
  Caller,
  Group,
  Person,
  ScimChange,
  ScimKind,
  ScimPage,
  ScimQuery,
  ScimResource,
} from "./contract.ts";
import { GROUP_COLUMNS, type GroupRow } from "./groups.ts";
import { nameKey, PERSON_COLUMNS, type PersonRow } from "./people.ts";

/** What a filter may ask for so that the store need not be looked through: an attribute, and the column that is indexed. */
const INDEXED = {
  User: { userName: "user_name_key", externalId: "external_id", id: "id" },
  Group: { displayName: "name_key", externalId: "external_id", id: "id" },
} as const;

/** The people and groups of a tenant as an identity provider sees them. Methods throw ScimFault for what is not valid. */
export class Directory {
  readonly #sql: SqlStorage;
  readonly #books: Administration;

  constructor(sql: SqlStorage, books: Administration) {
    this.#sql = sql;
    this.#books = books;
  }

  list(kind: ScimKind, { filter: text, startIndex, count, attributes, excludedAttributes }: ScimQuery): ScimPage {
    const filter = text === undefined ? undefined : parseFilter(text);
    const where = filter === undefined ? undefined : this.#narrowed(kind, (name) => requiredValue(filter, name));
    const seen = (resource: JsonObject) => selectAttributes(resource, attributes, excludedAttributes);
    const resources: ScimResource[] = [];
    let total = 0;
    for (const { id, version, resource } of this.#all(kind, where)) {
      if (filter !== undefined && !matches(filter, resource())) continue;
      total += 1;
      if (total < startIndex || resources.length >= count) continue;
      resources.push({ id, version, text: JSON.stringify(seen(resource())) });
    }
    return { total, resources };
  }

  get(kind: ScimKind, id: string): ScimResource | undefined {
    if (kind === "User") {
      const person = this.#books.people.get(id);
      return person === undefined ? undefined : told(person, this.#user(person));
    }
    const group = this.#books.groups.get(id);
    return group === undefined ? undefined : told(group, groupResource(group, group));
  }

  writeUser(caller: Caller, change: ScimChange, newId: string, at: number): Answer<Person> {
    const body = parsed(change.body);
    const before = change.id === undefined ? undefined : this.#books.people.get(change.id);
    if (change.id !== undefined && before === undefined) return refused("not-found");
    expectVersion(before, change.ifMatch);
    const resource = change.op === "patch" && before !== undefined ? patch(this.#user(before), readPatch(body)) : body;
    const { more, email, externalId, ...fields } = readUser(resource);
    const optional = { ...(email === undefined ? {} : { email }), ...(externalId === undefined ? {} : { externalId }) };
    const written =
      before === undefined
        ? this.#books.addPerson(caller, { ...fields, ...optional, role: "member" }, newId, at)
        : this.#books.changePerson(caller, before.id, { ...fields, email: null, externalId: null, ...optional }, at);
    if (written.done) {
      this.#sql.exec("UPDATE person SET scim = ? WHERE id = ?", JSON.stringify(more), written.value.id);
    }
    return written;
  }

  writeGroup(change: ScimChange, newId: string, at: number): Answer<Group> {
    const body = parsed(change.body);
    const before = change.id === undefined ? undefined : this.#books.groups.get(change.id);
    if (change.id !== undefined && before === undefined) return refused("not-found");
    expectVersion(before, change.ifMatch);
    const isPatch = change.op === "patch" && before !== undefined;
    const { externalId, ...fields } = readGroup(isPatch ? patch(groupResource(before, before), readPatch(body)) : body);
    const optional = externalId === undefined ? {} : { externalId };
    const written =
      before === undefined
        ? this.#books.addGroup({ ...fields, ...optional }, newId, at)
        : this.#books.changeGroup(before.id, { ...fields, externalId: null, ...optional }, at);
    if (!written.done && written.refusal === "not-found") {
      throw new ScimFault("invalidValue", "A member is no user of this tenant.");
    }
    return written;
  }

  /** @throws ScimFault when the client means another version */
  expect(kind: ScimKind, id: string, ifMatch: string | undefined): Answer<null> {
    const there = kind === "User" ? this.#books.people.get(id) : this.#books.groups.get(id);
    if (there === undefined) return refused("not-found");
    expectVersion(there, ifMatch);
    return done(null);
  }

  #narrowed(kind: ScimKind, required: (name: string) => string | undefined): readonly [string, string] | undefined {
    for (const [name, column] of Object.entries(INDEXED[kind])) {
      const value = required(name);
      if (value !== undefined) return [column, column.endsWith("_key") ? nameKey(value) : value];
    }
    return undefined;
  }

  /** Resources are made when they are looked at: of most of a long list only their number is wanted. */
  *#all(kind: ScimKind, where: readonly [string, string] | undefined) {
    // The column is one of the table above, and the value is bound.
    const condition = where === undefined ? "" : `WHERE ${where[0]} = ?`;
    const bindings = where === undefined ? [] : [where[1]];
    if (kind === "User") {
      const order = `${condition} ORDER BY user_name_key`;
      for (const row of this.#sql.exec<PersonRow>(`SELECT ${PERSON_COLUMNS} FROM person ${order}`, ...bindings)) {
        yield { id: row.id, version: row.version, resource: () => this.#user(this.#books.people.read(row)) };
      }
      return;
    }
    const order = `${condition} ORDER BY name_key`;
    for (const row of this.#sql.exec<GroupRow>(`SELECT ${GROUP_COLUMNS} FROM team ${order}`, ...bindings)) {
      const resource = () => {
        const group = this.#books.groups.read(row);
        return groupResource(group, group);
      };
      yield { id: row.id, version: row.version, resource };
    }
  }

  #user(person: Person): JsonObject {
    const row = this.#sql.exec<{ scim: string | null }>("SELECT scim FROM person WHERE id = ?", person.id).toArray()[0];
    const groups = this.#sql
      .exec<{ id: string; name: string }>(
        "SELECT id, name FROM team JOIN membership ON team = id WHERE person = ? ORDER BY id",
        person.id,
      )
      .toArray();
    // Safe: only `writeUser` writes the column, out of such an object.
    const more = JSON.parse(row?.scim ?? "{}") as JsonObject;
    return userResource({ ...person, more }, { ...person, groups });
  }
}

function told({ id, version }: { readonly id: string; readonly version: number }, resource: JsonObject): ScimResource {
  return { id, version, text: JSON.stringify(resource) };
}

function parsed(body: string): JsonObject {
  try {
    return asResource(JSON.parse(body));
  } catch (error) {
    throw error instanceof ScimFault ? error : new ScimFault("invalidSyntax", "The body is no JSON.");
  }
}

function expectVersion(before: { readonly version: number } | undefined, ifMatch: string | undefined): void {
  if (before === undefined || ifMatch === undefined) return;
  const meant = ifMatch.split(",").map((one) => one.trim());
  if (meant.includes("*") || meant.includes(etagOf(before.version))) return;
  throw new ScimFault("changed", "The resource was changed since.");
}
