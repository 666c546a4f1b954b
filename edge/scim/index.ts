/** SCIM 2.0 (RFC 7643, RFC 7644) without a server: filters, paths, patches, and what users and groups look like. */
export { MAX_RESULTS, RESOURCE_TYPES, SCHEMAS, SERVICE_PROVIDER_CONFIG } from "./discovery.ts";
export { matches, requiredValue, selectAttributes } from "./evaluate.ts";
export { ScimFault } from "./fault.ts";
export { parseFilter } from "./filter.ts";
export { groupResource, readGroup } from "./group.ts";
export { asResource, type JsonObject } from "./json.ts";
export { patch, readPatch } from "./patch.ts";
export { etagOf, readUser, userResource } from "./user.ts";
