import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/index.ts";
import type { Person } from "../../tenant/index.ts";
import { type Api, createApi } from "../api.ts";
import { allowed, KEY_SECURITY, tenantOf } from "../caller.ts";
import { dated, entryId, externalId, kept, label, NOTHING, next, page, refusal, role, userName } from "./shapes.ts";

const email = z.email().max(256).openapi({ example: "ada@example.com" });
const name = label.openapi({ example: "Ada Lovelace" });

const person = z
  .object({
    ...kept,
    userName,
    name,
    email: email.exactOptional(),
    externalId: externalId.exactOptional(),
    role,
    active: z.boolean(),
    groups: z.array(z.string()).readonly(),
  })
  .openapi("Person");

const newPerson = z
  .strictObject({
    userName,
    name,
    email: email.exactOptional(),
    externalId: externalId.exactOptional(),
    role: role.default("member"),
    active: z.boolean().default(true),
  })
  .openapi("NewPerson");

const change = z
  .strictObject({
    userName: userName.exactOptional(),
    name: name.exactOptional(),
    email: email.nullable().exactOptional(),
    externalId: externalId.nullable().exactOptional(),
    role: role.exactOptional(),
    active: z
      .boolean()
      .exactOptional()
      .openapi({ description: "`false` closes the person's seats and refuses their keys at once." }),
  })
  .openapi("PersonChange", { description: "What is left out stays; `null` takes a field away." });

const BOOKS = { tags: ["people"], security: KEY_SECURITY };
const one = { params: z.object({ id: entryId }) };
const answer = (description: string) => ({ description, content: { "application/json": { schema: person } } });
const BODY_PROBLEMS = ["invalid-request", "unauthorized", "forbidden", "too-large", "unsupported-media-type"] as const;

const list = createRoute({
  ...BOOKS,
  method: "get",
  path: "/api/v1/tenant/people",
  summary: "The people of the tenant, by their user names",
  middleware: allowed("people:read"),
  request: { query: page },
  responses: {
    200: {
      description: "A page of them.",
      content: { "application/json": { schema: z.object({ people: z.array(person), next }).openapi("People") } },
    },
    ...problemResponses("invalid-request", "unauthorized", "forbidden"),
  },
});

const add = createRoute({
  ...BOOKS,
  method: "post",
  path: "/api/v1/tenant/people",
  summary: "Add a person",
  middleware: allowed("people:write"),
  request: { body: { required: true, content: { "application/json": { schema: newPerson } } } },
  responses: { 201: answer("The person."), ...problemResponses(...BODY_PROBLEMS, "name-taken") },
});

const get = createRoute({
  ...BOOKS,
  method: "get",
  path: "/api/v1/tenant/people/{id}",
  summary: "One person",
  middleware: allowed("people:read"),
  request: one,
  responses: {
    200: answer("The person."),
    ...problemResponses("invalid-request", "unauthorized", "forbidden", "no-such-person"),
  },
});

const patch = createRoute({
  ...BOOKS,
  method: "patch",
  path: "/api/v1/tenant/people/{id}",
  summary: "Change a person; `active: false` ends all access at once",
  middleware: allowed("people:write"),
  request: { ...one, body: { required: true, content: { "application/json": { schema: change } } } },
  responses: {
    200: answer("The person as it is now."),
    ...problemResponses(...BODY_PROBLEMS, "no-such-person", "name-taken", "last-owner"),
  },
});

const remove = createRoute({
  ...BOOKS,
  method: "delete",
  path: "/api/v1/tenant/people/{id}",
  summary: "Remove a person; all access ends at once",
  middleware: allowed("people:write"),
  request: one,
  responses: {
    204: NOTHING,
    ...problemResponses("invalid-request", "unauthorized", "forbidden", "no-such-person", "last-owner"),
  },
});

function body(value: Person): z.input<typeof person> {
  return dated(value);
}

export function peopleRoutes(): Api {
  const api = createApi();
  api.openapi(list, async (c) => {
    const { items, ...rest } = await tenantOf(c).people(c.req.valid("query"));
    return c.json({ people: items.map(body), ...rest }, 200);
  });
  api.openapi(add, async (c) => {
    const added = await tenantOf(c).addPerson(c.get("caller"), c.req.valid("json"));
    return added.done ? c.json(body(added.value), 201) : refusal(added.refusal, "no-such-person");
  });
  api.openapi(get, async (c) => {
    const found = await tenantOf(c).person(c.req.valid("param").id);
    return found.done ? c.json(body(found.value), 200) : refusal(found.refusal, "no-such-person");
  });
  api.openapi(patch, async (c) => {
    const changed = await tenantOf(c).changePerson(c.get("caller"), c.req.valid("param").id, c.req.valid("json"));
    return changed.done ? c.json(body(changed.value), 200) : refusal(changed.refusal, "no-such-person");
  });
  api.openapi(remove, async (c) => {
    const removed = await tenantOf(c).removePerson(c.get("caller"), c.req.valid("param").id);
    return removed.done ? c.body(null, 204) : refusal(removed.refusal, "no-such-person");
  });
  return api;
}
