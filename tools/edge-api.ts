import { Failure, wordsOf } from "./failure.ts";

const REQUEST_DEADLINE_MS = 10_000;
const POLL_MS = 100;

/** The few calls that the commands make to an edge they started. */
export interface EdgeApi {
  readonly origin: string;
  /** Wait until it answers. */
  healthy(signal: AbortSignal): Promise<void>;
  /** @returns an enrolment token for this host */
  enrol(host: string): Promise<string>;
  /** Wait until this host offers so many free devices. */
  devicesReady(host: string, count: number, signal: AbortSignal): Promise<void>;
  /** Whether anybody owns the tenant yet. */
  hasOwner(): Promise<boolean>;
  /** @returns the URL of a link: all who open it meet in one session */
  shareLink(): Promise<string>;
}

export function edgeApi(origin: string, adminToken: string): EdgeApi {
  const call = async (method: "GET" | "POST", path: string, body?: object): Promise<object> => {
    const response = await fetch(new URL(path, origin), {
      method,
      headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(REQUEST_DEADLINE_MS),
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && typeof answer === "object" && answer !== null) return answer;
    throw new Failure(`${method} ${path} was answered with ${response.status}${detailOf(answer)}`);
  };
  return {
    origin,
    healthy: (signal) =>
      poll(signal, async () => {
        const health = await call("GET", "/api/v1/health").catch(() => undefined);
        return health !== undefined;
      }),
    enrol: async (host) => textIn(await call("POST", "/api/v1/hosts", { host }), "token"),
    devicesReady: (host, count, signal) =>
      poll(signal, async () => {
        const answer = await call("GET", "/api/v1/devices?region=local");
        const devices: unknown = Reflect.get(answer, "devices");
        const free = Array.isArray(devices)
          ? devices.filter((entry) => entry?.host === host && entry?.state === "free")
          : [];
        return free.length >= count;
      }),
    hasOwner: async () => {
      const people: unknown = Reflect.get(await call("GET", "/api/v1/tenant/people?limit=500"), "people");
      return Array.isArray(people) && people.some((person) => person?.role === "owner");
    },
    shareLink: async () => textIn(await call("POST", "/api/v1/links", { shared: true }), "url"),
  };
}

async function poll(signal: AbortSignal, isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** A limit in words around a wait. */
export async function within(
  limitMs: number,
  words: string,
  signal: AbortSignal,
  wait: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    await wait(AbortSignal.any([signal, limit]));
  } catch (error) {
    if (limit.aborted) throw new Failure(`${words} within ${limitMs / 1_000} s`);
    throw error instanceof Failure ? error : new Failure(`${words}: ${wordsOf(error)}`);
  }
}

function textIn(answer: object, name: string): string {
  const value: unknown = Reflect.get(answer, name);
  if (typeof value !== "string") throw new Failure(`the edge's answer has no ${name}`);
  return value;
}

/** The words of a problem+json answer. */
function detailOf(answer: unknown): string {
  if (typeof answer !== "object" || answer === null) return "";
  const detail: unknown = Reflect.get(answer, "detail") ?? Reflect.get(answer, "title");
  return typeof detail === "string" ? `: ${detail}` : "";
}
