import { done, refused } from "./answer.ts";
import type { Answer, Page, PageWish, Person, PersonChange, PersonFields } from "./contract.ts";

// A type, not an interface: rows must have an index signature.
export type PersonRow = {
  id: string;
  user_name: string;
  name: string;
  email: string | null;
  external_id: string | null;
  role: string;
  active: number;
  version: number;
  created: number;
  updated: number;
};

export const PERSON_COLUMNS = "id, user_name, name, email, external_id, role, active, version, created, updated";

/** The people of a tenant. */
export class People {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  page({ after = "", limit }: PageWish): Page<Person> {
    const rows = this.#sql
      .exec<PersonRow>(
        `SELECT ${PERSON_COLUMNS} FROM person WHERE user_name_key > ? ORDER BY user_name_key LIMIT ?`,
        ...[after, limit + 1],
      )
      .toArray();
    const items = rows.slice(0, limit).map((row) => this.read(row));
    const last = items.at(-1);
    return rows.length > limit && last !== undefined ? { items, next: nameKey(last.userName) } : { items };
  }

  get(id: string): Person | undefined {
    return this.#one("id = ?", id);
  }

  /** By an id or a user name. */
  find(word: string): Person | undefined {
    return this.get(word) ?? this.#one("user_name_key = ?", nameKey(word));
  }

  add(fields: PersonFields, id: string, at: number): Answer<Person> {
    const { userName, name, email, externalId, role, active } = fields;
    if (this.#one("user_name_key = ?", nameKey(userName)) !== undefined) return refused("name-taken");
    this.#sql.exec(
      `INSERT INTO person (id, user_name, user_name_key, name, email, external_id, role, active, version, created, updated)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)`,
      ...[id, userName, nameKey(userName), name, email ?? null, externalId ?? null, role, Number(active), at, at],
    );
    return this.#written(id);
  }

  change(before: Person, change: PersonChange, at: number): Answer<Person> {
    const { userName, name, email, externalId, role, active } = { ...before, ...change };
    const holder = this.#one("user_name_key = ?", nameKey(userName));
    if (holder !== undefined && holder.id !== before.id) return refused("name-taken");
    const staysOwner = role === "owner" && active;
    if (!staysOwner && this.isLastOwner(before)) return refused("last-owner");
    this.#sql.exec(
      `UPDATE person SET user_name = ?, user_name_key = ?, name = ?, email = ?, external_id = ?, role = ?, active = ?,
       version = version + 1, updated = ? WHERE id = ?`,
      ...[userName, nameKey(userName), name, email ?? null, externalId ?? null, role, Number(active), at, before.id],
    );
    return this.#written(before.id);
  }

  remove(person: Person): Answer<null> {
    if (this.isLastOwner(person)) return refused("last-owner");
    this.#sql.exec("DELETE FROM membership WHERE person = ?", person.id);
    this.#sql.exec("DELETE FROM identity WHERE person = ?", person.id);
    this.#sql.exec("DELETE FROM person WHERE id = ?", person.id);
    return done(null);
  }

  /** Without an owner nobody could make the next one. */
  isLastOwner({ id, role, active }: Person): boolean {
    if (role !== "owner" || !active) return false;
    return this.#one("role = 'owner' AND active = 1 AND id <> ?", id) === undefined;
  }

  groupsOf(id: string): string[] {
    return this.#sql
      .exec<{ team: string }>("SELECT team FROM membership WHERE person = ? ORDER BY team", id)
      .toArray()
      .map((row) => row.team);
  }

  read(row: PersonRow): Person {
    const { id, email, external_id: externalId, version } = row;
    return {
      id,
      userName: row.user_name,
      name: row.name,
      ...(email === null ? {} : { email }),
      ...(externalId === null ? {} : { externalId }),
      // Safe: only this module writes the column, out of a role.
      role: row.role as Person["role"],
      active: row.active !== 0,
      version,
      createdAt: row.created,
      updatedAt: row.updated,
      groups: this.groupsOf(id),
    };
  }

  #one(where: string, binding: string): Person | undefined {
    const row = this.#sql.exec<PersonRow>(`SELECT ${PERSON_COLUMNS} FROM person WHERE ${where}`, binding).toArray()[0];
    return row === undefined ? undefined : this.read(row);
  }

  #written(id: string): Answer<Person> {
    const person = this.get(id);
    return person === undefined ? refused("not-found") : done(person);
  }
}

/** Names that differ in nothing but the case of their letters are the same name. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
