import type { Link, Page, PageWish } from "./contract.ts";

// A type, not an interface: rows must have an index signature.
type LinkRow = {
  id: string;
  name: string | null;
  rights: string;
  uses: number | null;
  shared: number;
  made_by: string;
  created: number;
  expires: number;
  revoked: number | null;
};

/** A link that has ended is listed for so long, for whoever asks what it was. */
const KEPT_MS = 90 * 24 * 60 * 60_000;

/** The links of a tenant. How often each was used, its Pass object knows. */
export class Links {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The newest first. */
  page({ after, limit }: PageWish): Page<Link> {
    const [created, id] = (after ?? "").split(".");
    const rows = this.#sql
      .exec<LinkRow>(
        "SELECT * FROM link WHERE (created, id) < (?, ?) ORDER BY created DESC, id DESC LIMIT ?",
        ...[after === undefined ? Number.MAX_SAFE_INTEGER : Number(created) || 0, id ?? "", limit + 1],
      )
      .toArray();
    const items = rows.slice(0, limit).map(readLink);
    const last = items.at(-1);
    return rows.length > limit && last !== undefined ? { items, next: `${last.createdAt}.${last.id}` } : { items };
  }

  get(id: string): Link | undefined {
    const row = this.#sql.exec<LinkRow>("SELECT * FROM link WHERE id = ?", id).toArray()[0];
    return row === undefined ? undefined : readLink(row);
  }

  add({ id, name, rights, uses, shared, createdBy, createdAt, expiresAt }: Link): void {
    this.#sql.exec("DELETE FROM link WHERE expires < ?", createdAt - KEPT_MS);
    this.#sql.exec(
      "INSERT INTO link (id, name, rights, uses, shared, made_by, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      ...[id, name ?? null, JSON.stringify(rights), uses ?? null, Number(shared), createdBy, createdAt, expiresAt],
    );
  }

  revoke(id: string, at: number): void {
    this.#sql.exec("UPDATE link SET revoked = ? WHERE id = ? AND revoked IS NULL", at, id);
  }
}

function readLink({ id, name, rights, uses, shared, made_by, created, expires, revoked }: LinkRow): Link {
  return {
    id,
    ...(name === null ? {} : { name }),
    // Safe: only this module writes the column, out of a list of rights.
    rights: JSON.parse(rights) as Link["rights"],
    ...(uses === null ? {} : { uses }),
    shared: shared !== 0,
    createdBy: made_by,
    createdAt: created,
    expiresAt: expires,
    ...(revoked === null ? {} : { revokedAt: revoked }),
  };
}
