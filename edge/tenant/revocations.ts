import type { AuditEvent } from "../audit/index.ts";
import { type Closed, type CloseSeats, Closings } from "./closings.ts";
import type { Receipt } from "./contract.ts";
import type { Door } from "./door.ts";
import type { Journal } from "./journal.ts";

/** A revocation that was written down, and is to be carried out. */
export interface Begun {
  readonly id: string;
  readonly subject: string;
  readonly at: number;
}

/** Access that is ended: written down first, carried out then, and told in a receipt. */
export class Revocations {
  readonly #closings: Closings;
  readonly #journal: Journal;
  readonly #door: Door;

  constructor(sql: SqlStorage, journal: Journal, door: Door, close: CloseSeats) {
    this.#closings = new Closings(sql, close);
    this.#journal = journal;
    this.#door = door;
  }

  /** Within the transaction that takes the access away. */
  begin(
    by: Pick<AuditEvent, "actor" | "address" | "country">,
    subject: string,
    seats: ReadonlyMap<string, readonly string[] | "all">,
    { id, at }: { readonly id: string; readonly at: number },
  ): Begun {
    for (const [session, list] of seats) this.#closings.add({ revocation: id, subject, session, seats: list }, at);
    this.#journal.write(
      { action: "access.revoked", ...by, subject, detail: { revocation: id, sessions: seats.size } },
      at,
    );
    return { id, subject, at };
  }

  async finish({ id, subject, at }: Begun): Promise<Receipt> {
    const { closed, pending } = await this.#closings.run(id, at);
    this.#tell(id, subject, closed);
    const sessions = closed.map(({ session, answer: { seats, ended } }) => ({ session, seats, ended }));
    return { revocation: id, at, subject, sessions, pending };
  }

  /** What could not be reached before. */
  async retry(at: number): Promise<void> {
    for (const { revocation, subject, closed } of await this.#closings.retry(at)) {
      this.#tell(revocation, subject, closed);
    }
  }

  /** When something is to be tried again, Unix milliseconds. */
  nextDue(): number | undefined {
    return this.#closings.nextDue();
  }

  /** Sessions do not say by themselves what they closed on order. */
  #tell(revocation: string, subject: string, closed: readonly Closed[]): void {
    const at = Date.now();
    for (const one of closed) this.#door.revoked(revocation, subject, one, at);
  }
}
