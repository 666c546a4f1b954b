import { done, refused } from "./answer.ts";
import type { Answer, Group, GroupChange, GroupFields, Page, PageWish } from "./contract.ts";
import { nameKey } from "./people.ts";

// A type, not an interface: rows must have an index signature.
export type GroupRow = {
  id: string;
  name: string;
  external_id: string | null;
  version: number;
  created: number;
  updated: number;
};

export const GROUP_COLUMNS = "id, name, external_id, version, created, updated";

/** The groups of a tenant, and who is in them. */
export class Groups {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  page({ after = "", limit }: PageWish): Page<Group> {
    const rows = this.#sql
      .exec<GroupRow>(
        `SELECT ${GROUP_COLUMNS} FROM team WHERE name_key > ? ORDER BY name_key LIMIT ?`,
        ...[after, limit + 1],
      )
      .toArray();
    const items = rows.slice(0, limit).map((row) => this.read(row));
    const last = items.at(-1);
    return rows.length > limit && last !== undefined ? { items, next: nameKey(last.name) } : { items };
  }

  get(id: string): Group | undefined {
    return this.#one("id = ?", id);
  }

  add({ name, externalId, members }: GroupFields, id: string, at: number): Answer<Group> {
    if (this.#one("name_key = ?", nameKey(name)) !== undefined) return refused("name-taken");
    if (!this.#areKnown(members)) return refused("not-found");
    this.#sql.exec(
      "INSERT INTO team (id, name, name_key, external_id, version, created, updated) VALUES (?, ?, ?, ?, 1, ?, ?)",
      ...[id, name, nameKey(name), externalId ?? null, at, at],
    );
    this.#setMembers(id, members);
    return this.#written(id);
  }

  change(before: Group, change: GroupChange, at: number): Answer<Group> {
    const { name, externalId, members } = { ...before, ...change };
    const holder = this.#one("name_key = ?", nameKey(name));
    if (holder !== undefined && holder.id !== before.id) return refused("name-taken");
    if (change.members !== undefined && !this.#areKnown(members)) return refused("not-found");
    this.#sql.exec(
      "UPDATE team SET name = ?, name_key = ?, external_id = ?, version = version + 1, updated = ? WHERE id = ?",
      ...[name, nameKey(name), externalId ?? null, at, before.id],
    );
    if (change.members !== undefined) this.#setMembers(before.id, members);
    return this.#written(before.id);
  }

  /** One more member. @returns whether anything changed */
  join(id: string, person: string, at: number): boolean {
    const isKnown = this.#sql.exec("SELECT 1 FROM team WHERE id = ?", id).toArray().length > 0;
    return (
      isKnown &&
      this.#moved(this.#sql.exec("INSERT OR IGNORE INTO membership (team, person) VALUES (?, ?)", id, person), id, at)
    );
  }

  leave(id: string, person: string, at: number): boolean {
    return this.#moved(this.#sql.exec("DELETE FROM membership WHERE team = ? AND person = ?", id, person), id, at);
  }

  remove({ id }: Group): void {
    this.#sql.exec("DELETE FROM membership WHERE team = ?", id);
    this.#sql.exec("DELETE FROM team WHERE id = ?", id);
  }

  read({ id, name, external_id: externalId, version, created, updated }: GroupRow): Group {
    const members = this.#sql
      .exec<{ person: string }>("SELECT person FROM membership WHERE team = ? ORDER BY person", id)
      .toArray()
      .map((row) => row.person);
    const fields = { id, name, members, version, createdAt: created, updatedAt: updated };
    return externalId === null ? fields : { ...fields, externalId };
  }

  #one(where: string, binding: string): Group | undefined {
    const row = this.#sql.exec<GroupRow>(`SELECT ${GROUP_COLUMNS} FROM team WHERE ${where}`, binding).toArray()[0];
    return row === undefined ? undefined : this.read(row);
  }

  #areKnown(people: readonly string[]): boolean {
    return people.every((id) => this.#sql.exec("SELECT 1 FROM person WHERE id = ?", id).toArray().length > 0);
  }

  /** Only what has changed is written: a group may be large, and a change small. */
  #setMembers(id: string, members: readonly string[]): void {
    const wanted = new Set(members);
    for (const person of this.get(id)?.members ?? []) {
      if (!wanted.delete(person)) {
        this.#sql.exec("DELETE FROM membership WHERE team = ? AND person = ?", id, person);
      }
    }
    for (const person of wanted) this.#sql.exec("INSERT INTO membership (team, person) VALUES (?, ?)", id, person);
  }

  #moved(
    { rowsWritten }: Pick<SqlStorageCursor<Record<string, SqlStorageValue>>, "rowsWritten">,
    id: string,
    at: number,
  ) {
    if (rowsWritten === 0) return false;
    this.#sql.exec("UPDATE team SET version = version + 1, updated = ? WHERE id = ?", at, id);
    return true;
  }

  #written(id: string): Answer<Group> {
    const group = this.get(id);
    return group === undefined ? refused("not-found") : done(group);
  }
}
