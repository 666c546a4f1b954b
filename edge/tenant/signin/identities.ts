import type { Identity } from "../../signin/index.ts";

/** Who in the tenant a provider's subject is. Whoever has the same user name later, at the same provider, is somebody else. */
export class Identities {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  personOf({ issuer, subject }: Pick<Identity, "issuer" | "subject">): string | undefined {
    return this.#sql
      .exec<{ person: string }>("SELECT person FROM identity WHERE issuer = ? AND subject = ?", issuer, subject)
      .toArray()[0]?.person;
  }

  /** Whether the person is some subject of this issuer already. */
  isTaken(person: string, issuer: string): boolean {
    return (
      this.#sql.exec("SELECT 1 FROM identity WHERE person = ? AND issuer = ?", person, issuer).toArray().length > 0
    );
  }

  add({ issuer, subject }: Identity, person: string, at: number): void {
    this.#sql.exec(
      "INSERT INTO identity (issuer, subject, person, created) VALUES (?, ?, ?, ?)",
      ...[issuer, subject, person, at],
    );
  }
}
