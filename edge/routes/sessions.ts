import { createRoute, z } from "@hono/zod-openapi";
import { RIGHTS } from "#protocol";
import type { Env } from "../env.ts";
import { bearerToken, problem, problemResponses } from "../http/index.ts";
import { SESSION_ID, sessionStub } from "../session/index.ts";
import { CHANGE_PROBLEMS, LOOK_PROBLEMS, note } from "./administration.ts";
import { type Api, createApi } from "./api.ts";
import { isOf } from "./caller.ts";
import { admit, seat as seatIn } from "./enter-session.ts";
import { qualityBody, sessionQuality } from "./quality.ts";
import { limited } from "./rate.ts";
import { deviceName, region, rights, sessionId } from "./schemas.ts";
import { SEAT_PROBLEMS, seat, seatBody } from "./seat.ts";
import { allowedInRole, allowedOrSignedIn, EITHER_SECURITY } from "./signed-in.ts";
import { issueTicket, ticketAnswer } from "./ticket.ts";
import { regionOf, whereaboutsOf } from "./whereabouts.ts";

const MAX_SEAT_NAME_CHARS = 64;

const create = createRoute({
  method: "post",
  path: "/api/v1/sessions",
  tags: ["sessions"],
  summary: "Open a device without a link, also for a person",
  description: "Somebody who is signed in opens it as who they are.",
  security: EITHER_SECURITY,
  middleware: allowedOrSignedIn("sessions:write"),
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z
            .strictObject({
              region: region.default("local"),
              device: deviceName.exactOptional(),
              rights: rights.default([...RIGHTS]),
              person: z.string().min(1).max(256).exactOptional().openapi({
                example: "ada@example.com",
                description: "An id or a user name: the seat has the rights that policies give this person.",
              }),
              app: z.string().min(1).max(128).exactOptional().openapi({
                description: "The one app that is shown, by its id on the device; policies of an app are bound to it.",
              }),
            })
            .openapi("NewSession"),
        },
      },
    },
  },
  responses: {
    201: { description: "The first seat of a new session.", content: { "application/json": { schema: seat } } },
    ...problemResponses(
      ...(["invalid-request", "unauthorized", "forbidden", "too-large", "unsupported-media-type"] as const),
      ...(["not-allowed", "no-such-person", "signed-out", "foreign-request", "step-up-needed"] as const),
      ...SEAT_PROBLEMS,
    ),
  },
});

const end = createRoute({
  method: "delete",
  path: "/api/v1/sessions/{id}",
  tags: ["sessions"],
  summary: "End a session: every socket is closed, the device is free again",
  description: "One of another tenant is as one that is not there. For an hour one that has ended can be ended again.",
  security: EITHER_SECURITY,
  middleware: allowedInRole("access:revoke"),
  request: { params: z.object({ id: sessionId }) },
  responses: {
    204: { description: "It is over." },
    ...problemResponses(...CHANGE_PROBLEMS, "no-such-session"),
  },
});

const quality = createRoute({
  method: "get",
  path: "/api/v1/sessions/{id}/quality",
  tags: ["sessions"],
  summary: "How a session does, or did",
  description: "Also of a session that has ended, for an hour.",
  security: EITHER_SECURITY,
  middleware: allowedInRole("sessions:read"),
  request: { params: z.object({ id: sessionId }) },
  responses: {
    200: { description: "The record.", content: { "application/json": { schema: sessionQuality } } },
    ...problemResponses(...LOOK_PROBLEMS, "no-such-session"),
  },
});

const renew = createRoute({
  method: "post",
  path: "/api/v1/sessions/{id}/tickets",
  tags: ["sessions"],
  summary: "The next ticket of a seat, or of the agent that serves the session",
  security: [{ resume: [] }],
  middleware: limited("TICKET_RATE"),
  request: { params: z.object({ id: sessionId }) },
  responses: {
    201: { description: "The ticket.", content: { "application/json": { schema: ticketAnswer } } },
    ...problemResponses(
      "invalid-request",
      "unauthorized",
      "resume-refused",
      "no-such-session",
      "session-full",
      "too-many-requests",
    ),
  },
});

export function sessionRoutes(): Api {
  const api = createApi();
  api.openapi(create, async (c) => {
    const { person, app, rights: wished, ...wish } = c.req.valid("json");
    const signedIn = c.get("signedIn");
    if (signedIn?.needsStepUp === true) return problem("step-up-needed");
    const optional = { ...(person === undefined ? {} : { person }), ...(app === undefined ? {} : { app }) };
    const self = signedIn === undefined ? {} : { person: signedIn.person.id, signin: signedIn.id };
    if (signedIn !== undefined && person !== undefined && person !== signedIn.person.id) return problem("forbidden");
    const visitor = { tenant: c.get("tenant"), rights: wished, actor: c.get("caller").actor, ...optional, ...self };
    const admission = await admit(c.env, visitor, c.req.raw);
    if (!admission.admitted) return problem(admission.problem);
    const named = signedIn === undefined ? wish : { ...wish, name: signedIn.person.name.slice(0, MAX_SEAT_NAME_CHARS) };
    const answer = await seatIn(c.env, admission.as, named, c.req.raw);
    return answer.seated ? c.json(await seatBody(c.env, answer.claims), 201) : problem(answer.problem);
  });
  api.openapi(end, async (c) => {
    const { id } = c.req.valid("param");
    const owner = await ownerOf(c.env, id);
    if (!isOf(c, owner)) return problem("no-such-session");
    await note(c.env, owner, c.get("caller"), { action: "session.ended", session: id, subject: `session:${id}` });
    await sessionStub(c.env.SESSION, id).end("ended");
    return c.body(null, 204);
  });
  api.openapi(quality, async (c) => {
    const { id } = c.req.valid("param");
    const isOwn = isOf(c, await ownerOf(c.env, id));
    const record = isOwn ? await sessionStub(c.env.SESSION, id).quality() : undefined;
    return record === undefined ? problem("no-such-session") : c.json(qualityBody(record), 200);
  });
  api.openapi(renew, async (c) => {
    const resume = bearerToken(c.req.header("Authorization"));
    if (resume === undefined)
      return problem("unauthorized", undefined, { "WWW-Authenticate": 'Bearer realm="nearglass"' });
    const { id } = c.req.valid("param");
    if (!SESSION_ID.test(id)) return problem("no-such-session");
    const admission = await sessionStub(c.env.SESSION, id).renew(resume, regionOf(whereaboutsOf(c.req.raw)).near);
    return admission.admitted ? c.json(await issueTicket(c.env, admission.claims), 201) : problem(admission.refusal);
  });
  return api;
}

/** The tenant of a session that is there, or was within the hour. */
async function ownerOf(env: Env, id: string): Promise<string | undefined> {
  return SESSION_ID.test(id) ? await sessionStub(env.SESSION, id).owner() : undefined;
}
