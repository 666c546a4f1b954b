/** A header that no form can send, and no page of another origin without asking first, which the edge never allows. */
export const OWN_HEADER = "X-Nearglass-Request";

export interface Sender {
  readonly method: string;
  /** `Origin`, `Sec-Fetch-Site` and `X-Nearglass-Request`, as they came. */
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly own: string | undefined;
}

/** Whether a request that brings a cookie along was meant by a page of the edge itself. What changes nothing may come from anywhere. */
export function isOwnRequest({ method, origin, fetchSite, own }: Sender, ownOrigin: string): boolean {
  if (method === "GET" || method === "HEAD") return true;
  return origin === ownOrigin && (fetchSite === undefined || fetchSite === "same-origin") && own !== undefined;
}
