import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { createApp } from "../../../edge/app.ts";
import type { Env } from "../../../edge/env.ts";
import { expectProblem, ORIGIN } from "../support/api.ts";
import { EVERYTHING, TenantWorld } from "../support/tenant-world.ts";

/** What `_headers` says of every page, as far as it matters here. */
const PAGE_HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": "default-src 'none'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  ETag: '"one"',
};

let world: TenantWorld;
let asked: string[];

beforeEach(() => {
  world = new TenantWorld();
  asked = [];
});

/** The page as a browser asks for it, with a file of assets that is the test's own. */
async function page(path: string, file = () => new Response("<p>page</p>", { headers: PAGE_HEADERS })) {
  const ASSETS = {
    fetch: async (url: URL) => {
      asked.push(url.pathname);
      return file();
    },
  } as unknown as Env["ASSETS"];
  return await createApp().fetch(new Request(`${ORIGIN}${path}`), { ...env, ASSETS });
}

function ancestors(response: Response): string | undefined {
  return /frame-ancestors ([^;]*)/.exec(response.headers.get("Content-Security-Policy") ?? "")?.[1];
}

describe("the page for frames", () => {
  it("may be framed by whoever the tenant lists, and keeps every other rule of the pages", async () => {
    await world.stub.setEmbeddingOrigins(EVERYTHING, ["https://portal.example", "https://intra.example:8443"]);
    const response = await page(`/embed/${world.tenant}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe("<p>page</p>");
    expect(response.headers.get("Content-Security-Policy")).toBe(
      "default-src 'none'; script-src 'self'; frame-ancestors https://intra.example:8443 https://portal.example; base-uri 'none'",
    );
    expect(response.headers.get("X-Frame-Options")).toBeNull();
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    // A list that was shortened counts from the next load on.
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(response.headers.get("ETag")).toBeNull();
    expect(asked).toEqual(["/embed"]);
  });

  it("is of the deployment's own tenant when none is named", async () => {
    const own = new TenantWorld("default");
    await own.stub.setEmbeddingOrigins(EVERYTHING, ["https://own.example"]);
    expect(ancestors(await page("/embed"))).toBe("https://own.example");
    await own.stub.setEmbeddingOrigins(EVERYTHING, []);
    expect(ancestors(await page("/embed"))).toBe("'none'");
  });

  it("is framed by nobody where the tenant lists nobody, or is none: the two look alike", async () => {
    await world.stub.setEmbeddingOrigins(EVERYTHING, []);
    expect(ancestors(await page(`/embed/${world.tenant}`))).toBe("'none'");
    expect(ancestors(await page(`/embed/${crypto.randomUUID()}`))).toBe("'none'");
  });

  it.each(["/embed/a%20b", `/embed/${"x".repeat(65)}`, "/embed/a;script-src", "/embed/a/b"])(
    "is not there for what is no name of a tenant: %s",
    async (path) => {
      await expectProblem(await page(path), 404, "not-found");
      expect(asked).toEqual([]);
    },
  );

  it("is not served without the rules of the pages", async () => {
    await expectProblem(await page("/embed", () => new Response("bare")), 500, "internal");
    await expectProblem(await page("/embed", () => new Response("gone", { status: 404 })), 500, "internal");
  });
});
