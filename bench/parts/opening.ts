import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import { hostChannel, SUBPROTOCOL, TICKET_SUBPROTOCOL_PREFIX } from "#protocol";
import type { BenchEdge } from "../support/edge.ts";
import type { Row } from "../support/report.ts";
import { percentile } from "../support/statistics.ts";

const OPENINGS = 200;
/** Before those that count: the code is made fast, and the objects of the tenant and the fleet are awake. */
const WARM_UP = 40;
const HOST = "bench";
const HOST_DEADLINE_MS = 30_000;
const POLL_MS = 50;

/** From a link's grant to a ticket: redeemed, decided, leased, told to the host, made, written down and signed. */
export async function openings(edge: BenchEdge): Promise<Row[]> {
  const host = await hostWith(edge, OPENINGS + WARM_UP);
  const samples: number[] = [];
  const { grant } = await asAdmin<{ grant: string }>(edge, "/api/v1/links", { shared: false });
  for (let index = 0; index < OPENINGS + WARM_UP; index += 1) {
    const from = performance.now();
    await post(edge, "/api/v1/links/redeem", { grant });
    if (index >= WARM_UP) samples.push(performance.now() - from);
  }
  await leave(edge, host);
  const note = `${OPENINGS} sessions, each of a device of its own`;
  return [
    { what: "opening a session (redeem, decide, lease, ticket), p50", figure: percentile(samples, 0.5), unit: "ms" },
    {
      ...{ what: "opening a session (redeem, decide, lease, ticket), p95", figure: percentile(samples, 0.95) },
      ...{ unit: "ms", bar: 150, note },
    },
  ];
}

/** A host that offers so many devices, and lets every session be. */
async function hostWith(edge: BenchEdge, count: number): Promise<WebSocket> {
  const { token } = await asAdmin<{ token: string }>(edge, "/api/v1/hosts", { host: HOST });
  const url = `${edge.base().replace("http", "ws")}/api/v1/hosts/connect`;
  const socket = new WebSocket(url, [SUBPROTOCOL, `${TICKET_SUBPROTOCOL_PREFIX}${token}`]);
  const within = { signal: AbortSignal.timeout(HOST_DEADLINE_MS) };
  await once(socket, "open", within);
  const devices = Array.from({ length: count }, (_, index) => ({
    ...{ id: `d${index}`, name: "Bench", model: "Bench", kind: "demo" as const, width: 720, height: 1280 },
    ...{ videoCodecs: ["h264" as const], features: [], apps: [] },
  }));
  socket.send(hostChannel.write({ type: "hello", protocol: 1, agent: "bench", devices, serving: [] }));
  await once(socket, "message", within);
  return socket;
}

/** The host says bye, which ends its sessions. What is measured next has the machine to itself. */
async function leave(edge: BenchEdge, host: WebSocket): Promise<void> {
  const within = { signal: AbortSignal.timeout(HOST_DEADLINE_MS) };
  host.send(hostChannel.write({ type: "bye" }));
  await once(host, "close", within);
  const headers = { authorization: `Bearer ${edge.adminToken}` };
  for (;;) {
    const answer = await fetch(`${edge.base()}/api/v1/sessions?limit=1`, { headers, ...within });
    const { sessions }: { readonly sessions: readonly object[] } = JSON.parse(await answer.text());
    if (sessions.length === 0) return;
    await pause(POLL_MS);
  }
}

async function asAdmin<Answer>(edge: BenchEdge, path: string, body: object): Promise<Answer> {
  return await post(edge, path, body, { authorization: `Bearer ${edge.adminToken}` });
}

async function post<Answer>(
  edge: BenchEdge,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const answer = await fetch(`${edge.base()}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (answer.status !== 201) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`);
  // Safe: the status says that the edge has answered as its OpenAPI document lays down.
  return (await answer.json()) as Answer;
}
