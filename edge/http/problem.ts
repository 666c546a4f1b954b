import { z } from "@hono/zod-openapi";

interface ProblemKind {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 426 | 429 | 500 | 503;
  readonly title: string;
  /** What a person can do about it, when nothing more is known. */
  readonly detail: string;
}

/** Every error of the HTTP interface, by the last part of its `type`. */
export const PROBLEMS = {
  "invalid-request": {
    status: 400,
    title: "The request is not valid",
    detail: "Compare it with /api/v1/openapi.json.",
  },
  unauthorized: { status: 401, title: "Not signed in", detail: "Send the right token as `Authorization: Bearer`." },
  "signed-out": { status: 401, title: "You are signed out", detail: "Sign in at /portal." },
  "resume-refused": {
    status: 401,
    title: "The seat is not held any more",
    detail: "Open the link again to get a new seat.",
  },
  forbidden: {
    status: 403,
    title: "Not allowed",
    detail: "The credentials are known, and may not do this. Ask for a key with the scope that it needs.",
  },
  "bootstrap-refused": {
    status: 403,
    title: "The first owner was made already",
    detail: "Use that owner's key, or set a new BOOTSTRAP_SECRET.",
  },
  "signin-not-valid": {
    status: 400,
    title: "The sign-in does not hold",
    detail: "It took too long, was begun in another browser, or was used already. Sign in again.",
  },
  "logout-not-valid": {
    status: 400,
    title: "The logout token does not hold",
    detail: "It is not signed by the tenant's identity provider for this client, is too old, or came before.",
  },
  "https-needed": {
    status: 400,
    title: "Signing in needs https",
    detail: "Browsers keep its cookie for https, and for this machine itself.",
  },
  "signin-declined": {
    status: 403,
    title: "The identity provider did not sign you in",
    detail: "Sign in again, or ask your administrators.",
  },
  "signin-refused": {
    status: 403,
    title: "You may not sign in here",
    detail: "The identity provider knows you, and this company has no place for you: ask its administrators.",
  },
  "step-up-needed": {
    status: 403,
    title: "More proof is needed",
    detail: "Sign in again with what your company asks for, such as a second factor.",
  },
  "foreign-request": {
    status: 403,
    title: "The request came from elsewhere",
    detail: "With a cookie, changes are made by the edge's own pages: same origin, and the header X-Nearglass-Request.",
  },
  "not-allowed": {
    status: 403,
    title: "You may not be here now",
    detail: "The company's policies do not let you in: ask its administrators.",
  },
  "link-not-valid": { status: 403, title: "The link is not valid", detail: "Check that the whole link was copied." },
  "link-not-yet": { status: 403, title: "The link is not valid yet", detail: "Open it later." },
  "link-for-another": {
    status: 403,
    title: "The link is for somebody else",
    detail: "Only the person whom it names may redeem it: sign in as that person, or send a key of theirs.",
  },
  "not-embeddable": {
    status: 403,
    title: "It may not be shown in this page",
    detail: "The page's origin must be in the tenant's list, and in the link's own where that has one.",
  },
  "not-found": { status: 404, title: "There is nothing here", detail: "See /api/v1/openapi.json for what there is." },
  "no-such-session": {
    status: 404,
    title: "There is no such session",
    detail: "It has ended, or never was. Open the link again to start a new one.",
  },
  "no-such-device": { status: 404, title: "There is no such device", detail: "Ask for another device, or for any." },
  "no-such-person": {
    status: 404,
    title: "There is no such person",
    detail: "People are listed at /api/v1/tenant/people.",
  },
  "no-such-group": {
    status: 404,
    title: "There is no such group",
    detail: "Groups are listed at /api/v1/tenant/groups.",
  },
  "no-such-policy": {
    status: 404,
    title: "There is no such policy",
    detail: "Policies are listed at /api/v1/tenant/policies.",
  },
  "no-such-link": { status: 404, title: "There is no such link", detail: "Links are listed at /api/v1/tenant/links." },
  "no-such-key": {
    status: 404,
    title: "There is no such key",
    detail: "It was revoked, has expired, or never was. Keys are listed at /api/v1/tenant/keys.",
  },
  "no-such-webhook": {
    status: 404,
    title: "There is no such webhook",
    detail: "Webhooks are listed at /api/v1/tenant/webhooks.",
  },
  "no-signin": {
    status: 404,
    title: "There is no sign-in here",
    detail: "The company has no identity provider set up. Open the link that was sent to you.",
  },
  "method-not-allowed": {
    status: 405,
    title: "The method is not allowed here",
    detail: "The `Allow` header lists those that are.",
  },
  "no-such-file": { status: 404, title: "There is no such file", detail: "The device's folder has it no more." },
  "no-such-call": { status: 404, title: "Nobody waits for this", detail: "It was answered, or took too long." },
  "no-right": {
    status: 403,
    title: "Your seat may not do this",
    detail: "Whoever manages the device decides who may move files.",
  },
  "not-offered": { status: 409, title: "The device cannot do this", detail: "See the features that it announces." },
  "file-changed": { status: 409, title: "The file has changed", detail: "List the folder again, and begin anew." },
  "file-too-large": { status: 413, title: "The file is too large", detail: "A file is at most 256 MiB." },
  "device-full": { status: 409, title: "The device has no room left", detail: "Delete something on it first." },
  "app-refused": {
    status: 409,
    title: "The device did not install the app",
    detail: "It is damaged, made for other devices, or signed by somebody else than the one that is there.",
  },
  "transfer-lost": { status: 409, title: "The transfer is not known any more", detail: "Begin anew." },
  "too-many": { status: 429, title: "Too many files at once", detail: "Wait for those under way." },
  "device-failed": { status: 503, title: "The device did not answer as it should", detail: "Try again in a while." },
  "no-answer": { status: 503, title: "The device did not answer in time", detail: "Try again in a while." },
  "name-taken": { status: 409, title: "The name is taken", detail: "Names differ in more than the case of letters." },
  "last-owner": { status: 409, title: "The tenant needs an owner", detail: "Make somebody else an owner first." },
  "limit-reached": { status: 409, title: "There are as many as there may be", detail: "Remove one first." },
  "session-full": { status: 409, title: "The session is full", detail: "Try again when somebody has left." },
  "link-expired": { status: 410, title: "The link has expired", detail: "Ask whoever sent it for a new one." },
  "link-used-up": {
    status: 410,
    title: "The link was used as often as it may be",
    detail: "Ask whoever sent it for a new one.",
  },
  "link-revoked": { status: 410, title: "The link was withdrawn", detail: "Ask whoever sent it." },
  "too-large": {
    status: 413,
    title: "The request is too large",
    detail: "A body is at most 64 KiB, and a piece of a file 1 MiB.",
  },
  "unsupported-media-type": {
    status: 415,
    title: "The body is of an unknown type",
    detail: "Send JSON with `Content-Type: application/json`.",
  },
  "upgrade-required": { status: 426, title: "This is a WebSocket", detail: "Open it with `Upgrade: websocket`." },
  "too-many-requests": { status: 429, title: "Too many requests", detail: "Wait a minute, then try again." },
  internal: { status: 500, title: "Something failed at the edge", detail: "Please try again." },
  "provider-unavailable": {
    status: 503,
    title: "The identity provider cannot be asked",
    detail: "Try again in a while. If it stays so, its settings here do not fit it.",
  },
  "no-such-app": {
    status: 404,
    title: "The device has no such app",
    detail: "A session for one app needs a device that says it has it: compare the `apps` of GET /api/v1/devices.",
  },
  "device-offline": { status: 503, title: "The device is offline", detail: "Try again when its host is back." },
  "no-free-device": { status: 503, title: "No device is free", detail: "Try again when somebody has finished." },
} as const satisfies Record<string, ProblemKind>;

