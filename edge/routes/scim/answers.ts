import type { ScimType } from "../../scim/contract.ts";
import { etagOf } from "../../scim/index.ts";
import type { Refusal, ScimAnswer, ScimResource } from "../../tenant/index.ts";

const MEDIA_TYPE = "application/scim+json";
const ERROR_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:Error";
const LIST_SCHEMA = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...headers, "Content-Type": MEDIA_TYPE } });
}

/** RFC 7644 section 3.12, which clients of SCIM read instead of problem+json. */
export function fault(
  status: number,
  detail: string,
  type?: ScimType,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const scimType = type === undefined ? {} : { scimType: type };
  return json({ schemas: [ERROR_SCHEMA], status: String(status), ...scimType, detail }, status, headers);
}

export function list(resources: readonly unknown[], total = resources.length, startIndex = 1): Response {
  return json({
    schemas: [LIST_SCHEMA],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  });
}

/** What the books did not do, in SCIM's words. */
export function refused(answer: Extract<ScimAnswer<unknown>, { done: false }>): Response {
  if (answer.refusal !== "invalid") return books(answer.refusal);
  if (answer.type === "changed") return fault(412, answer.detail);
  return fault(400, answer.detail, answer.type);
}

function books(refusal: Refusal): Response {
  switch (refusal) {
    case "not-found":
      return fault(404, "There is no such resource.");
    case "name-taken":
      return fault(409, "The name is taken.", "uniqueness");
    case "last-owner":
      return fault(409, "The tenant needs an owner: make somebody else one first.");
    case "forbidden":
      return fault(403, "The key may not do this.");
    case "limit-reached":
    case "spent":
      return fault(409, "There are as many as there may be.");
  }
}

/** A resource with its address, which its store does not know. */
export function located({ id, text }: ScimResource, endpoint: string): Readonly<Record<string, unknown>> {
  // Safe: the object made the text out of a resource.
  const resource = JSON.parse(text) as { readonly meta?: object };
  return { ...resource, meta: { ...resource.meta, location: `${endpoint}/${id}` } };
}

export function one(resource: ScimResource, endpoint: string, status = 200): Response {
  const location = status === 201 ? { Location: `${endpoint}/${resource.id}` } : {};
  return json(located(resource, endpoint), status, { ...location, ETag: etagOf(resource.version) });
}
