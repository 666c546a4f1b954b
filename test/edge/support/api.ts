import { env, exports } from "cloudflare:workers";
import { expect } from "vitest";
import { SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX } from "#protocol";
import { Peer } from "./peer.ts";

export const ORIGIN = "https://nearglass.example";

interface CallOptions {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  /** Sent as JSON; a string or bytes are sent as they are. */
  readonly body?: object | string | Uint8Array | ReadableStream;
  readonly cf?: RequestInitCfProperties;
}

/** A request to the Worker, as from outside. */
export async function call(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const { token, body, cf, headers = {} } = options;
  const raw = typeof body !== "object" || body instanceof Uint8Array || body instanceof ReadableStream;
  return await exports.default.fetch(`${ORIGIN}${path}`, {
    method,
    redirect: "manual",
    headers: {
      // Each from elsewhere, unless a test says otherwise: what counts by address is a test's own business.
      "CF-Connecting-IP": anywhere(),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    ...(cf === undefined ? {} : { cf }),
  });
}

/** An address that nobody has had before. */
export function anywhere(): string {
  return `2001:db8:${crypto.randomUUID().slice(0, 4)}:${crypto.randomUUID().slice(0, 4)}::1`;
}

/** The same by the holder of the admin token. */
export async function callAsAdmin(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  return await call(method, path, { token: env.ADMIN_TOKEN, ...options });
}

/** The body of an answer that must have this status. */
export async function bodyOf<Body>(response: Response, status: number): Promise<Body> {
  const text = await response.text();
  expect({ status: response.status, text }).toMatchObject({ status });
  // Safe: the tests look at what they use.
  return JSON.parse(text) as Body;
}

/** That an answer is this problem, in full and as problem+json. */
export async function expectProblem(response: Response, status: number, name: string): Promise<string> {
  const body = await bodyOf<{ readonly detail: string }>(response, status);
  expect(body).toEqual({
    type: `urn:nearglass:problem:${name}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
  });
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  return body.detail;
}

/** A WebSocket as a browser opens it: the ticket as a second subprotocol. */
export async function openSocket(
  path: string,
  token: string | undefined,
  options: { readonly subprotocol?: string; readonly headers?: Record<string, string> } = {},
): Promise<{ readonly peer: Peer; readonly chosen: string | null }> {
  const { subprotocol = SUBPROTOCOL, headers = {} } = options;
  const offered = token === undefined ? subprotocol : `${subprotocol}, ${TICKET_SUBPROTOCOL_PREFIX}${token}`;
  const response = await call("GET", path, {
    headers: { ...headers, Upgrade: "websocket", "Sec-WebSocket-Protocol": offered },
  });
  expect(response.status).toBe(101);
  if (response.webSocket === null) throw new Error("no socket came with the 101");
  return { peer: new Peer(response.webSocket), chosen: response.headers.get("Sec-WebSocket-Protocol") };
}

export interface SeatBody {
  readonly session: string;
  readonly seat: string;
  readonly ticket: string;
  readonly expiresAt: string;
  readonly viewerUrl: string;
}

export interface LinkBody {
  readonly link: string;
  readonly url: string;
  readonly grant: string;
  readonly expiresAt: string;
}

export async function newLink(wish: object): Promise<LinkBody> {
  return await bodyOf<LinkBody>(await callAsAdmin("POST", "/api/v1/links", { body: wish }), 201);
}

export async function redeem(grant: string, cf?: RequestInitCfProperties): Promise<Response> {
  return await call("POST", "/api/v1/links/redeem", { body: { grant }, ...(cf === undefined ? {} : { cf }) });
}

export async function seated(grant: string): Promise<SeatBody> {
  return await bodyOf<SeatBody>(await redeem(grant), 201);
}
