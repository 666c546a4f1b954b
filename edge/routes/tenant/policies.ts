import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/index.ts";
import type { StoredPolicy } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { allowed, KEY_SECURITY, tenantOf } from "../caller.ts";
import { binding, capabilities, explanation, policyFields, question, sessionLimits } from "./policy-shapes.ts";
import { dated, entryId, kept, label, NOTHING, refusal } from "./shapes.ts";

const policy = z.object({ ...kept, name: label, binding, capabilities, session: sessionLimits }).openapi("Policy");

const BOOKS = { tags: ["policies"], security: KEY_SECURITY };
const one = { params: z.object({ id: entryId }) };
const fields = { body: { required: true, content: { "application/json": { schema: policyFields } } } };
const answer = (description: string) => ({ description, content: { "application/json": { schema: policy } } });
const BODY_PROBLEMS = ["invalid-request", "unauthorized", "forbidden", "too-large", "unsupported-media-type"] as const;

const list = createRoute({
  ...BOOKS,
  method: "get",
  path: "/api/v1/tenant/policies",
  summary: "The policies of the tenant, the oldest first",
  middleware: allowed("policies:read"),
  responses: {
    200: {
      description: "All of them; there are at most 1000.",
      content: { "application/json": { schema: z.object({ policies: z.array(policy) }).openapi("Policies") } },
    },
    ...problemResponses("unauthorized", "forbidden"),
  },
});

const add = createRoute({
  ...BOOKS,
  method: "post",
  path: "/api/v1/tenant/policies",
  summary: "Add a policy",
  middleware: allowed("policies:write"),
  request: fields,
  responses: { 201: answer("The policy."), ...problemResponses(...BODY_PROBLEMS, "limit-reached") },
});

const why = createRoute({
  ...BOOKS,
  method: "post",
  path: "/api/v1/tenant/policies/explain",
  summary: "What somebody may do in a session, and why",
  description: "Asks what would be decided. Nothing is opened, counted or changed.",
  middleware: allowed("policies:read"),
  request: { body: { required: true, content: { "application/json": { schema: question } } } },
  responses: {
    200: { description: "The decision and its reasons.", content: { "application/json": { schema: explanation } } },
    ...problemResponses(...BODY_PROBLEMS, "no-such-person"),
  },
});

const get = createRoute({
  ...BOOKS,
  method: "get",
  path: "/api/v1/tenant/policies/{id}",
  summary: "One policy",
  middleware: allowed("policies:read"),
  request: one,
  responses: {
    200: answer("The policy."),
    ...problemResponses("invalid-request", "unauthorized", "forbidden", "no-such-policy"),
  },
});

const put = createRoute({
  ...BOOKS,
  method: "put",
  path: "/api/v1/tenant/policies/{id}",
  summary: "Replace a policy",
  middleware: allowed("policies:write"),
  request: { ...one, ...fields },
  responses: { 200: answer("The policy as it is now."), ...problemResponses(...BODY_PROBLEMS, "no-such-policy") },
});

const remove = createRoute({
  ...BOOKS,
  method: "delete",
  path: "/api/v1/tenant/policies/{id}",
  summary: "Remove a policy: wider ones hold from now on",
  middleware: allowed("policies:write"),
  request: one,
  responses: {
    204: NOTHING,
    ...problemResponses("invalid-request", "unauthorized", "forbidden", "no-such-policy"),
  },
});

function body(value: StoredPolicy): z.input<typeof policy> {
  return dated(value);
}

export function policyRoutes(): Api {
  const api = createApi();
  api.openapi(list, async (c) => c.json({ policies: (await tenantOf(c).policies()).map(body) }, 200));
  api.openapi(add, async (c) => {
    const added = await tenantOf(c).addPolicy(c.get("caller"), c.req.valid("json"));
    return added.done ? c.json(body(added.value), 201) : refusal(added.refusal, "no-such-policy");
  });
  api.openapi(why, async (c) => {
    const { person, app, link, at, ...rest } = c.req.valid("json");
    const explained = await tenantOf(c).explain({
      ...(person === undefined ? {} : { person }),
      ...(app === undefined ? {} : { app }),
      ...(link === undefined ? {} : { link }),
      circumstances: { ...rest, at: at === undefined ? Date.now() : Date.parse(at) },
    });
    return explained.done ? c.json(explained.value, 200) : refusal(explained.refusal, "no-such-person");
  });
  api.openapi(get, async (c) => {
    const found = await tenantOf(c).policy(c.req.valid("param").id);
    return found.done ? c.json(body(found.value), 200) : refusal(found.refusal, "no-such-policy");
  });
  api.openapi(put, async (c) => {
    const changed = await tenantOf(c).putPolicy(c.get("caller"), c.req.valid("param").id, c.req.valid("json"));
    return changed.done ? c.json(body(changed.value), 200) : refusal(changed.refusal, "no-such-policy");
  });
  api.openapi(remove, async (c) => {
    const removed = await tenantOf(c).removePolicy(c.get("caller"), c.req.valid("param").id);
    return removed.done ? c.body(null, 204) : refusal(removed.refusal, "no-such-policy");
  });
  return api;
}
