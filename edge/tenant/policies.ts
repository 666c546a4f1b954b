import type { PolicyFields, StoredPolicy } from "./contract.ts";

// A type, not an interface: rows must have an index signature.
type PolicyRow = { id: string; name: string; body: string; version: number; created: number; updated: number };

/** More than any company's, and few enough to be weighed at every decision. */
export const MAX_POLICIES = 1_000;

/** The policies of a tenant. Read once and then held in memory: every opening of a session weighs them all. */
export class Policies {
  readonly #sql: SqlStorage;
  #all: readonly StoredPolicy[] | undefined;
  #byId: readonly StoredPolicy[] | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  all(): readonly StoredPolicy[] {
    this.#all ??= this.#sql
      .exec<PolicyRow>("SELECT id, name, body, version, created, updated FROM policy ORDER BY created, id")
      .toArray()
      .map(readPolicy);
    return this.#all;
  }

  /** The same in the order of their ids, in which they are weighed: sorting what is sorted costs least. */
  byId(): readonly StoredPolicy[] {
    this.#byId ??= [...this.all()].sort((a, b) => (a.id < b.id ? -1 : 1));
    return this.#byId;
  }

  get(id: string): StoredPolicy | undefined {
    return this.all().find((policy) => policy.id === id);
  }

  add({ name, ...body }: PolicyFields, id: string, at: number): StoredPolicy {
    this.#sql.exec(
      "INSERT INTO policy (id, name, body, version, created, updated) VALUES (?, ?, ?, 1, ?, ?)",
      ...[id, name, JSON.stringify(body), at, at],
    );
    this.#changed();
    return { id, name, ...body, version: 1, createdAt: at, updatedAt: at };
  }

  put(before: StoredPolicy, { name, ...body }: PolicyFields, at: number): StoredPolicy {
    const { id, version, createdAt } = before;
    this.#sql.exec(
      "UPDATE policy SET name = ?, body = ?, version = ?, updated = ? WHERE id = ?",
      ...[name, JSON.stringify(body), version + 1, at, id],
    );
    this.#changed();
    return { id, name, ...body, version: version + 1, createdAt, updatedAt: at };
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM policy WHERE id = ?", id);
    this.#changed();
  }

  #changed(): void {
    this.#all = undefined;
    this.#byId = undefined;
  }
}

function readPolicy({ id, name, body, version, created, updated }: PolicyRow): StoredPolicy {
  // Safe: only this module writes the column, out of a policy that the door has parsed.
  const fields = JSON.parse(body) as Omit<PolicyFields, "name">;
  return { id, name, ...fields, version, createdAt: created, updatedAt: updated };
}
