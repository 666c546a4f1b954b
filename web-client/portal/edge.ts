/** The few calls that the portal makes, each to its own origin and with the cookie of whoever is signed in. */

export interface Openable {
  readonly host: string;
  readonly device: { readonly id: string; readonly name: string; readonly model: string };
  readonly state: "free" | "leased" | "offline";
}

/** An answer, or the problem in its place: its name and its words for a person. */
export type Told<Body> =
  | { readonly ok: true; readonly body: Body }
  | { readonly ok: false; readonly problem: string; readonly words: string };

const DEADLINE_MS = 15_000;
const UNREACHABLE = { ok: false, problem: "unreachable", words: "The edge cannot be reached. Try again." } as const;

export async function whoIsSignedIn(): Promise<Told<{ readonly person: { readonly name: string } }>> {
  return await ask("GET", "/api/v1/signin");
}

export async function openableDevices(region: string): Promise<Told<{ readonly devices: readonly Openable[] }>> {
  return await ask("GET", `/api/v1/signin/devices?region=${encodeURIComponent(region)}`);
}

export async function openDevice(
  region: string,
  device: string | undefined,
): Promise<Told<{ readonly session: string; readonly ticket: string }>> {
  return await ask("POST", "/api/v1/sessions", device === undefined ? { region } : { region, device });
}

export async function signOut(): Promise<Told<{ readonly providerSignOut?: string }>> {
  return await ask("POST", "/api/v1/signin/out");
}

async function ask<Body>(method: "GET" | "POST", path: string, body?: object): Promise<Told<Body>> {
  try {
    const response = await fetch(path, {
      method,
      // No page of another origin can send the first without being asked.
      headers: {
        "X-Nearglass-Request": "portal",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...{ credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(DEADLINE_MS) },
    });
    const answer: unknown = await response.json();
    // Safe: it is this page's own edge, of the same release, and what it shows is text.
    return response.ok ? { ok: true, body: answer as Body } : problemIn(answer);
  } catch {
    return UNREACHABLE;
  }
}

function problemIn(answer: unknown): Told<never> {
  if (typeof answer !== "object" || answer === null || !("type" in answer) || !("detail" in answer)) return UNREACHABLE;
  const name = String(answer.type).slice("urn:nearglass:problem:".length);
  return { ok: false, problem: name, words: String(answer.detail) };
}
