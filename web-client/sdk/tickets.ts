import * as z from "zod/mini";
import type { EndReason } from "./state.ts";

/** What asking for a ticket came to. */
export type TicketAnswer =
  | { readonly type: "ticket-granted"; readonly session: string; readonly ticket: string }
  | { readonly type: "ticket-denied"; readonly reason: EndReason }
  /** No answer, or a fault of the edge: worth asking again. */
  | { readonly type: "request-failed" };

const REQUEST_DEADLINE_MS = 10_000;
/** No page of another origin can send it without asking first, which the edge never allows. */
const OWN_HEADERS = { "x-nearglass-request": "redeem" };

const redeemed = z.object({ session: z.string(), ticket: z.string() });
const renewed = z.object({ ticket: z.string() });
const problem = z.object({ type: z.string() });

/** What the problems of the edge's answers (RFC 9457; the last part of their `type`) mean for the person. */
const REASONS: Readonly<Record<string, EndReason>> = {
  "link-not-valid": "link-invalid",
  "link-expired": "link-expired",
  "link-used-up": "link-used-up",
  "link-revoked": "access-withdrawn",
  "link-not-yet": "link-not-yet",
  "link-for-another": "link-for-another",
  "step-up-needed": "step-up-needed",
  "not-embeddable": "not-embeddable",
  "no-such-device": "no-free-device",
  "no-such-app": "no-free-device",
  "no-free-device": "no-free-device",
  "device-offline": "device-offline",
  "no-such-session": "session-ended",
  "session-full": "session-full",
  "resume-refused": "seat-expired",
};

/**
 * Exchange a link's grant for a seat. The grant goes into the body: never into a URL, which servers write down. The edge's own
 * pages send the cookie along, since a link may be for one person who is signed in; the header says that they meant to.
 */
export async function redeemGrant(
  edge: URL,
  shown: { readonly grant: string; readonly embeddedBy?: string },
  signal: AbortSignal,
): Promise<TicketAnswer> {
  const response = await post(edge, "/api/v1/links/redeem", signal, {
    body: JSON.stringify(shown),
    headers: OWN_HEADERS,
    credentials: "same-origin",
  });
  if (response === undefined) return { type: "request-failed" };
  const answer = redeemed.safeParse(response.body);
  if (!response.ok || !answer.success) return refusal(response);
  return { type: "ticket-granted", session: answer.data.session, ticket: answer.data.ticket };
}

/** The next ticket of a seat that this viewer holds already. */
export async function renewTicket(
  edge: URL,
  session: string,
  resume: string,
  signal: AbortSignal,
): Promise<TicketAnswer> {
  const path = `/api/v1/sessions/${encodeURIComponent(session)}/tickets`;
  const response = await post(edge, path, signal, { headers: { authorization: `Bearer ${resume}` } });
  if (response === undefined) return { type: "request-failed" };
  const answer = renewed.safeParse(response.body);
  if (!response.ok || !answer.success) return refusal(response);
  return { type: "ticket-granted", session, ticket: answer.data.ticket };
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly body: unknown;
}

async function post(edge: URL, path: string, signal: AbortSignal, init: RequestInit): Promise<Answer | undefined> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_DEADLINE_MS)]);
  const headers = { ...(init.body === undefined ? {} : { "content-type": "application/json" }), ...init.headers };
  try {
    const response = await fetch(new URL(path, edge), {
      credentials: "omit",
      ...init,
      method: "POST",
      headers,
      signal: deadline,
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
    const body: unknown = await response.json().catch(() => undefined);
    return { ok: response.ok, status: response.status, body };
  } catch {
    return undefined;
  }
}

const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;

function refusal({ status, body }: Answer): TicketAnswer {
  const told = problem.safeParse(body);
  const name = told.success ? told.data.type.replace(/^urn:nearglass:problem:/, "") : "";
  const reason = Object.hasOwn(REASONS, name) ? REASONS[name] : undefined;
  if (reason !== undefined) return { type: "ticket-denied", reason };
  const passing = status >= 500 || status < 400 || status === REQUEST_TIMEOUT || status === TOO_MANY_REQUESTS;
  return passing ? { type: "request-failed" } : { type: "ticket-denied", reason: "refused" };
}
