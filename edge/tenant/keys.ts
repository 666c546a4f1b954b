import { isSameHash } from "../access/index.ts";
import type { ApiKey, NewApiKey } from "./contract.ts";

// A type, not an interface: rows must have an index signature.
type KeyRow = {
  id: string;
  name: string;
  scopes: string;
  person: string | null;
  made_by: string;
  hash: ArrayBuffer;
  old_hash: ArrayBuffer | null;
  old_until: number | null;
  created: number;
  expires: number | null;
  revoked: number | null;
  used: number | null;
};

export const MAX_KEYS = 1_000;
/** When a key was used is kept this exactly: a write for each call would cost more than the call. */
const USED_STEP_MS = 60 * 60_000;

/** The API keys of a tenant: what they may do, and the hashes of their secrets. */
export class Keys {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  all(): ApiKey[] {
    return this.#sql.exec<KeyRow>("SELECT * FROM api_key ORDER BY created, id").toArray().map(readKey);
  }

  get(id: string): ApiKey | undefined {
    const row = this.#row(id);
    return row === undefined ? undefined : readKey(row);
  }

  count(): number {
    return this.#sql.exec<{ count: number }>("SELECT count(*) AS count FROM api_key").one().count;
  }

  add(id: string, hash: ArrayBuffer, wish: NewApiKey, madeBy: string, at: number): ApiKey {
    const { name, scopes, person, expiresAt } = wish;
    this.#sql.exec(
      "INSERT INTO api_key (id, name, scopes, person, made_by, hash, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      ...[id, name, JSON.stringify(scopes), person ?? null, madeBy, hash, at, expiresAt ?? null],
    );
    return { id, ...wish, createdBy: madeBy, createdAt: at };
  }

  rotate(id: string, hash: ArrayBuffer, oldUntil: number): void {
    this.#sql.exec("UPDATE api_key SET old_hash = hash, old_until = ?, hash = ? WHERE id = ?", oldUntil, hash, id);
  }

  /** It stays in the list, so that the books can be read. */
  revoke(id: string, at: number): void {
    this.#sql.exec("UPDATE api_key SET revoked = ?, old_hash = NULL WHERE id = ? AND revoked IS NULL", at, id);
  }

  /** The key, if this is its secret and it counts now. */
  shown(id: string, hash: ArrayBuffer, at: number): ApiKey | undefined {
    const row = this.#row(id);
    if (row === undefined || !isSecretOf(row, hash, at) || row.revoked !== null) return undefined;
    if (row.expires !== null && row.expires <= at) return undefined;
    const used = at - (at % USED_STEP_MS);
    if (row.used !== used) this.#sql.exec("UPDATE api_key SET used = ? WHERE id = ?", used, id);
    return readKey(row);
  }

  #row(id: string): KeyRow | undefined {
    return this.#sql.exec<KeyRow>("SELECT * FROM api_key WHERE id = ?", id).toArray()[0];
  }
}

function isSecretOf({ hash, old_hash, old_until }: KeyRow, shown: ArrayBuffer, at: number): boolean {
  return isSameHash(hash, shown) || (old_hash !== null && (old_until ?? 0) > at && isSameHash(old_hash, shown));
}

function readKey({ id, name, scopes, person, made_by: createdBy, created, expires, revoked, used }: KeyRow): ApiKey {
  return {
    id,
    name,
    // Safe: only this module writes the column, out of a list of scopes.
    scopes: JSON.parse(scopes) as ApiKey["scopes"],
    ...(person === null ? {} : { person }),
    createdBy,
    createdAt: created,
    ...(expires === null ? {} : { expiresAt: expires }),
    ...(revoked === null ? {} : { revokedAt: revoked }),
    ...(used === null ? {} : { usedAt: used }),
  };
}
