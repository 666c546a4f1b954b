import type { Binding } from "../access/claims.ts";
import type { AuditEvent } from "../audit/index.ts";
import type { Env } from "../env.ts";
import { sessionStub } from "../session/index.ts";
import { Administration } from "./administration.ts";
import type { CloseSeats } from "./closings.ts";
import type { Answer, Caller, NewSeat, Receipt } from "./contract.ts";
import { Directory } from "./directory.ts";
import { Door } from "./door.ts";
import { Journal } from "./journal.ts";
import { Links } from "./links.ts";
import { Deliveries, type DeliveryPort, GATHER_MS } from "./log/deliveries.ts";
import { deliveryPort } from "./log/delivery-port.ts";
import { Retention } from "./log/retention.ts";
import { Usage } from "./log/usage.ts";
import { Webhooks } from "./log/webhooks.ts";
import { isMade, migrate } from "./migrations.ts";
import { Presence } from "./presence.ts";
import { Revocations } from "./revocations.ts";
import { type Followed, SeatChanges, type TellSeats } from "./seat-changes.ts";
import { SigninDesk } from "./signin/desk.ts";

/** What a tenant is made of, once there is anything in it. */
interface Parts {
  readonly books: Administration;
  readonly links: Links;
  readonly presence: Presence;
  readonly door: Door;
  readonly desk: SigninDesk;
  readonly revocations: Revocations;
  readonly changes: SeatChanges;
  readonly directory: Directory;
  readonly webhooks: Webhooks;
  readonly deliveries: Deliveries;
  readonly retention: Retention;
  readonly usage: Usage;
}

/** How a tenant's tables are read and changed: a change and the line that tells of it stand or fall together. */
export class Ledger {
  readonly journal: Journal;
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  readonly #tenant: string;
  #parts: Parts | undefined;
  /** How much of the log the receivers were woken for. */
  #announced = 0;

  constructor(ctx: DurableObjectState, env: Env, tenant: string) {
    this.#ctx = ctx;
    this.#env = env;
    this.#tenant = tenant;
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

  /**
   * The same, of what decides about those who sit somewhere: they have what they may do from now on when this is done.
   * @param about whom it was about, and is
   */
  async changeRules<Value>(
    caller: Caller,
    change: (books: Administration, at: number) => Answer<Value>,
    tell: (value: Value) => Omit<AuditEvent, "actor">,
    about: (value: Value) => readonly Binding[],
  ): Promise<Answer<Value>> {
    const { books, changes } = this.read();
    const when = { id: crypto.randomUUID(), at: Date.now() };
    const by = actorOf(caller);
    let followed: Followed | undefined;
    const answer = this.#commit(() => {
      const changed = change(books, when.at);
      if (!changed.done) return changed;
      const event = { ...tell(changed.value), ...by };
      this.journal.write(event, when.at);
      followed = changes.follow(about(changed.value), { by, subject: event.subject ?? event.action, ...when });
      return changed;
    });
    if (followed !== undefined) await this.#sayAll(followed);
    return answer;
  }

  /** What was changed already, outside of the books' own ways. */
  async follow(bindings: readonly Binding[], actor: string, subject: string): Promise<void> {
    const { changes } = this.read();
    const change = { by: { actor }, subject, id: crypto.randomUUID(), at: Date.now() };
    await this.#sayAll(this.#commit(() => changes.follow(bindings, change)));
  }

  async #sayAll(followed: Followed): Promise<void> {
    const { changes } = this.read();
    if (followed.sessions.size === 0 && followed.ended === undefined) return;
    await this.#setAlarm();
    await changes.finish(followed);
    await this.#setAlarm();
    this.#written();
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

  /** A seat was given: what the tenant said of it before may have changed since. */
  async seat(wish: NewSeat): Promise<ReturnType<Door["seated"]>> {
    const { door, changes } = this.read();
    const at = Date.now();
    const change = { by: { actor: "session" }, subject: `session:${wish.session}`, id: crypto.randomUUID(), at };
    let followed: Followed | undefined;
    const seated = this.#commit(() => {
      const answer = door.seated(wish, at);
      if (answer.seated) followed = changes.followSeat(wish.session, wish.seat, change);
      return answer;
    });
    if (followed !== undefined) await this.#sayAll(followed);
    return seated;
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
    await this.#setAlarm();
    const receipt = await revocations.finish(begun);
    this.#written();
    return receipt;
  }

  /** An alarm rings: close what could not be closed before, drop what is too old, bring the log to whoever is to have it. */
  async retry(): Promise<void> {
    const parts = this.#parts;
    if (parts === undefined) return;
    // Not waited for: a receiver may take its time, and the next alarm rings only when this one is done.
    this.#ctx.waitUntil(this.#deliver(parts.deliveries));
    await Promise.all([parts.revocations.retry(Date.now()), parts.changes.retry(Date.now())]);
    this.#commit(() => parts.usage.tellDue(Date.now()));
    await parts.retention.run(Date.now(), (work) => this.#commit(work));
    this.#written();
    await this.#setAlarm();
  }

  /** After a change that the log is not told of, or that something waits for. */
  async wake(): Promise<void> {
    await this.#setAlarm();
  }

  async #deliver(deliveries: Deliveries): Promise<void> {
    await deliveries.run();
    await this.#setAlarm();
  }

  /** One alarm for everything that waits for a moment. */
  async #setAlarm(): Promise<void> {
    if (this.#parts === undefined) return;
    const { revocations, changes, deliveries, retention, usage } = this.#parts;
    const due = Math.min(
      ...[revocations, changes, deliveries, retention, usage].map((one) => one.nextDue() ?? Number.POSITIVE_INFINITY),
    );
    if (Number.isFinite(due)) await this.#ctx.storage.setAlarm(due);
  }

  #commit<Value>(work: () => Value): Value {
    const value = this.#ctx.storage.transactionSync(work);
    this.#written();
    return value;
  }

  /** What was written is chained soon after, and brought to its receivers later: nobody waits for either. */
  #written(): void {
    if (this.journal.written === this.#announced) return;
    this.#announced = this.journal.written;
    this.#ctx.waitUntil(this.journal.seal());
    if (this.#parts?.webhooks.wake(Date.now() + GATHER_MS) === true) this.#ctx.waitUntil(this.#setAlarm());
  }

  #open(): Parts {
    migrate(this.#ctx.storage);
    const { sql } = this.#ctx.storage;
    const [books, links, presence] = [new Administration(sql), new Links(sql), new Presence(sql)];
    const close: CloseSeats = async (session, seats) => await sessionStub(this.#env.SESSION, session).revoke(seats);
    const desk = new SigninDesk(sql, books, presence, this.journal);
    const usage = new Usage(sql, this.journal, presence);
    const door = new Door(books, links, presence, desk.signins, this.journal, usage);
    const webhooks = new Webhooks(sql);
    const port: DeliveryPort = deliveryPort(this.#env, this.#tenant, (work) => this.#commit(work));
    const revocations = new Revocations(sql, this.journal, door, close);
    const tell: TellSeats = async (session, seats) => await sessionStub(this.#env.SESSION, session).change(seats);
    this.#parts = {
      ...{ books, links, presence, desk, door, webhooks, usage, revocations },
      deliveries: new Deliveries(webhooks, this.journal, port),
      retention: new Retention(sql, this.journal, webhooks),
      changes: new SeatChanges(sql, { presence, door, journal: this.journal, revocations }, tell),
      directory: new Directory(sql, books),
    };
    return this.#parts;
  }
}

export function actorOf({ actor, place }: Caller): Pick<AuditEvent, "actor" | "address" | "country"> {
  return { actor, ...place };
}
