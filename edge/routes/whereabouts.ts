import { locationHintFor, type Whereabouts } from "../session/index.ts";

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

/** The platform's region of a person, if anything is known of it. */
export function regionOf(place: Whereabouts): { readonly near?: DurableObjectLocationHint } {
  return place.continent === undefined ? {} : { near: locationHintFor(place) };
}
