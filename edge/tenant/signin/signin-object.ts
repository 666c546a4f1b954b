import { DurableObject } from "cloudflare:workers";
import { hashSecret } from "../../access/index.ts";
import type { Env } from "../../env.ts";
import { randomToken } from "../../session/index.ts";
import type { Logout, Provider } from "../../signin/index.ts";
import { done, refused } from "../answer.ts";
import { type Answer, type Caller, type Place, TENANT_OBJECT } from "../contract.ts";
import { Ledger } from "../ledger.ts";
import type { Arrival, NewSignin, SignedIn, SigninRpc } from "./contract.ts";

/** The half of the Tenant object that browsers are signed in with. */
export class SigninObject extends DurableObject<Env> implements SigninRpc {
  /** Not to be reached from outside: only methods are. */
  protected readonly ledger: Ledger;
  /** The tenant's name, out of the object's. */
  protected readonly tenant: string;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.tenant = ctx.id.name?.slice(TENANT_OBJECT.length) ?? "";
    this.ledger = new Ledger(ctx, env, this.tenant);
  }

  async provider(): Promise<Provider | undefined> {
    return this.ledger.known?.desk.provider();
  }

  async providerFor(subscriber: string): Promise<Provider | { readonly shutOutSeconds: number } | undefined> {
    const desk = this.ledger.known?.desk;
    const shutOutSeconds = desk?.failures.shutOutSeconds(subscriber, Date.now());
    return shutOutSeconds === undefined ? desk?.provider() : { shutOutSeconds };
  }

  async setProvider(caller: Caller, provider: Provider | undefined): Promise<Answer<null>> {
    const { books, desk } = this.ledger.read();
    const groups = provider?.groups.map(({ group }) => group) ?? [];
    if (!groups.every((group) => books.groups.get(group) !== undefined)) return refused("not-found");
    const isOther = desk.provider()?.issuer !== provider?.issuer;
    const set = this.ledger.change(
      caller,
      (_, at) => done(desk.setProvider(provider, at)),
      () => ({ action: "settings.changed", detail: { provider: provider === undefined ? null : said(provider) } }),
    );
    if (!set.done) return set;
    if (isOther) await this.#endAll(desk.signins.all(), "provider-changed", caller.place ?? {});
    return done(null);
  }

  async signIn(arrival: Arrival): Promise<NewSignin> {
    const secret = randomToken();
    const id = crypto.randomUUID().replaceAll("-", "");
    const fresh = { hash: await hashSecret(secret), signin: id, person: crypto.randomUUID() };
    const come = this.ledger.atDesk((desk, at) => desk.arrive(arrival, fresh, at));
    switch (come) {
      case "replayed":
      case "too-often":
      case "no-such-person":
      case "disabled":
      case "taken-by-another":
        return { signedIn: false, refusal: come };
      default:
        // What the provider says of groups may decide something for what is open already.
        await this.ledger.follow([{ to: "person", id: come }], "identity-provider", `person:${come}`);
        await this.#replace(arrival, { id, person: come });
        return { signedIn: true, id, secret, person: come };
    }
  }

  async signInRefused(reason: string, place: Place, subscriber: string): Promise<void> {
    if (this.ledger.known !== undefined)
      this.ledger.atDesk((desk, at) => desk.refused(reason, { place, subscriber }, at));
  }

  async whoIsSignedIn(id: string, secretHash: ArrayBuffer, place: Place): Promise<SignedIn | undefined> {
    if (this.ledger.known === undefined) return undefined;
    const next = randomToken();
    const nextHash = await hashSecret(next);
    const shown = this.ledger.atDesk((desk, at) => {
      const answer = desk.signins.show(id, secretHash, nextHash, at);
      if (!answer.known && answer.stolen !== undefined) desk.ended(answer.stolen, "cookie-used-twice", place, at);
      return answer;
    });
    if (!shown.known) {
      if (shown.stolen !== undefined) await this.ledger.endAccess(actor(shown.stolen.person, place), "signin", id);
      return undefined;
    }
    const signedIn = this.ledger.read().desk.describe(shown.signin);
    return signedIn === undefined || !shown.turned ? signedIn : { ...signedIn, next };
  }

  async signOut(id: string, place: Place): Promise<void> {
    await this.#endAll([id], "signed-out", place);
  }

  async loggedOut(logout: Logout, place: Place): Promise<boolean> {
    const { desk } = this.ledger.read();
    const isNew = this.ledger.atDesk(({ signins }, at) => signins.spend(`logout:${logout.id}`, logout.until, at));
    if (isNew) await this.#endAll(desk.signins.idsOf(logout), "logged-out-by-provider", place);
    return isNew;
  }

  async #replace({ replaces, place }: Arrival, by: { readonly id: string; readonly person: string }): Promise<void> {
    if (replaces === undefined) return;
    const other = this.ledger.atDesk((desk) => desk.replace(replaces, by));
    if (other !== undefined) await this.#endAll([other.id], "signed-in-as-another", place);
  }

  async #endAll(ids: readonly string[], reason: string, place: Place): Promise<void> {
    const ended = this.ledger.atDesk((desk, at) =>
      ids.flatMap((id) => {
        const signin = desk.signins.get(id);
        if (signin === undefined || !desk.signins.end(id)) return [];
        desk.ended(signin, reason, place, at);
        return [signin];
      }),
    );
    await Promise.all(ended.map(({ id, person }) => this.ledger.endAccess(actor(person, place), "signin", id)));
  }
}

function actor(person: string, place: Place): Caller {
  return { actor: `person:${person}`, scopes: [], place };
}

/** For the books, which hold no names of secrets. */
function said({ issuer, clientId, groupClaim, acr, acrToOpen, provision }: Provider) {
  return { issuer, clientId, acr, acrToOpen, provision, ...(groupClaim === undefined ? {} : { groupClaim }) };
}
