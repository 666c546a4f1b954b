import { locationHintFor, type Whereabouts } from "../session/index.ts";
import type { Place } from "../tenant/index.ts";

/** Where the platform says a request comes from; nothing is known of one that did not come through it. */
export function whereaboutsOf(request: Request): Whereabouts {
  const cf: Partial<IncomingRequestCfProperties> = request.cf ?? {};
  const { continent, country, longitude } = cf;
  return {
    ...(continent === undefined ? {} : { continent }),
    ...(country === undefined ? {} : { country }),
    ...(longitude === undefined ? {} : { longitude }),
  };
}

/** The same for the books: the address that the platform saw, which no client can choose, and its country. */
export function placeOf(request: Request): Place {
  const address = request.headers.get("CF-Connecting-IP");
  const { country } = whereaboutsOf(request);
  return { ...(address === null ? {} : { address }), ...(country === undefined ? {} : { country }) };
}

/** The platform's region of a person, if anything is known of it. */
export function regionOf(place: Whereabouts): { readonly near?: DurableObjectLocationHint } {
  return place.continent === undefined ? {} : { near: locationHintFor(place) };
}
