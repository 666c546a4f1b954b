import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createApp } from "../../../edge/app.ts";
import manifest from "../../../package.json" with { type: "json" };
import { bodyOf, call, callAsAdmin, expectProblem, ORIGIN, openSocket } from "../support/api.ts";

interface Operation {
  readonly summary?: string;
  readonly security?: readonly Record<string, unknown>[];
  readonly responses: Record<string, { readonly description: string; readonly content?: Record<string, unknown> }>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: Record<string, Record<string, unknown>>;
}

async function document(): Promise<Document> {
  return await bodyOf<Document>(await call("GET", "/api/v1/openapi.json"), 200);
}

/** The books of a tenant have a test of their own. */
function isNotOfBooks(operation: string): boolean {
  return !operation.includes(" /api/v1/tenant/");
}

/** Every operation of the document, as `METHOD /path`. */
async function operations(): Promise<Map<string, Operation>> {
  const { paths } = await document();
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
    ),
  );
}

describe("the service", () => {
  it("is healthy, and says which release it is", async () => {
    const health = await bodyOf<object>(await call("GET", "/api/v1/health"), 200);
    expect(health).toEqual({ status: "ok", version: manifest.version });
  });

  it("answers what is not there, and what is but not by this method", async () => {
    await expectProblem(await call("GET", "/api/v1/nothing"), 404, "not-found");
    await expectProblem(await call("GET", "/"), 404, "not-found");
    const response = await call("PATCH", "/api/v1/links", { body: {} });
    expect(response.headers.get("Allow")).toBe("POST");
    await expectProblem(response, 405, "method-not-allowed");
    await expectProblem(await callAsAdmin("PUT", "/api/v1/sessions/x", { body: {} }), 405, "method-not-allowed");
  });

  it("tells nothing of a mistake of its own", async () => {
    const request = new Request(`${ORIGIN}/api/v1/links/redeem`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ grant: "x" }),
    });
    const response = await createApp().fetch(request, { ...env, SIGNING_KEY: "not a key" });
    const detail = await expectProblem(response, 500, "internal");
    expect(detail).toBe("Please try again.");
  });
});

describe("every answer", () => {
  it.each([
    ["GET", "/api/v1/health"],
    ["GET", "/api/v1/nothing"],
    ["POST", "/api/v1/links"],
  ])("to %s %s has the headers that keep it harmless, and is not cached", async (method, path) => {
    const { headers } = await call(method, path);
    expect(headers.get("Content-Security-Policy")).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
    expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    expect(headers.get("Cache-Control")).toBe("no-store");
  });

  it("that opens a socket goes through untouched", async () => {
    const { chosen, peer } = await openSocket("/api/v1/hosts/connect", "forged");
    expect(chosen).toBe("nearglass.v1");
    await peer.closing();
  });
});

describe("without the right to", () => {
  it("every route of the admin's is closed, whatever is sent, and says how to open it", async () => {
    const guarded = [...(await operations())].filter(([, { security }]) => security?.some((one) => "admin" in one));
    expect(
      guarded
        .map(([name]) => name)
        .filter(isNotOfBooks)
        .sort(),
    ).toEqual([
      "DELETE /api/v1/devices/{host}/{device}",
      "DELETE /api/v1/hosts/{host}",
      "DELETE /api/v1/sessions/{id}",
      "GET /api/v1/devices",
      "GET /api/v1/hosts",
      "GET /api/v1/sessions",
      "GET /api/v1/sessions/{id}/quality",
      "POST /api/v1/devices/{host}/{device}/restore",
      "POST /api/v1/hosts",
      "POST /api/v1/links",
      "POST /api/v1/sessions",
    ]);
    for (const [name] of guarded) {
      const [method = "", path = ""] = name.split(" ");
      const body = method === "POST" ? { body: "{" } : {};
      const wrong = [
        {},
        { token: "wrong" },
        { token: `${env.ADMIN_TOKEN}x` },
        { headers: { Authorization: `Basic ${env.ADMIN_TOKEN}` } },
      ];
      for (const credentials of wrong) {
        const response = await call(method, path, { ...credentials, ...body });
        expect(response.headers.get("WWW-Authenticate")).toContain("Bearer");
        await expectProblem(response, 401, "unauthorized");
      }
    }
  });

  it("a deployment without an admin token is closed to all", async () => {
    for (const token of ["", "undefined", "null"]) {
      const request = new Request(`${ORIGIN}/api/v1/devices`, { headers: { Authorization: `Bearer ${token}` } });
      await expectProblem(await createApp().fetch(request, { ...env, ADMIN_TOKEN: "" }), 401, "unauthorized");
    }
  });

  it("every other route but health and the document asks for something of its own", async () => {
    const open = [...(await operations())].filter(([, { security }]) => security === undefined).map(([name]) => name);
    // What a sign-in needs is in its cookies, and in the provider's signature.
    expect(open.sort()).toEqual([
      "GET /api/v1/health",
      "GET /api/v1/signin/{tenant}/callback",
      "GET /api/v1/signin/{tenant}/start",
      "POST /api/v1/links/redeem",
      "POST /api/v1/signin/{tenant}/back-channel-logout",
    ]);
  });
});

