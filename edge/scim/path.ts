import { ScimFault } from "./fault.ts";

export const USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";
export const GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group";
export const ENTERPRISE_SCHEMA = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/** Where an attribute is: its name, and perhaps that of a part of it. One of an extension begins with the extension. */
export type AttributePath = readonly string[];

const NAME = /^[A-Za-z$][\w$-]{0,63}$/;

/** @throws ScimFault of this type when it is no name of an attribute */
export function readAttributePath(text: string, type: "invalidFilter" | "invalidPath"): AttributePath {
  const lower = text.toLowerCase();
  for (const schema of [USER_SCHEMA, GROUP_SCHEMA]) {
    if (lower.startsWith(`${schema.toLowerCase()}:`)) return namesOf(text.slice(schema.length + 1), type);
  }
  if (lower === ENTERPRISE_SCHEMA.toLowerCase()) return [ENTERPRISE_SCHEMA];
  if (lower.startsWith(`${ENTERPRISE_SCHEMA.toLowerCase()}:`)) {
    return [ENTERPRISE_SCHEMA, ...namesOf(text.slice(ENTERPRISE_SCHEMA.length + 1), type)];
  }
  return namesOf(text, type);
}

function namesOf(text: string, type: "invalidFilter" | "invalidPath"): AttributePath {
  const names = text.split(".");
  if (names.length > 2 || !names.every((name) => NAME.test(name))) {
    throw new ScimFault(type, "There is no such attribute.");
  }
  return names;
}
