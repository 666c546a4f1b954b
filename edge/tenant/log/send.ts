/** What a receiver is sent: lines of the log, each ended by a line feed. */
export interface Delivery {
  readonly url: string;
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly body: string;
  /** While a secret is changed, one of each. */
  readonly signatures: readonly string[];
}

/** Why a receiver does not have it: for the administrator, in a few words. */
export type Sent = { readonly delivered: true } | { readonly delivered: false; readonly reason: string };

/** One try. Whatever the receiver says beyond its status is not read, and a redirect is not followed: it could lead anywhere. */
export async function send({ url, id, timestamp, body, signatures }: Delivery, deadlineMs: number): Promise<Sent> {
  try {
    const response = await fetch(url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(deadlineMs),
      headers: {
        "Content-Type": "application/x-ndjson",
        "User-Agent": "nearglass",
        "webhook-id": id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": signatures.join(" "),
      },
      body,
    });
    await response.body?.cancel();
    if (response.ok) return { delivered: true };
    return { delivered: false, reason: isRedirect(response) ? "redirected" : `answered ${response.status}` };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    // Nothing of the error itself goes on: what it says depends on the network within.
    return { delivered: false, reason: isLate ? "timed out" : "unreachable" };
  }
}

function isRedirect({ status }: Response): boolean {
  return status >= 300 && status < 400;
}
