import type { Whereabouts } from "../session/index.ts";

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
