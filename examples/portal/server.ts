import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A company's own portal, as small as it can be: it knows who is signed in, asks Nearglass for a link that is good for one
 * opening in this very page, and shows the phone in it. The API key stays here.
 *
 * NEARGLASS_EDGE  the edge's origin
 * NEARGLASS_KEY   an API key with the scope `links:write`
 * PORT            where to listen; any free one when left out
 */
const edge = new URL(setting("NEARGLASS_EDGE")).origin;
const key = setting("NEARGLASS_KEY");
const EDGE_DEADLINE_MS = 10_000;

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  });
});
server.listen(Number(process.env.PORT ?? 0), "127.0.0.1");
await once(server, "listening");
// Safe: it listens on TCP.
const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
console.log(`portal on ${own}`);

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === "GET" && request.url === "/") return await showPage(response);
  if (request.method === "POST" && request.url === "/phone") return await givePhone(request, response);
  response.writeHead(404).end();
}

async function showPage(response: ServerResponse): Promise<void> {
  const nonce = randomBytes(16).toString("base64");
  const page = await readFile(new URL("page.html", import.meta.url), "utf8");
  const policy = [
    ...["default-src 'none'", "base-uri 'none'", "form-action 'none'", "connect-src 'self'"],
    ...[`script-src 'nonce-${nonce}' ${edge}`, `style-src 'nonce-${nonce}'`, `frame-src ${edge}`],
  ].join("; ");
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy });
  response.end(page.replaceAll("{{nonce}}", nonce).replaceAll("{{edge}}", edge));
}

/** A real portal asks its own session who this is, and whether this person has a phone. */
async function givePhone(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Another site's page could send this request with the person's cookies.
  if (request.headers.origin !== own) return void response.writeHead(403).end();
  const answer = await fetch(new URL("/api/v1/links", edge), {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ uses: 1, expiresInSeconds: 60, embeddingOrigins: [own], name: "Ada", narrowable: false }),
    signal: AbortSignal.timeout(EDGE_DEADLINE_MS),
  });
  if (!answer.ok) throw new Error(`the edge answered ${answer.status}`);
  const { grant } = (await answer.json()) as { readonly grant: string };
  response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify({ grant }));
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}
