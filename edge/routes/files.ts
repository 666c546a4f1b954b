import { createRoute, z } from "@hono/zod-openapi";
import { type FileAnswer, MAX_FILE_BYTES, ProtocolFault, readFileAnswer, readFileWant } from "#protocol";
import type { Env } from "../env.ts";
import { bearerToken, problem, problemResponses } from "../http/index.ts";
import { type FileOutcome, RESUME_TOKEN, SESSION_ID, sessionStub } from "../session/index.ts";
import { type Api, createApi } from "./api.ts";
import { sessionId } from "./schemas.ts";

// Files take a way of their own beside the sockets, in pieces that are each asked for, so that no picture waits behind one.

const BYTES = "application/octet-stream";

/** Whether a request of this path may bring a piece of a file along. */
export function isFileBody(path: string): boolean {
  return /^\/api\/v1\/sessions\/[^/]+\/(files\/[^/]+|file-calls)$/.test(path);
}

const name = z
  .string()
  .max(255)
  .openapi({ example: "Report.pdf", description: "UTF-8 of at most 255 bytes, no path." });
const transfer = z.string().max(64).openapi({
  example: "0f8fad5b-d9cb-469f-a165-70867728950e",
  description: "Of the viewer's making: 16 characters or more.",
});
const count = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform(Number)
  .openapi({ type: "integer", example: 1_048_576 });
const bytes = { content: { [BYTES]: { schema: z.string().openapi({ format: "binary" }) } } };

const SEAT = { tags: ["files"], security: [{ resume: [] }] };
const AGENT = { tags: ["files"], security: [{ call: [] }] };
const PROBLEMS = problemResponses(
  ...(["invalid-request", "unauthorized", "resume-refused", "no-right", "no-such-session", "no-such-file"] as const),
  ...(["not-offered", "file-changed", "device-full", "app-refused", "transfer-lost", "file-too-large"] as const),
  ...(["too-large", "too-many", "device-offline", "device-failed", "no-answer"] as const),
);

const list = createRoute({
  ...SEAT,
  method: "get",
  path: "/api/v1/sessions/{id}/files",
  summary: "The files of the device's folder",
  request: { params: z.object({ id: sessionId }) },
  responses: {
    200: {
      description: "The newest, at most 400.",
      content: {
        "application/json": {
          schema: z
            .object({ files: z.array(z.object({ name, size: z.int(), version: z.string() })), maxBytes: z.int() })
            .openapi("Folder"),
        },
      },
    },
    ...PROBLEMS,
  },
});

const put = createRoute({
  ...SEAT,
  method: "put",
  path: "/api/v1/sessions/{id}/files/{transfer}",
  summary: "The next piece of a file, to the device",
  description:
    "Answered when the device has it. A piece that the device had already is not taken twice; none asks how far it is.",
  request: {
    params: z.object({ id: sessionId, transfer }),
    query: z.object({ name, size: count, offset: count, as: z.enum(["file", "app"]).default("file") }),
    body: bytes,
  },
  responses: {
    200: {
      description: "How far it is.",
      content: {
        "application/json": {
          schema: z.object({ received: z.int(), done: z.boolean(), name }).openapi("Received"),
        },
      },
    },
    ...PROBLEMS,
  },
});

const get = createRoute({
  ...SEAT,
  method: "get",
  path: "/api/v1/sessions/{id}/files/{transfer}",
  summary: "The next piece of a file, from the device",
  request: {
    params: z.object({ id: sessionId, transfer }),
    query: z.object({ name, version: z.string().max(64), offset: count, length: count }),
  },
  responses: { 200: { description: "At most as many bytes; none at its end.", ...bytes }, ...PROBLEMS },
});

const cancel = createRoute({
  ...SEAT,
  method: "delete",
  path: "/api/v1/sessions/{id}/files/{transfer}",
  summary: "Give a transfer up: what the device has of it is removed",
  request: { params: z.object({ id: sessionId, transfer }) },
  responses: { 204: { description: "It is over." }, ...PROBLEMS },
});

const fetchPiece = createRoute({
  ...AGENT,
  method: "get",
  path: "/api/v1/sessions/{id}/file-calls",
  summary: "What goes along with a call, for the agent",
  request: { params: z.object({ id: sessionId }) },
  responses: {
    200: { description: "The piece of a file.", ...bytes },
    ...problemResponses("invalid-request", "unauthorized", "no-such-call"),
  },
});

