import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/index.ts";
import type { Group } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { allowed, KEY_SECURITY, tenantOf } from "../caller.ts";
import { dated, entryId, externalId, kept, label, NOTHING, next, page, reference, refusal } from "./shapes.ts";

/** More are put into a group in several changes, or by SCIM. */
const MAX_MEMBERS = 1_000;

const name = label.openapi({ example: "Sales" });
const members = z.array(reference).max(MAX_MEMBERS).openapi({ description: "Ids of people." });

const group = z
  .object({ ...kept, name, externalId: externalId.exactOptional(), members: z.array(z.string()).readonly() })
  .openapi("Group");

const newGroup = z
  .strictObject({ name, externalId: externalId.exactOptional(), members: members.default([]) })
  .openapi("NewGroup");

const change = z
  .strictObject({
    name: name.exactOptional(),
    externalId: externalId.nullable().exactOptional(),
    members: members.exactOptional(),
  })
  .openapi("GroupChange", { description: "What is left out stays; `members` replaces all of them." });

const BOOKS = { tags: ["groups"], security: KEY_SECURITY };
const one = { params: z.object({ id: entryId }) };
const answer = (description: string) => ({ description, content: { "application/json": { schema: group } } });
const BODY_PROBLEMS = ["invalid-request", "unauthorized", "forbidden", "too-large", "unsupported-media-type"] as const;

const list = createRoute({
  ...BOOKS,
  method: "get",
  path: "/api/v1/tenant/groups",
  summary: "The groups of the tenant, by their names",
  middleware: allowed("people:read"),
  request: { query: page },
  responses: {
    200: {
      description: "A page of them.",
      content: { "application/json": { schema: z.object({ groups: z.array(group), next }).openapi("Groups") } },
    },
    ...problemResponses("invalid-request", "unauthorized", "forbidden"),
  },
});

const add = createRoute({
  ...BOOKS,
  method: "post",
  path: "/api/v1/tenant/groups",
  summary: "Add a group",
  middleware: allowed("people:write"),
  request: { body: { required: true, content: { "application/json": { schema: newGroup } } } },
  responses: { 201: answer("The group."), ...problemResponses(...BODY_PROBLEMS, "no-such-person", "name-taken") },
});

const get = createRoute({
  ...BOOKS,
  method: "get",
  path: "/api/v1/tenant/groups/{id}",
  summary: "One group",
  middleware: allowed("people:read"),
  request: one,
  responses: {
    200: answer("The group."),
    ...problemResponses("invalid-request", "unauthorized", "forbidden", "no-such-group"),
  },
});

const patch = createRoute({
  ...BOOKS,
  method: "patch",
  path: "/api/v1/tenant/groups/{id}",
  summary: "Change a group",
  middleware: allowed("people:write"),
  request: { ...one, body: { required: true, content: { "application/json": { schema: change } } } },
  responses: {
    200: answer("The group as it is now."),
    ...problemResponses(...BODY_PROBLEMS, "no-such-group", "name-taken"),
  },
});

const remove = createRoute({
  ...BOOKS,
  method: "delete",
  path: "/api/v1/tenant/groups/{id}",
  summary: "Remove a group; its people stay",
  middleware: allowed("people:write"),
  request: one,
  responses: {
    204: NOTHING,
    ...problemResponses("invalid-request", "unauthorized", "forbidden", "no-such-group"),
  },
});

function body(value: Group): z.input<typeof group> {
  return dated(value);
}

export function groupRoutes(): Api {
  const api = createApi();
  api.openapi(list, async (c) => {
    const { items, ...rest } = await tenantOf(c).groups(c.req.valid("query"));
    return c.json({ groups: items.map(body), ...rest }, 200);
  });
  api.openapi(add, async (c) => {
    const added = await tenantOf(c).addGroup(c.get("caller"), c.req.valid("json"));
    return added.done ? c.json(body(added.value), 201) : refusal(added.refusal, "no-such-person");
  });
  api.openapi(get, async (c) => {
    const found = await tenantOf(c).group(c.req.valid("param").id);
    return found.done ? c.json(body(found.value), 200) : refusal(found.refusal, "no-such-group");
  });
  api.openapi(patch, async (c) => {
    const changed = await tenantOf(c).changeGroup(c.get("caller"), c.req.valid("param").id, c.req.valid("json"));
    return changed.done ? c.json(body(changed.value), 200) : refusal(changed.refusal, "no-such-group");
  });
  api.openapi(remove, async (c) => {
    const removed = await tenantOf(c).removeGroup(c.get("caller"), c.req.valid("param").id);
    return removed.done ? c.body(null, 204) : refusal(removed.refusal, "no-such-group");
  });
  return api;
}
