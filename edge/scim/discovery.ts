import { MAX_FILTER_CHARS } from "./filter.ts";
import type { JsonObject } from "./json.ts";
import { ENTERPRISE_SCHEMA, GROUP_SCHEMA, USER_SCHEMA } from "./path.ts";

/** The most resources in one page. */
export const MAX_RESULTS = 500;

const CONFIG_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const TYPE_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/** What this service can do (RFC 7643 section 5). */
export const SERVICE_PROVIDER_CONFIG: JsonObject = {
  schemas: [CONFIG_SCHEMA],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: MAX_RESULTS },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: "oauthbearertoken",
      name: "API key",
      description: `A key with the scope \`scim\`, as a bearer token. Filters have at most ${MAX_FILTER_CHARS} characters.`,
      primary: true,
    },
  ],
  meta: { resourceType: "ServiceProviderConfig" },
};

export const RESOURCE_TYPES: readonly JsonObject[] = [
  {
    schemas: [TYPE_SCHEMA],
    id: "User",
    name: "User",
    endpoint: "/Users",
    description: "A person of the tenant",
    schema: USER_SCHEMA,
    schemaExtensions: [{ schema: ENTERPRISE_SCHEMA, required: false }],
    meta: { resourceType: "ResourceType" },
  },
  {
    schemas: [TYPE_SCHEMA],
    id: "Group",
    name: "Group",
    endpoint: "/Groups",
    description: "A group of people, which policies can be bound to",
    schema: GROUP_SCHEMA,
    meta: { resourceType: "ResourceType" },
  },
];

interface Attribute {
  readonly name: string;
  readonly type?: "string" | "boolean" | "complex" | "reference";
  readonly multiValued?: boolean;
  readonly required?: boolean;
  readonly caseExact?: boolean;
  readonly mutability?: "readWrite" | "readOnly";
  readonly uniqueness?: "none" | "server";
  readonly parts?: readonly Attribute[];
}

const VALUE_PARTS: readonly Attribute[] = [
  { name: "value" },
  { name: "display" },
  { name: "type" },
  { name: "primary", type: "boolean" },
];

const USER: readonly Attribute[] = [
  { name: "userName", required: true, uniqueness: "server" },
  {
    name: "name",
    type: "complex",
    parts: [{ name: "formatted" }, { name: "familyName" }, { name: "givenName" }, { name: "middleName" }],
  },
  { name: "displayName" },
  { name: "title" },
  { name: "active", type: "boolean" },
  { name: "emails", type: "complex", multiValued: true, parts: VALUE_PARTS },
  { name: "phoneNumbers", type: "complex", multiValued: true, parts: VALUE_PARTS },
  {
    name: "groups",
    type: "complex",
    multiValued: true,
    mutability: "readOnly",
    parts: [{ name: "value" }, { name: "display" }, { name: "type" }],
  },
];

const GROUP: readonly Attribute[] = [
  { name: "displayName", required: true, uniqueness: "server" },
  { name: "members", type: "complex", multiValued: true, parts: [{ name: "value" }, { name: "type" }] },
];

const ENTERPRISE: readonly Attribute[] = [
  { name: "employeeNumber" },
  { name: "costCenter" },
  { name: "organization" },
  { name: "division" },
  { name: "department" },
  { name: "manager", type: "complex", parts: [{ name: "value" }, { name: "displayName" }] },
];

export const SCHEMAS: readonly JsonObject[] = [
  schemaOf(USER_SCHEMA, "User", USER),
  schemaOf(GROUP_SCHEMA, "Group", GROUP),
  schemaOf(ENTERPRISE_SCHEMA, "EnterpriseUser", ENTERPRISE),
];

function schemaOf(id: string, name: string, attributes: readonly Attribute[]): JsonObject {
  return {
    schemas: [SCHEMA_SCHEMA],
    id,
    name,
    attributes: attributes.map(attributeSchema),
    meta: { resourceType: "Schema" },
  };
}

function attributeSchema(attribute: Attribute): JsonObject {
  const { name, type = "string", parts } = attribute;
  return {
    name,
    type,
    multiValued: attribute.multiValued ?? false,
    required: attribute.required ?? false,
    caseExact: attribute.caseExact ?? false,
    mutability: attribute.mutability ?? "readWrite",
    returned: "default",
    uniqueness: attribute.uniqueness ?? "none",
    ...(parts === undefined ? {} : { subAttributes: parts.map(attributeSchema) }),
  };
}
