import { ScimFault } from "./fault.ts";
import { attributeOf, isList, isObject, type JsonObject } from "./json.ts";
import { GROUP_SCHEMA } from "./path.ts";
import { metaOf, textOf, type UserFacts } from "./user.ts";

export interface GroupFieldsRead {
  readonly name: string;
  readonly externalId?: string;
  /** Ids of people. */
  readonly members: readonly string[];
}

export function groupResource(
  { name, externalId, members }: GroupFieldsRead,
  facts: Omit<UserFacts, "groups">,
): JsonObject {
  return {
    schemas: [GROUP_SCHEMA],
    id: facts.id,
    ...(externalId === undefined ? {} : { externalId }),
    displayName: name,
    members: members.map((value) => ({ value, type: "User" })),
    meta: metaOf("Group", facts),
  };
}

/** @throws ScimFault when it is no group */
export function readGroup(resource: JsonObject): GroupFieldsRead {
  const name = textOf(resource, "displayName");
  if (name === undefined) throw new ScimFault("invalidValue", "A group has a displayName.");
  const externalId = textOf(resource, "externalId");
  const members = attributeOf(resource, "members") ?? [];
  if (!isList(members)) throw new ScimFault("invalidValue", "members is a list.");
  const ids = members.map((member) => {
    const id = isObject(member) ? attributeOf(member, "value") : undefined;
    if (typeof id !== "string") throw new ScimFault("invalidValue", "A member has the id of a user as its value.");
    return id;
  });
  return { name, ...(externalId === undefined ? {} : { externalId }), members: [...new Set(ids)] };
}
