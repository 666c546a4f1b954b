/** RFC 7644 section 3.12: what is wrong with a request, in words that clients of SCIM know. */
export type ScimType =
  | "invalidFilter"
  | "invalidPath"
  | "invalidSyntax"
  | "invalidValue"
  | "mutability"
  | "noTarget"
  | "uniqueness"
  /** Not of the RFC's list: the resource is not the version that the client means. */
  | "changed";
