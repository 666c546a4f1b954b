/** How long the fleet waits for whom. */

/** From lease to `serve`: two calls of the Worker lie between. */
export const RESERVATION_MS = 60_000;
/** A lease without a sign of its session; sessions renew every ten minutes. */
export const LEASE_MS = 30 * 60_000;
/** A host that lost its control socket keeps its leases for so long: agents come back within seconds. */
export const HOST_GRACE_MS = 30_000;
/** From a host's socket to its hello. */
export const HELLO_MS = 10_000;
/** A host that stays away is listed as offline for so long, then forgotten with its devices. */
export const FORGET_HOST_MS = 7 * 24 * 60 * 60_000;
