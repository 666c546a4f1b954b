import * as z from "zod/mini";
import type { DeviceFile, FileFailure } from "./transfer.ts";

/** What opens the way: the session, and the newest resume token of the seat. */
export interface FileKey {
  readonly session: string;
  readonly resume: string;
}

export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  /** Trying again may help. `anew`: only from the first byte on. */
  | { readonly ok: false; readonly again: "piece" | "anew" }
  | { readonly ok: false; readonly again: "never"; readonly failure: FileFailure; readonly words?: string };

export interface Received {
  readonly received: number;
  readonly done: boolean;
  readonly name: string;
}

const DEADLINE_MS = 100_000;

const folder = z.object({
  files: z.array(z.object({ name: z.string(), size: z.number(), version: z.string() })),
});
const received = z.object({ received: z.int().check(z.minimum(0)), done: z.boolean(), name: z.string() });
const problem = z.object({ type: z.string(), detail: z.optional(z.string()) });

/** What the problems of the edge's answers mean; what is not among them may pass. */
const FAILURES: Readonly<Record<string, FileFailure>> = {
  "no-right": "no-right",
  "not-offered": "not-offered",
  "invalid-request": "bad-name",
  "file-too-large": "too-large",
  "too-large": "too-large",
  "device-full": "device-full",
  "app-refused": "app-refused",
  "no-such-file": "no-such-file",
  "file-changed": "file-changed",
  "no-such-session": "session-over",
};
const ANEW: readonly string[] = ["transfer-lost", "device-failed"];

/** The requests about files of one edge. None throws; an aborted one is answered with `piece`. */
export class FileRequests {
  readonly #edge: URL;

  constructor(edge: URL) {
    this.#edge = edge;
  }

  async list(key: FileKey): Promise<Answer<readonly DeviceFile[]>> {
    const answer = await this.#request(key, "", {}, {});
    return await read(answer, async (response) => folder.parse(await response.json()).files);
  }

  async put(
    key: FileKey,
    transfer: string,
    about: { readonly name: string; readonly size: number; readonly as: "file" | "app"; readonly offset: number },
    piece: Blob,
    signal: AbortSignal,
  ): Promise<Answer<Received>> {
    const init = { method: "PUT", body: piece, headers: { "content-type": "application/octet-stream" }, signal };
    const answer = await this.#request(key, `/${transfer}`, about, init);
    return await read(answer, async (response) => received.parse(await response.json()));
  }

  async get(
    key: FileKey,
    transfer: string,
    about: { readonly name: string; readonly version: string; readonly offset: number; readonly length: number },
    signal: AbortSignal,
  ): Promise<Answer<Blob>> {
    return await read(await this.#request(key, `/${transfer}`, about, { signal }), (response) => response.blob());
  }

  /** Its answer matters to nobody: the agent gives up by itself what nobody goes on with. */
  async cancel(key: FileKey, transfer: string): Promise<void> {
    await this.#request(key, `/${transfer}`, {}, { method: "DELETE", keepalive: true });
  }

  async #request(
    { session, resume }: FileKey,
    path: string,
    query: Readonly<Record<string, string | number>>,
    init: RequestInit,
  ): Promise<Response | undefined> {
    const url = new URL(`/api/v1/sessions/${encodeURIComponent(session)}/files${path}`, this.#edge);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const late = AbortSignal.timeout(DEADLINE_MS);
    try {
      return await fetch(url, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${resume}` },
        signal: init.signal == null ? late : AbortSignal.any([init.signal, late]),
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
    } catch {
      return undefined;
    }
  }
}

async function read<Value>(
  response: Response | undefined,
  take: (response: Response) => Promise<Value>,
): Promise<Answer<Value>> {
  try {
    if (response?.ok === true) return { ok: true, value: await take(response) };
    if (response !== undefined) return refusalIn(await response.json());
  } catch {
    // Cut in the middle, or no answer of an edge.
  }
  return { ok: false, again: "piece" };
}

function refusalIn(body: unknown): Answer<never> {
  const told = problem.parse(body);
  const name = told.type.replace(/^urn:nearglass:problem:/, "");
  if (ANEW.includes(name)) return { ok: false, again: "anew" };
  const failure = Object.hasOwn(FAILURES, name) ? FAILURES[name] : undefined;
  if (failure === undefined) return { ok: false, again: "piece" };
  const words = failure === "app-refused" && told.detail !== undefined ? { words: told.detail } : {};
  return { ok: false, again: "never", failure, ...words };
}
