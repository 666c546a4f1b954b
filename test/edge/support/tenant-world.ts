import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Scope } from "../../../edge/access/claims.ts";
import { hashSecret, SCOPES } from "../../../edge/access/index.ts";
import type { Answer, Caller, PersonFields } from "../../../edge/tenant/contract.ts";
import { tenantStub } from "../../../edge/tenant/index.ts";
import { bodyOf, call } from "./api.ts";

export const EVERYTHING: Caller = { actor: "admin-token", scopes: SCOPES };

/** One tenant of its own, with a key for each caller that a test needs. */
export class TenantWorld {
  readonly tenant: string;

  constructor(tenant: string = crypto.randomUUID()) {
    this.tenant = tenant;
  }

  /** A new one each time: those of an object that was restarted are broken. */
  get stub() {
    return tenantStub(env.TENANT, this.tenant);
  }

  async person(userName: string, fields: Partial<PersonFields> = {}): Promise<string> {
    const made = await this.stub.addPerson(EVERYTHING, {
      userName,
      name: userName,
      role: "member",
      active: true,
      ...fields,
    });
    return granted(made).id;
  }

  /** The text of a key with these scopes, for the whole tenant or for a person. */
  async key(scopes: readonly Scope[] = SCOPES, person?: string): Promise<string> {
    const wish = { name: "test", scopes, ...(person === undefined ? {} : { person }) };
    return granted(await this.stub.makeKey(EVERYTHING, wish)).text;
  }
}

export function granted<Value>(answer: Answer<Value>): Value {
  if (!answer.done) throw new Error(`refused: ${answer.refusal}`);
  return answer.value;
}

/** The API of a tenant, by the holder of one key. */
export class TenantApi {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  async raw(method: string, path: string, body?: object): Promise<Response> {
    const options = body === undefined ? {} : { body };
    return await call(method, `/api/v1/tenant${path}`, { token: this.#token, ...options });
  }

  async ok<Body>(method: string, path: string, body?: object, status = 200): Promise<Body> {
    return await bodyOf<Body>(await this.raw(method, path, body), status);
  }

  async gone(path: string): Promise<void> {
    expect((await this.raw("DELETE", path)).status).toBe(204);
  }
}

export async function hashOf(text: string): Promise<ArrayBuffer> {
  return await hashSecret(text);
}
