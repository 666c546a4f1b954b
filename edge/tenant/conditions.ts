import type { EntryRefusal, EntryWish } from "./contract.ts";

interface BrokenCondition {
  readonly refusal: EntryRefusal;
  /** Its name, for the books. */
  readonly limit: "countries" | "embeddingOrigins";
}

/**
 * What a link says of where it may be used, and the tenant of who may embed it. A page around it must be one that the
 * tenant lists, whatever the link says; a link that is for certain pages is for nothing else.
 */
export function brokenCondition(
  { place, embeddedBy, conditions = {} }: Pick<EntryWish, "place" | "embeddedBy" | "conditions">,
  origins: readonly string[],
): BrokenCondition | undefined {
  const { countries, embeddingOrigins } = conditions;
  if (countries !== undefined && !countries.includes(place.country ?? "")) {
    return { refusal: "not-allowed", limit: "countries" };
  }
  const isListed = embeddedBy === undefined || origins.includes(embeddedBy);
  const isMeant = embeddingOrigins === undefined || embeddingOrigins.includes(embeddedBy ?? "");
  return isListed && isMeant ? undefined : { refusal: "not-embeddable", limit: "embeddingOrigins" };
}