export type ProblemName = keyof typeof PROBLEMS;

const problemSchema = z
  .object({
    type: z.string().openapi({ example: "urn:nearglass:problem:link-expired" }),
    title: z.string().openapi({ example: PROBLEMS["link-expired"].title }),
    status: z.int().openapi({ example: PROBLEMS["link-expired"].status }),
    detail: z.string().openapi({ example: PROBLEMS["link-expired"].detail }),
  })
  .openapi("Problem", { description: "An error (RFC 9457). `type` is stable; `title` and `detail` are for people." });

const MEDIA_TYPE = "application/problem+json";

/** The answer for one problem. `detail` is for the caller alone: no secrets of others, no stacks. */
export function problem(name: ProblemName, detail?: string, headers: Readonly<Record<string, string>> = {}): Response {
  const { status, title, detail: usual } = PROBLEMS[name];
  const body = { type: `urn:nearglass:problem:${name}`, title, status, detail: detail ?? usual };
  return new Response(JSON.stringify(body), { status, headers: { ...headers, "Content-Type": MEDIA_TYPE } });
}

interface ProblemResponse {
  readonly description: string;
  readonly content?: Record<string, { schema: typeof problemSchema }>;
}

type ProblemResponses = { [Status in ProblemKind["status"]]?: ProblemResponse };

/** These problems as responses of a route in the OpenAPI document, beside those that any route may have. */
export function problemResponses(...names: readonly ProblemName[]): ProblemResponses {
  const responses: ProblemResponses = {};
  // Whoever shows wrong credentials again and again is told that.
  const tooOften = names.includes("unauthorized") ? (["too-many-requests"] as const) : [];
  for (const name of new Set<ProblemName>([...names, ...tooOften, "internal"])) {
    const { status, title } = PROBLEMS[name];
    const before = responses[status]?.description;
    const words = `\`${name}\`: ${title}.`;
    responses[status] = {
      description: before === undefined ? words : `${before} ${words}`,
      content: { [MEDIA_TYPE]: { schema: problemSchema } },
    };
  }
  return responses;
}
