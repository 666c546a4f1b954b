import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import { Provider } from "oidc-provider";

export const CLIENT = { id: "nearglass", secret: "of-the-client" } as const;
export const OTHER_CLIENT = { id: "another", secret: "of-the-other" } as const;
export const STRONG = "urn:example:two-factors";

/** How a token is spoilt on its way: in its signature, or in what it says. */
export interface Tampering {
  readonly sign?: "none" | "public-key-as-secret" | "swapped-key";
  /** Changes to the claims; null takes one away. Without `sign`, the provider's own key signs them. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly type?: string;
}

interface Account {
  readonly groups?: readonly string[];
  readonly emailVerified?: boolean;
}

/** A real OpenID provider on this machine: people name themselves, and no password is asked for. */
export class IdentityProvider {
  readonly issuer: string;
  readonly #server: Server;
  readonly #accounts = new Map<string, Account>();
  #provider: Provider;
  #keys: readonly JWK[];
  #tampering: Tampering | undefined;

  private constructor(server: Server, issuer: string, key: JWK) {
    this.#server = server;
    this.issuer = issuer;
    this.#keys = [key];
    this.#provider = this.#build();
  }

  static async start(): Promise<IdentityProvider> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    // Safe: it listens on a port.
    const { port } = server.address() as AddressInfo;
    const started = new IdentityProvider(server, `http://127.0.0.1:${port}`, await newKey());
    server.on("request", (request, response) => void started.#answer(request, response));
    return started;
  }

  know(account: string, about: Account): void {
    this.#accounts.set(account, about);
  }

  tamper(tampering: Tampering | undefined): void {
    this.#tampering = tampering;
  }

  /** From now on a new key signs; the one before is published beside it, or is not. */
  async rotate(keepOld: boolean): Promise<void> {
    this.#keys = [await newKey(), ...(keepOld ? this.#keys.slice(0, 1) : [])];
    this.#provider = this.#build();
  }

  /** As the provider itself would send it, and then spoilt. */
  async logoutToken(
    { client = CLIENT.id, subject, session }: { client?: string; subject?: string; session?: string },
    tampering: Tampering | undefined,
  ): Promise<string> {
    const found = await this.#provider.Client.find(client);
    const token = new this.#provider.IdToken(subject === undefined ? {} : { sub: subject }, { client: found });
    token.mask = { sub: null };
    token.set("events", { "http://schemas.openid.net/event/backchannel-logout": {} });
    token.set("jti", crypto.randomUUID());
    if (session !== undefined) token.set("sid", session);
    return await this.#spoil(await token.issue({ use: "logout" }), tampering);
  }

  /** The provider itself tells the client that somebody is signed out. */
  async signOut(subject: string, uri: string): Promise<void> {
    const client = await this.#provider.Client.find(CLIENT.id);
    client.backchannelLogoutUri = uri;
    await client.backchannelLogout(subject, "");
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  #build(): Provider {
    const client = ({ id, secret }: { readonly id: string; readonly secret: string }) => ({
      ...{ client_id: id, client_secret: secret, grant_types: ["authorization_code"] },
      ...{ redirect_uris: ["https://nearglass.example/callback"], response_types: ["code"] },
      ...{ backchannel_logout_uri: "https://nearglass.example/logout" },
    });
    const provider = new Provider(this.issuer, {
      clients: [client(CLIENT), client(OTHER_CLIENT)],
      jwks: { keys: this.#keys },
      cookies: { keys: ["one key for cookies"] },
      scopes: ["openid", "profile", "email", "groups"],
      claims: {
        acr: null,
        sid: null,
        openid: ["sub"],
        email: ["email", "email_verified"],
        profile: ["name"],
        groups: ["groups"],
      },
      acrValues: ["urn:example:password", STRONG],
      pkce: { required: () => true },
      features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: false } },
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => this.#claimsOf(id) }),
      loadExistingGrant: grantAll,
      // Its own keeps away from addresses of this machine, where the tests' edge is.
      fetch: async (url: string, { method, headers, body }: Required<RequestInit>) =>
        await fetch(url, { method, headers, body }),
      ttl: { Interaction: 600, Session: 3_600, Grant: 3_600, AccessToken: 600, IdToken: 600 },
    });
    // The tests' edges stand on ports that nobody knows before.
    provider.Client.prototype.redirectUriAllowed = () => true;
    provider.use(async (context, next) => {
      await next();
      if (context.path !== "/token" || !isWithToken(context.body)) return;
      context.body = { ...context.body, id_token: await this.#spoil(context.body.id_token, this.#tampering) };
    });
    return provider;
  }

  #claimsOf(id: string) {
    const { groups, emailVerified = true } = this.#accounts.get(id) ?? {};
    const optional = groups === undefined ? {} : { groups };
    return {
      sub: id,
      name: `${id} of Example`,
      email: `${id}@example.com`,
      email_verified: emailVerified,
      ...optional,
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", this.issuer);
    if (!pathname.startsWith("/interaction/")) return await this.#provider.callback()(request, response);
    if (request.method === "GET") {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(FORM);
      return;
    }
    const sent = new URLSearchParams(await textOf(request));
    const acr = sent.get("acr");
    const login = { accountId: sent.get("account") ?? "", ...(acr === null || acr === "" ? {} : { acr }) };
    await this.#provider.interactionFinished(request, response, sent.has("cancel") ? DECLINED : { login });
  }

  async #spoil(token: string, tampering: Tampering | undefined): Promise<string> {
    if (tampering === undefined) return token;
    const { sign, claims = {}, type } = tampering;
    const changed = Object.entries({ ...decodeJwt(token), ...claims }).filter(([, value]) => value !== null);
    const said = Object.fromEntries(changed);
    const { typ, kid } = decodeProtectedHeader(token);
    const header = { ...(kid === undefined ? {} : { kid }), ...named(type ?? typ) };
    if (sign === "none") return `${base64url({ ...header, alg: "none" })}.${base64url(said)}.`;
    const [own] = this.#keys;
    if (own === undefined) throw new Error("the provider has no key");
    if (sign === "public-key-as-secret") {
      const { n, e, kty } = own;
      const secret = new TextEncoder().encode(JSON.stringify({ n, e, kty }));
      return await new SignJWT(said).setProtectedHeader({ ...header, alg: "HS256" }).sign(secret);
    }
    const key = sign === "swapped-key" ? await newKey() : own;
    return await new SignJWT(said).setProtectedHeader({ ...header, alg: "RS256" }).sign(await importJWK(key, "RS256"));
  }
}

const DECLINED = { error: "access_denied", error_description: "the person went away" };
const FORM = `<!doctype html><html lang="en"><title>Example sign-in</title><body><form method="post">
<label>Account <input name="account" autofocus></label><label>Proof <input name="acr"></label><button>Sign in</button></form>`;

interface GrantContext {
  readonly oidc: {
    readonly provider: Provider;
    readonly client: { readonly clientId: string };
    readonly session: { readonly accountId: string };
    readonly params: { readonly scope: string };
  };
}

/** Nobody is asked whether the edge may know them. */
async function grantAll({ oidc: { provider, client, session, params } }: GrantContext) {
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(params.scope);
  await grant.save();
  return grant;
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), use: "sig", alg: "RS256" };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function named(typ: string | undefined) {
  return typ === undefined ? {} : { typ };
}

function isWithToken(body: unknown): body is { readonly id_token: string } {
  return typeof body === "object" && body !== null && "id_token" in body && typeof body.id_token === "string";
}