const answerCall = createRoute({
  ...AGENT,
  method: "post",
  path: "/api/v1/sessions/{id}/file-calls",
  summary: "The agent's answer to a call",
  description: "JSON (docs/protocol.md, U-5), or the bytes of a file.",
  request: { params: z.object({ id: sessionId }) },
  responses: {
    204: { description: "It was waited for." },
    ...problemResponses("invalid-request", "unauthorized", "no-such-call", "too-large"),
  },
});

export function fileRoutes(): Api {
  const api = createApi();
  api.openapi(list, async (c) => {
    const answer = await ask(c.env, c.req.valid("param").id, c.req.raw, { do: "list" });
    if (answer instanceof Response) return answer;
    return "type" in answer && answer.type === "list"
      ? c.json({ files: answer.files, maxBytes: MAX_FILE_BYTES }, 200)
      : problem("device-failed");
  });
  api.openapi(put, async (c) => {
    const { id, transfer } = c.req.valid("param");
    const piece = new Uint8Array(await c.req.arrayBuffer());
    const want = { do: "put", transfer, ...c.req.valid("query"), length: piece.byteLength };
    const answer = await ask(c.env, id, c.req.raw, want, piece);
    if (answer instanceof Response) return answer;
    if (!("type" in answer) || answer.type !== "put") return problem("device-failed");
    const { received, done, name } = answer;
    return c.json({ received, done, name }, 200);
  });
  api.openapi(get, async (c) => {
    const { id, transfer } = c.req.valid("param");
    const answer = await ask(c.env, id, c.req.raw, { do: "get", transfer, ...c.req.valid("query") });
    if (answer instanceof Response) return answer;
    return answer instanceof Uint8Array ? pieceOf(answer) : problem("device-failed");
  });
  api.openapi(cancel, async (c) => {
    const { id, transfer } = c.req.valid("param");
    const answer = await ask(c.env, id, c.req.raw, { do: "cancel", transfer });
    return answer instanceof Response ? answer : c.body(null, 204);
  });
  api.openapi(fetchPiece, async (c) => {
    const called = calledBy(c.env, c.req.valid("param").id, c.req.raw);
    if (called instanceof Response) return called;
    const piece = await called.session.bytesOfFileCall(called.call);
    return piece === undefined ? problem("no-such-call") : pieceOf(piece);
  });
  api.openapi(answerCall, async (c) => {
    const called = calledBy(c.env, c.req.valid("param").id, c.req.raw);
    if (called instanceof Response) return called;
    const said = await answerIn(c.req.raw);
    if (said === undefined) return problem("invalid-request");
    return (await called.session.answerFileCall(called.call, said)) ? c.body(null, 204) : problem("no-such-call");
  });
  return api;
}

/** @returns the problem that it came to, or the agent's answer */
async function ask(
  env: Env,
  session: string,
  request: Request,
  asked: unknown,
  piece?: Uint8Array,
): Promise<Response | Extract<FileOutcome, { done: true }>["answer"]> {
  const want = valid(() => readFileWant(asked));
  if (want === undefined) return problem("invalid-request");
  const resume = bearerToken(request.headers.get("Authorization") ?? undefined);
  if (resume === undefined) return unauthorized();
  if (!SESSION_ID.test(session)) return problem("no-such-session");
  if (!RESUME_TOKEN.test(resume)) return problem("resume-refused");
  const outcome: FileOutcome = await sessionStub(env.SESSION, session).askAboutFile(resume, want, piece);
  return outcome.done ? outcome.answer : problem(outcome.refusal, outcome.words);
}

/** The session's object, and the call that the agent shows: it is as good as a key, and made like one. */
function calledBy(env: Env, session: string, request: Request) {
  const call = bearerToken(request.headers.get("Authorization") ?? undefined);
  if (call === undefined) return unauthorized();
  if (!SESSION_ID.test(session) || !RESUME_TOKEN.test(call)) return problem("no-such-call");
  return { call, session: sessionStub(env.SESSION, session) };
}

/** @returns undefined for what is no answer */
async function answerIn(request: Request): Promise<FileAnswer | Uint8Array | undefined> {
  if (request.headers.get("Content-Type") === BYTES) return new Uint8Array(await request.arrayBuffer());
  const text = await request.text();
  return valid(() => readFileAnswer(text));
}

function valid<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ProtocolFault) return undefined;
    throw error;
  }
}

function pieceOf(bytes: Uint8Array): Response {
  // Safe: it came out of a message, which shares no memory.
  const body = bytes as Uint8Array<ArrayBuffer>;
  return new Response(body, { status: 200, headers: { "Content-Type": BYTES } });
}

function unauthorized(): Response {
  return problem("unauthorized", undefined, { "WWW-Authenticate": 'Bearer realm="nearglass"' });
}
