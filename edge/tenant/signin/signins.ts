import { isSameHash } from "../../access/index.ts";
import { type Identity, judgeShown, type Logout, oldUntil, type Shown, SIGNIN_LIFE_MS } from "../../signin/index.ts";

// A type, not an interface: rows must have an index signature.
type SigninRow = {
  id: string;
  person: string;
  acr: string | null;
  hash: ArrayBuffer;
  next_hash: ArrayBuffer | null;
  old_hash: ArrayBuffer | null;
  old_until: number;
  turned: number;
  seen: number;
  expires: number;
};

/** A browser's sign-in as it may be looked at. */
export interface Signin {
  readonly id: string;
  readonly person: string;
  readonly acr?: string;
  readonly expiresAt: number;
}

export type ShownAnswer =
  | { readonly known: true; readonly signin: Signin; readonly turned: boolean }
  | { readonly known: false; readonly stolen?: Signin };

/** Browsers that one person is signed in with at once; the one longest unseen goes. */
const MAX_PER_PERSON = 20;
/** When a browser was seen is kept this exactly: a write for each request would cost more than the request. */
const SEEN_STEP_MS = 60_000;
const COLUMNS = "id, person, acr, hash, next_hash, old_hash, old_until, turned, seen, expires";

/** The browsers that are signed in. Of their secrets only hashes are kept. */
export class Signins {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(id: string, hash: ArrayBuffer, person: string, { issuer, subject, session, acr }: Identity, at: number): void {
    this.#sql.exec("DELETE FROM signin WHERE expires <= ?", at);
    this.#sql.exec(
      `DELETE FROM signin WHERE id IN
       (SELECT id FROM signin WHERE person = ? ORDER BY seen DESC, id LIMIT -1 OFFSET ?)`,
      ...[person, MAX_PER_PERSON - 1],
    );
    this.#sql.exec(
      `INSERT INTO signin (id, person, issuer, subject, provider_session, acr, hash, old_until, turned, created, seen, expires)
       VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)`,
      ...[id, person, issuer, subject, session ?? null, acr ?? null, hash, at, at, at, at + SIGNIN_LIFE_MS],
    );
  }

  get(id: string): Signin | undefined {
    const row = this.#row(id);
    return row === undefined ? undefined : readSignin(row);
  }

  /** The sign-in whose secret this is, whatever is to become of it. */
  shownBy(id: string, hash: ArrayBuffer): Signin | undefined {
    const row = this.#row(id);
    return row === undefined || whichOf(row, hash) === "none" ? undefined : readSignin(row);
  }

  /** A cookie is shown. @param next what the browser gets if it is time for another secret */
  show(id: string, hash: ArrayBuffer, next: ArrayBuffer, at: number): ShownAnswer {
    const row = this.#row(id);
    if (row === undefined) return { known: false };
    const signin = readSignin(row);
    const turning = { ...row, hasNext: row.next_hash !== null, oldUntil: row.old_until };
    const verdict = judgeShown(whichOf(row, hash), turning, at);
    switch (verdict) {
      case "unknown":
        return { known: false };
      case "over":
        this.end(id);
        return { known: false };
      case "stolen":
        this.end(id);
        return { known: false, stolen: signin };
      case "turn":
        this.#sql.exec("UPDATE signin SET next_hash = ?, turned = ? WHERE id = ?", next, at, id);
        break;
      case "advance":
        this.#sql.exec(
          "UPDATE signin SET old_hash = hash, old_until = ?, hash = next_hash, next_hash = NULL WHERE id = ?",
          ...[oldUntil(at), id],
        );
        break;
      case "keep":
        break;
    }
    if (at - row.seen >= SEEN_STEP_MS) this.#sql.exec("UPDATE signin SET seen = ? WHERE id = ?", at, id);
    return { known: true, signin, turned: verdict === "turn" };
  }

  /** @returns whether it was there */
  end(id: string): boolean {
    return this.#sql.exec("DELETE FROM signin WHERE id = ?", id).rowsWritten > 0;
  }

  endOfPerson(person: string): void {
    this.#sql.exec("DELETE FROM signin WHERE person = ?", person);
  }

  /** With both a session and a subject, both must be so. */
  idsOf({ issuer, subject, session }: Pick<Logout, "issuer" | "subject" | "session">): readonly string[] {
    return this.#sql
      .exec<{ id: string }>(
        `SELECT id FROM signin WHERE issuer = ? AND (? IS NULL OR subject = ?) AND (? IS NULL OR provider_session = ?)`,
        ...[issuer, subject ?? null, subject ?? null, session ?? null, session ?? null],
      )
      .toArray()
      .map((row) => row.id);
  }

  all(): readonly string[] {
    return this.#sql
      .exec<{ id: string }>("SELECT id FROM signin")
      .toArray()
      .map((row) => row.id);
  }

  /** What counts once: a round through the provider, a logout token. @returns false for one that was spent before */
  spend(id: string, until: number, at: number, subject?: string): boolean {
    this.#sql.exec("DELETE FROM spent_round WHERE expires <= ?", at);
    const spent = this.#sql.exec(
      "INSERT OR IGNORE INTO spent_round (id, subject, expires) VALUES (?, ?, ?)",
      ...[id, subject ?? null, until],
    );
    return spent.rowsWritten > 0;
  }

  /** Rounds that this subject of the provider has made of late. */
  roundsOf(subject: string): number {
    return this.#sql
      .exec<{ count: number }>("SELECT count(*) AS count FROM spent_round WHERE subject = ?", subject)
      .one().count;
  }

  #row(id: string): SigninRow | undefined {
    return this.#sql.exec<SigninRow>(`SELECT ${COLUMNS} FROM signin WHERE id = ?`, id).toArray()[0];
  }
}

function whichOf({ hash, next_hash, old_hash }: SigninRow, shown: ArrayBuffer): Shown {
  if (next_hash !== null && isSameHash(next_hash, shown)) return "next";
  if (isSameHash(hash, shown)) return "current";
  return old_hash !== null && isSameHash(old_hash, shown) ? "old" : "none";
}

function readSignin({ id, person, acr, expires }: SigninRow): Signin {
  return { id, person, ...(acr === null ? {} : { acr }), expiresAt: expires };
}
