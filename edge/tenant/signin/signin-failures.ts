/** By one subscriber, at one tenant. */
const MAX_FAILURES = 50;
const WINDOW_MS = 10 * 60_000;

/** Who could not sign in of late, by whom the platform saw. */
export class SigninFailures {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(subscriber: string, at: number): void {
    this.#sql.exec("DELETE FROM signin_failure WHERE expires <= ?", at);
    this.#sql.exec("INSERT INTO signin_failure (subscriber, expires) VALUES (?, ?)", subscriber, at + WINDOW_MS);
  }

  /** Until this subscriber may try again; undefined for one that may now. */
  shutOutSeconds(subscriber: string, at: number): number | undefined {
    const last = this.#sql
      .exec<{ expires: number }>(
        "SELECT expires FROM signin_failure WHERE subscriber = ? AND expires > ? ORDER BY expires DESC LIMIT 1 OFFSET ?",
        ...[subscriber, at, MAX_FAILURES - 1],
      )
      .toArray()[0];
    return last === undefined ? undefined : Math.ceil((last.expires - at) / 1_000);
  }
}
