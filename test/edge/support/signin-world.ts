import { env } from "cloudflare:workers";
import type { ProvidedContext } from "vitest";
import { expect, inject } from "vitest";
import { SCOPES } from "../../../edge/access/index.ts";
import type { Provider } from "../../../edge/signin/index.ts";
import { tenantStub } from "../../../edge/tenant/index.ts";
import { anywhere, bodyOf, call, ORIGIN } from "./api.ts";
import { EVERYTHING, granted } from "./tenant-world.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly identityProvider: { readonly issuer: string; readonly orders: string };
  }
}

export const STRONG = "urn:example:two-factors";
/** Tenants whose secret the deployment of the tests has. */
export const [ACME, OTHER] = ["acme", "other"] as const;
export const OWN = { Origin: ORIGIN, "X-Nearglass-Request": "1" };

const { issuer, orders }: ProvidedContext["identityProvider"] = inject("identityProvider");

const PROVIDER: Provider = {
  issuer,
  clientId: "nearglass",
  clientSecret: "LOGIN",
  scopes: ["openid", "profile", "email", "groups"],
  userNameClaim: "email",
  groupClaim: "groups",
  groups: [],
  acr: [],
  acrToOpen: [],
  provision: true,
};

/** Tells the provider outside of workerd what to do. @returns its answer */
export async function order(name: "know" | "tamper" | "rotate" | "logout-token", told: object): Promise<string> {
  const answer = await fetch(`${orders}/${name}`, { method: "POST", body: JSON.stringify(told) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the provider answered ${answer.status}: ${text}`);
  return text;
}

/** A tenant with this provider, and settings of a test's own. */
export async function setUp(tenant: string, settings: Partial<Provider> = {}): Promise<void> {
  granted(await tenantStub(env.TENANT, tenant).setProvider(EVERYTHING, { ...PROVIDER, ...settings }));
}

export function books(tenant: string) {
  return tenantStub(env.TENANT, tenant);
}

/** The audit log's events of this kind, the oldest first. */
export async function audited(tenant: string, action: string): Promise<readonly Record<string, unknown>[]> {
  const { lines } = await books(tenant).audit({ actor: "test", scopes: SCOPES }, { after: 0, limit: 10_000, action });
  return lines.map((line) => JSON.parse(line).event);
}

interface Sent {
  readonly headers?: Record<string, string>;
  readonly body?: object | string;
}

/** A person's browser: two jars of cookies, and an address of its own. */
export class SigninBrowser {
  readonly cookies = new Map<string, string>();
  readonly #atProvider = new Map<string, string>();
  readonly #address: string;

  constructor(address = anywhere()) {
    this.#address = address;
  }

  async edge(method: string, path: string, { headers = {}, body }: Sent = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await call(method, path, {
      headers: { "CF-Connecting-IP": this.#address, ...(cookie === "" ? {} : { Cookie: cookie }), ...headers },
      ...(body === undefined ? {} : { body }),
    });
    keep(this.cookies, response);
    return response;
  }

  /** @returns the provider's address with its question */
  async begin(tenant: string, query = ""): Promise<URL> {
    const response = await this.edge("GET", `/api/v1/signin/${tenant}/start${query}`);
    expect({ status: response.status, text: await response.text() }).toMatchObject({ status: 302 });
    return new URL(response.headers.get("Location") ?? "");
  }

  /** Name oneself at the provider. @returns the path to come back to the edge by */
  async nameSelf(question: URL, sent: Record<string, string>): Promise<string> {
    let next: URL = question;
    for (let step = 0; step < 10; step += 1) {
      if (next.origin === ORIGIN) return `${next.pathname}${next.search}`;
      const isForm = next.pathname.startsWith("/interaction/");
      const cookie = [...this.#atProvider].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(next, {
        redirect: "manual",
        headers: { Cookie: cookie },
        ...(isForm ? { method: "POST", body: new URLSearchParams(sent).toString() } : {}),
      });
      keep(this.#atProvider, response);
      const to = response.headers.get("Location");
      const text = await response.text();
      if (to === null) throw new Error(`the provider sent nobody on: ${response.status} ${text}`);
      next = new URL(to, next);
    }
    throw new Error("the provider goes round and round");
  }

  /** All of it. @returns the answer to whoever comes back */
  async signIn(tenant: string, account: string, { acr = "", query = "" } = {}): Promise<Response> {
    const back = await this.nameSelf(await this.begin(tenant, query), { account, acr });
    return await this.edge("GET", back);
  }

  async signedIn(tenant: string, account: string, options: { acr?: string; query?: string } = {}): Promise<this> {
    const response = await this.signIn(tenant, account, options);
    expect({ status: response.status, text: await response.text() }).toMatchObject({ status: 303 });
    return this;
  }

  async who(): Promise<{ readonly person: { readonly id: string; readonly userName: string } }> {
    return await bodyOf(await this.edge("GET", "/api/v1/signin"), 200);
  }

  get secret(): string {
    return this.cookies.get("__Host-nearglass") ?? "";
  }

  set secret(text: string) {
    this.cookies.set("__Host-nearglass", text);
  }
}

function keep(jar: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "" || /max-age=0/i.test(line)) jar.delete(name);
    else jar.set(name, value);
  }
}

export function account(): string {
  return `p${crypto.randomUUID().slice(0, 8)}`;
}
