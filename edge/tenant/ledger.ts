import type { AuditEvent } from "../audit/index.ts";
import type { Env } from "../env.ts";
import { sessionStub } from "../session/index.ts";
import { Administration } from "./administration.ts";
import type { CloseSeats } from "./closings.ts";
import type { Answer, Caller, Receipt } from "./contract.ts";
import { Directory } from "./directory.ts";
import { Door } from "./door.ts";
import { Journal } from "./journal.ts";
import { Links } from "./links.ts";
import { isMade, migrate } from "./migrations.ts";
import { Presence } from "./presence.ts";
import { Revocations } from "./revocations.ts";
import { SigninDesk } from "./signin/desk.ts";

/** What a tenant is made of, once there is anything in it. */
interface Parts {
  readonly books: Administration;
  readonly links: Links;
  readonly presence: Presence;
  readonly door: Door;
  readonly desk: SigninDesk;
  readonly revocations: Revocations;
  readonly directory: Directory;
}

/** How a tenant's tables are read and changed: a change and the line that tells of it stand or fall together. */
export class Ledger {
  readonly journal: Journal;
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  #parts: Parts | undefined;

  constructor(ctx: DurableObjectState, env: Env, tenant: string) {
    this.#ctx = ctx;
    this.#env = env;
    this.journal = new Journal(ctx.storage, tenant, env.SIGNING_KEY);
    if (isMade(ctx.storage.sql)) this.#open();
  }

  /** Undefined in an object in which nothing was ever stored. */
  get known(): Parts | undefined {
    return this.#parts;
  }

  /** For callers that were authorised: by a key of this tenant, by the deployment's secrets, or by a signed grant. */
  read(): Parts {
    return this.#parts ?? this.#open();
  }

  change<Value>(
    caller: Caller,
    change: (books: Administration, at: number) => Answer<Value>,
    tell: (value: Value) => Omit<AuditEvent, "actor">,
  ): Answer<Value> {
    const { books } = this.read();
    const at = Date.now();
    return this.#commit(() => {
      const changed = change(books, at);
      if (changed.done) this.journal.write({ ...tell(changed.value), ...actorOf(caller) }, at);
      return changed;
    });
  }

  note(event: AuditEvent, at: number): void {
    this.#commit(() => this.journal.write(event, at));
  }

  addLink(add: (links: Links, at: number) => Omit<AuditEvent, "actor">, caller: Caller): void {
    const { links } = this.read();
    const at = Date.now();
    this.#commit(() => this.journal.write({ ...add(links, at), ...actorOf(caller) }, at));
  }

  atDoor<Value>(pass: (door: Door, at: number) => Value): Value {
    const { door } = this.read();
    return this.#commit(() => pass(door, Date.now()));
  }

  atDesk<Value>(ask: (desk: SigninDesk, at: number) => Value): Value {
    const { desk } = this.read();
    return this.#commit(() => ask(desk, Date.now()));
  }

  /** What was taken away in the books, taken away everywhere. Written down before it is tried. */
  async endAccess(
    caller: Caller,
    kind: "link" | "person" | "session" | "signin" | "key",
    id: string,
  ): Promise<Receipt> {
    const { presence, revocations, desk } = this.read();
    const when = { id: crypto.randomUUID(), at: Date.now() };
    const begun = this.#commit(() => {
      if (kind === "person") desk.signins.endOfPerson(id);
      const seats = kind === "session" ? new Map([[id, "all"] as const]) : presence.seatsOf(kind, id);
      return revocations.begin(actorOf(caller), `${kind}:${id}`, seats, when);
    });
    // What is cut off in the first try is done again by the alarm.
    await this.#setAlarm(revocations);
    const receipt = await revocations.finish(begun);
    this.#sealSoon();
    return receipt;
  }

  /** An alarm rings: close what could not be closed before. */
  async retry(): Promise<void> {
    const revocations = this.#parts?.revocations;
    if (revocations === undefined) return;
    await revocations.retry(Date.now());
    this.#sealSoon();
    await this.#setAlarm(revocations);
  }

  async #setAlarm(revocations: Revocations): Promise<void> {
    const due = revocations.nextDue();
    if (due !== undefined) await this.#ctx.storage.setAlarm(due);
  }

  #commit<Value>(work: () => Value): Value {
    const value = this.#ctx.storage.transactionSync(work);
    this.#sealSoon();
    return value;
  }

  #sealSoon(): void {
    this.#ctx.waitUntil(this.journal.seal());
  }

  #open(): Parts {
    migrate(this.#ctx.storage);
    const { sql } = this.#ctx.storage;
    const [books, links, presence] = [new Administration(sql), new Links(sql), new Presence(sql)];
    const close: CloseSeats = async (session, seats) => await sessionStub(this.#env.SESSION, session).revoke(seats);
    const desk = new SigninDesk(sql, books, presence, this.journal);
    const door = new Door(books, links, presence, desk.signins, this.journal);
    this.#parts = {
      ...{ books, links, presence, desk, door },
      revocations: new Revocations(sql, this.journal, door, close),
      directory: new Directory(sql, books),
    };
    return this.#parts;
  }
}

export function actorOf({ actor, place }: Caller): Pick<AuditEvent, "actor" | "address" | "country"> {
  return { actor, ...place };
}