describe("a body", () => {
  const send = async (body: string | Uint8Array | ReadableStream, headers: Record<string, string> = {}) =>
    await callAsAdmin("POST", "/api/v1/hosts", { body, headers });

  it.each(["{", "", '{"host":', "undefined", '{"host":"a"}}'])("that is no JSON (%j) is refused", async (text) => {
    await expectProblem(await send(text), 400, "invalid-request");
  });

  it("of malformed UTF-8 is refused", async () => {
    await expectProblem(await send(new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])), 400, "invalid-request");
  });

  it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense"])(
    "of type %s is refused",
    async (type) => {
      await expectProblem(await send('{"host":"a"}', { "Content-Type": type }), 415, "unsupported-media-type");
    },
  );

  it("over 64 KiB is refused, whether its length is told or not", async () => {
    const large = new TextEncoder().encode(JSON.stringify({ host: "a", padding: "x".repeat(64 * 1024) }));
    await expectProblem(await send(large), 413, "too-large");
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(16 * 1024)),
    });
    await expectProblem(await send(stream), 413, "too-large");
  });

  it("that is not valid never comes back in the answer", async () => {
    const response = await callAsAdmin("POST", "/api/v1/hosts", { body: { host: "s3cret token" } });
    expect(await expectProblem(response, 400, "invalid-request")).not.toContain("s3cret");
  });
});

describe("the document", () => {
  it("describes every route, each with a summary, its security and its problems", async () => {
    const all = await operations();
    expect([...all.keys()].filter(isNotOfBooks).sort()).toEqual([
      "DELETE /api/v1/devices/{host}/{device}",
      "DELETE /api/v1/hosts/{host}",
      "DELETE /api/v1/sessions/{id}",
      "DELETE /api/v1/sessions/{id}/files/{transfer}",
      "GET /api/v1/devices",
      "GET /api/v1/health",
      "GET /api/v1/hosts",
      "GET /api/v1/hosts/connect",
      "GET /api/v1/sessions",
      "GET /api/v1/sessions/{id}/file-calls",
      "GET /api/v1/sessions/{id}/files",
      "GET /api/v1/sessions/{id}/files/{transfer}",
      "GET /api/v1/sessions/{id}/origin",
      "GET /api/v1/sessions/{id}/quality",
      "GET /api/v1/sessions/{id}/viewer",
      "GET /api/v1/signin",
      "GET /api/v1/signin/devices",
      "GET /api/v1/signin/{tenant}/callback",
      "GET /api/v1/signin/{tenant}/start",
      "POST /api/v1/devices/{host}/{device}/restore",
      "POST /api/v1/hosts",
      "POST /api/v1/links",
      "POST /api/v1/links/redeem",
      "POST /api/v1/sessions",
      "POST /api/v1/sessions/{id}/file-calls",
      "POST /api/v1/sessions/{id}/tickets",
      "POST /api/v1/signin/out",
      "POST /api/v1/signin/{tenant}/back-channel-logout",
      "PUT /api/v1/sessions/{id}/files/{transfer}",
    ]);
    for (const [name, operation] of all) {
      expect(operation.summary, name).toBeTruthy();
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(response.description, name).toBeTruthy();
        if (Number(status) >= 400)
          expect(Object.keys(response.content ?? {}), name).toEqual(["application/problem+json"]);
      }
    }
  });

  it("names only parts that it has", async () => {
    const text = JSON.stringify(await document());
    const { components, openapi } = await document();
    expect(openapi).toBe("3.1.0");
    const references = [...text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(10);
    for (const [, kind = "", name = ""] of references) expect(components[kind]).toHaveProperty(name);
    expect(Object.keys(components.securitySchemes ?? {}).sort()).toEqual([
      "admin",
      "bootstrap",
      "call",
      "cookie",
      "key",
      "resume",
      "ticket",
    ]);
  });
});
