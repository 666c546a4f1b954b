import { on, once } from "node:events";
import { exportJWK, generateKeyPair } from "jose";
import { WebSocket } from "ws";
import { SUBPROTOCOL } from "#protocol";
import { verifyAudit } from "../../edge/audit/index.ts";
import { BenchEdge } from "../support/edge.ts";
import type { Options, Report, Row } from "../support/report.ts";
import { percentile } from "../support/statistics.ts";
import { openings } from "./opening.ts";

const SESSIONS = 200;
const DECISIONS_A_REQUEST = 20;
const DECISION_REQUESTS = 300;
/** Of them the first are how the code is made fast. */
const WARM_UP_REQUESTS = 50;
const PAGE_LINES = 10_000;
const VERIFICATIONS = 4;
const CLOSE_DEADLINE_MS = 30_000;

/** What access costs: a decision, an opening, a revocation that reaches every session, and the audit log. */
export async function access({ full }: Options): Promise<Report> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const edge = new BenchEdge({ signingKey: JSON.stringify(await exportJWK(privateKey)) });
  await edge.start();
  try {
    return {
      part: `access: 1000 policies, ${SESSIONS} live sessions, the audit log`,
      rows: [
        ...(await decisions(edge)),
        ...(await openings(edge)),
        ...(await revocation(edge)),
        ...(await auditLog(edge, full ? 100_000 : 20_000)),
      ],
    };
  } finally {
    await edge.stop();
  }
}

async function ask<Answer>(edge: BenchEdge, what: string, query = "", body?: object): Promise<Answer> {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch(`${edge.base()}/tenant/${what}?name=bench&${query}`, options);
  // Safe: the bench's own worker answers with what its methods return.
  return (await answer.json()) as Answer;
}

/** A Worker's clock stands still while it computes: so it is timed from outside, with the way there and back. */
async function decisions(edge: BenchEdge): Promise<Row[]> {
  const samples: number[] = [];
  for (let index = 0; index < DECISION_REQUESTS; index += 1) {
    const from = performance.now();
    await ask(edge, "decide", `count=${DECISIONS_A_REQUEST}`);
    if (index >= WARM_UP_REQUESTS) samples.push((performance.now() - from) / DECISIONS_A_REQUEST);
  }
  const note = `a ${DECISIONS_A_REQUEST}th of a request`;
  return [
    { what: "decision over 1000 policies, p50", figure: percentile(samples, 0.5), unit: "ms", note },
    { what: "decision over 1000 policies, p99", figure: percentile(samples, 0.99), unit: "ms", bar: 1, note },
  ];
}

/** From the order until each viewer's socket is closed. */
async function revocation(edge: BenchEdge): Promise<Row[]> {
  await ask(edge, "link");
  const sockets: WebSocket[] = [];
  for (let index = 0; index < SESSIONS; index += 1) sockets.push(await watcher(edge, `revoked-${index}`));
  const edit = await policyEdit(edge, sockets);
  const signal = AbortSignal.timeout(CLOSE_DEADLINE_MS);
  const codes = new Set<unknown>();
  const from = performance.now();
  const closing = sockets.map(async (socket) => {
    const [code] = await once(socket, "close", { signal });
    codes.add(code);
    return performance.now() - from;
  });
  await ask(edge, "revoke");
  const answered = performance.now() - from;
  const took = await Promise.all(closing);
  if (codes.size !== 1 || !codes.has(4010)) throw new Error(`closed with ${[...codes].join(", ")}`);
  return [
    ...edit,
    { what: `revocation, ${SESSIONS} sessions, socket closed, p50`, figure: percentile(took, 0.5), unit: "ms" },
    {
      what: `revocation, ${SESSIONS} sessions, socket closed, p99`,
      figure: percentile(took, 0.99),
      unit: "ms",
      bar: 1_000,
    },
    { what: "revocation, receipt", figure: answered, unit: "ms" },
  ];
}

/** From the order until each viewer is told what it may do from then on. */
async function policyEdit(edge: BenchEdge, sockets: readonly WebSocket[]): Promise<Row[]> {
  const signal = AbortSignal.timeout(CLOSE_DEADLINE_MS);
  const from = performance.now();
  const telling = sockets.map(async (socket) => {
    for await (const [data] of on(socket, "message", { signal })) {
      if (JSON.parse(String(data)).type === "rights") break;
    }
    return performance.now() - from;
  });
  await ask(edge, "policy");
  const answered = performance.now() - from;
  const took = await Promise.all(telling);
  const what = `policy edit, ${SESSIONS} sessions, viewer told`;
  return [
    { what: `${what}, p50`, figure: percentile(took, 0.5), unit: "ms" },
    { what: `${what}, p99`, figure: percentile(took, 0.99), unit: "ms", bar: 1_000 },
    { what: "policy edit, answered", figure: answered, unit: "ms" },
  ];
}

async function watcher(edge: BenchEdge, session: string): Promise<WebSocket> {
  // The tenant finds a session by its id, under which its object has this name.
  const name = `v1:${session}`;
  await edge.openSession(name);
  const admission = await (await fetch(`${edge.base()}/admit?name=${name}`)).json();
  const { seat, rights } = Object(Reflect.get(Object(admission), "claims"));
  const terms = { rights, allowance: {}, times: {} };
  await ask(edge, "seated", "", { session, seat, link: "l1", rights, terms, actor: "bench", place: {} });
  const claims = {
    role: "viewer",
    session: name,
    seat,
    rights,
    id: crypto.randomUUID(),
    expiresAt: Date.now() + 30_000,
  };
  const query = new URLSearchParams({ name, claims: JSON.stringify(claims) });
  const socket = new WebSocket(`${edge.base().replace("http", "ws")}/socket?${query}`, SUBPROTOCOL);
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "hello", protocol: 1, client: "bench", videoCodecs: ["h264"] }));
  await once(socket, "message");
  return socket;
}

async function auditLog(edge: BenchEdge, count: number): Promise<Row[]> {
  const fills = 8;
  await Promise.all(Array.from({ length: fills }, () => ask(edge, "fill", `count=${Math.ceil(count / fills)}`)));
  const lines: string[] = [];
  const pages: number[] = [];
  let after: number | undefined = 0;
  while (after !== undefined) {
    const from = performance.now();
    const page: { readonly lines: readonly string[]; readonly next?: number } = await ask(
      edge,
      "audit",
      `after=${after}&count=${PAGE_LINES}`,
    );
    pages.push(performance.now() - from);
    lines.push(...page.lines);
    after = page.next;
  }
  const half = lines.slice(0, Math.floor(lines.length / 2));
  const [ofHalf, ofAll] = [await verified(half), await verified(lines)];
  return [
    { what: "audit lines exported", figure: lines.length, unit: "", atLeast: count },
    { what: `export of ${PAGE_LINES} lines, the slowest page`, figure: Math.max(...pages), unit: "ms" },
    { what: "verify, all lines", figure: ofAll, unit: "ms" },
    { what: "verify, all lines to half of them", figure: ofAll / ofHalf, unit: "", bar: 2.5, note: "linear: 2" },
  ];
}

/** The fastest of some: of code that is warm, on a machine that is shared. */
async function verified(lines: readonly string[]): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < VERIFICATIONS; run += 1) {
    const from = performance.now();
    const { findings } = await verifyAudit(lines, undefined);
    if (findings.length > 0) throw new Error(`the log is not what it was: ${findings[0]?.words}`);
    fastest = Math.min(fastest, performance.now() - from);
  }
  return fastest;
}
