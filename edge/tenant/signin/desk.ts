import { groupMoves, type Identity, type Provider, suffices } from "../../signin/index.ts";
import { about } from "../about.ts";
import type { Administration } from "../administration.ts";
import type { Person, Place } from "../contract.ts";
import type { Journal } from "../journal.ts";
import type { Presence } from "../presence.ts";
import type { Arrival, SignedIn, SigninRefusal } from "./contract.ts";
import { Identities } from "./identities.ts";
import { SigninFailures } from "./signin-failures.ts";
import { type Signin, Signins } from "./signins.ts";

/** What the object brings along, since rules take no chances. */
export interface Fresh {
  /** Of the sign-in, or of the next secret. */
  readonly hash: ArrayBuffer;
  readonly signin: string;
  readonly person: string;
}

/** By one person, within the ten minutes that a round may take: a script, or a page that goes round and round. */
const MAX_ROUNDS = 30;

type Let = { readonly person: Person } | { readonly refusal: SigninRefusal };

/** Who is let in by the identity provider, and whose browser is signed in. Each method is one transaction of its caller. */
export class SigninDesk {
  readonly signins: Signins;
  readonly failures: SigninFailures;
  readonly #identities: Identities;
  readonly #books: Administration;
  readonly #presence: Presence;
  readonly #journal: Journal;
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage, books: Administration, presence: Presence, journal: Journal) {
    this.#sql = sql;
    this.#books = books;
    this.#presence = presence;
    this.#journal = journal;
    this.#identities = new Identities(sql);
    this.signins = new Signins(sql);
    this.failures = new SigninFailures(sql);
  }

  provider(): Provider | undefined {
    const body = this.#sql.exec<{ body: string }>("SELECT body FROM provider").toArray()[0]?.body;
    // Safe: only `setProvider` writes the column, out of settings that the door has parsed.
    return body === undefined ? undefined : (JSON.parse(body) as Provider);
  }

  setProvider(provider: Provider | undefined, at: number): void {
    this.#sql.exec("DELETE FROM provider");
    if (provider === undefined) return;
    this.#sql.exec("INSERT INTO provider (id, body, updated) VALUES (1, ?, ?)", JSON.stringify(provider), at);
  }

  /** @returns the person's id, or why nobody is signed in */
  arrive({ identity, round, until, place, subscriber }: Arrival, fresh: Fresh, at: number): string | SigninRefusal {
    if (!this.signins.spend(`round:${round}`, until, at, identity.subject)) {
      this.refused("replayed", { place, subscriber }, at);
      return "replayed";
    }
    if (this.signins.roundsOf(identity.subject) > MAX_ROUNDS) {
      this.refused("too-often", { place, subscriber }, at, identity.userName);
      return "too-often";
    }
    const found = this.#find(identity, fresh.person, at);
    if ("refusal" in found) {
      this.refused(found.refusal, { place, subscriber }, at, identity.userName);
      return found.refusal;
    }
    const { person } = found;
    this.#follow(person, identity, at);
    this.signins.add(fresh.signin, fresh.hash, person.id, identity, at);
    const detail = { signin: fresh.signin, ...(identity.acr === undefined ? {} : { acr: identity.acr }) };
    this.#journal.write(
      { action: "signin.succeeded", actor: `person:${person.id}`, subject: `person:${person.id}`, ...place, detail },
      at,
    );
    return person.id;
  }

  /** The browser's sign-in before this one is over; what it had opened goes on, if it is the same person's. */
  replace({ id, secretHash }: NonNullable<Arrival["replaces"]>, by: Pick<Signin, "id" | "person">): Signin | undefined {
    const before = this.signins.shownBy(id, secretHash);
    if (before?.person !== by.person) return before;
    this.#presence.move(id, by.id);
    this.signins.end(id);
    return undefined;
  }

  refused(
    reason: string,
    { place, subscriber }: Pick<Arrival, "place" | "subscriber">,
    at: number,
    userName?: string,
  ): void {
    this.failures.add(subscriber, at);
    const detail = { reason, ...(userName === undefined ? {} : { userName }) };
    this.#journal.write({ action: "signin.refused", actor: "identity-provider", ...place, detail }, at);
  }

  ended({ id, person }: Pick<Signin, "id" | "person">, reason: string, place: Place, at: number): void {
    const detail = { signin: id, reason };
    this.#journal.write(
      { action: "signin.ended", actor: `person:${person}`, subject: `person:${person}`, ...place, detail },
      at,
    );
  }

  /** What a cookie opens now: nothing once its person is disabled. */
  describe({ id, person: of, acr, expiresAt }: Signin): SignedIn | undefined {
    const person = this.#books.people.get(of);
    if (person?.active !== true) return undefined;
    return {
      id,
      person: { id: person.id, userName: person.userName, name: person.name, role: person.role },
      ...(acr === undefined ? {} : { acr }),
      needsStepUp: !suffices(this.provider()?.acrToOpen ?? [], acr),
      expiresAt,
    };
  }

  #find(identity: Identity, freshId: string, at: number): Let {
    const linked = this.#identities.personOf(identity);
    const known = linked === undefined ? this.#books.people.find(identity.userName) : this.#books.people.get(linked);
    if (known === undefined) return this.#provision(identity, freshId, at);
    if (!known.active) return { refusal: "disabled" };
    if (linked !== undefined) return { person: known };
    if (this.#identities.isTaken(known.id, identity.issuer)) return { refusal: "taken-by-another" };
    this.#identities.add(identity, known.id, at);
    return { person: known };
  }

  #provision(identity: Identity, id: string, at: number): Let {
    if (this.provider()?.provision !== true) return { refusal: "no-such-person" };
    const { userName, name, email } = identity;
    const fields = { userName, name, role: "member", active: true, ...(email === undefined ? {} : { email }) } as const;
    const made = this.#books.people.add(fields, id, at);
    if (!made.done) return { refusal: "taken-by-another" };
    this.#identities.add(identity, id, at);
    this.#journal.write({ action: "person.added", actor: "identity-provider", ...about(made.value) }, at);
    return { person: made.value };
  }

  #follow({ id, groups }: Person, identity: Identity, at: number): void {
    const { join, leave } = groupMoves(this.provider()?.groups ?? [], identity.groups, groups);
    const joined = join.filter((group) => this.#books.groups.join(group, id, at));
    const left = leave.filter((group) => this.#books.groups.leave(group, id, at));
    if (joined.length + left.length === 0) return;
    const [person, detail] = [`person:${id}`, { joined, left }];
    this.#journal.write({ action: "person.changed", actor: "identity-provider", subject: person, detail }, at);
  }
}
