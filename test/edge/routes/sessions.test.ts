import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import {
  CLOSE,
  originChannel,
  PROTOCOL_VERSION,
  RESUME_SUBPROTOCOL_PREFIX,
  readFrameHeader,
  SEEN_SUBPROTOCOL_PREFIX,
  SUBPROTOCOL,
  viewerChannel,
} from "#protocol";
import {
  CLAIMS_HEADER,
  enrolmentKind,
  grantKind,
  signingKey,
  signToken,
  type TicketClaims,
  ticketKind,
} from "../../../edge/access/index.ts";
import { videoFrame } from "../session/world.ts";
import { bodyOf, call, callAsAdmin, expectProblem, openSocket, type SeatBody } from "../support/api.ts";
import { FleetWorld, newSession } from "../support/fleet-world.ts";
import type { Peer } from "../support/peer.ts";

let region: string;
let world: FleetWorld;
let host: Peer;

beforeEach(async () => {
  region = crypto.randomUUID();
  world = new FleetWorld(region);
  host = await world.host("rack-1");
});

async function newSeat(): Promise<SeatBody> {
  return await bodyOf<SeatBody>(await callAsAdmin("POST", "/api/v1/sessions", { body: { region } }), 201);
}

function hello(peer: Peer): void {
  peer.send(viewerChannel.write({ type: "hello", protocol: PROTOCOL_VERSION, client: "test", videoCodecs: ["h264"] }));
}

async function sign(claims: TicketClaims, at = Date.now()): Promise<string> {
  const signature = { id: crypto.randomUUID(), at, lifeSeconds: 30 };
  return (await signToken(ticketKind, claims, await signingKey(env.SIGNING_KEY), signature)).token;
}

/** The offer of somebody who comes back with a resume token. */
function showing(resume: string) {
  return { subprotocol: `${SUBPROTOCOL}, ${RESUME_SUBPROTOCOL_PREFIX}${resume}` };
}

async function closeOf(path: string, token: string | undefined, options = {}): Promise<number> {
  return (await (await openSocket(path, token, options)).peer.closing()).code;
}

describe("a session", () => {
  it("opens for the viewer and the host's agent, is renewed by both, and ends for both at once", async () => {
    const { session, ticket, viewerUrl } = await newSeat();
    const viewer = await openSocket(viewerUrl, ticket);
    expect(viewer.chosen).toBe("nearglass.v1");
    hello(viewer.peer);
    const { resume } = await viewer.peer.said("welcome");
    const serve = await host.ordered("serve");
    expect(serve).toMatchObject({ session, device: "demo" });
    const origin = await openSocket(`/api/v1/sessions/${session}/origin`, serve.ticket);
    origin.peer.send(originChannel.write({ type: "hello", protocol: 1, agent: "test", resumed: false }));
    const welcome = await origin.peer.told("welcome");

    for (const [token, role] of [
      [resume, "viewer"],
      [welcome.resume, "origin"],
    ] as const) {
      const response = await call("POST", `/api/v1/sessions/${session}/tickets`, { token });
      const renewed = await bodyOf<{ ticket: string; expiresAt: string }>(response, 201);
      expect(decodeJwt(renewed.ticket)).toMatchObject({ role, session });
      expect(Date.parse(renewed.expiresAt)).toBeGreaterThan(Date.now());
      if (role === "viewer") {
        const again = await openSocket(viewerUrl, renewed.ticket);
        expect((await viewer.peer.closing()).code).toBe(CLOSE.seatReplaced.code);
        hello(again.peer);
        await again.peer.said("welcome");
        viewer.peer.close();
        Object.assign(viewer, again);
      }
    }

    const ended = await callAsAdmin("DELETE", `/api/v1/sessions/${session}`);
    expect([ended.status, await ended.text()]).toEqual([204, ""]);
    expect((await viewer.peer.closing()).code).toBe(CLOSE.sessionEnded.code);
    expect((await origin.peer.closing()).code).toBe(CLOSE.sessionEnded.code);
    expect(await host.ordered("stop")).toEqual({ type: "stop", session });
    await world.become({ "rack-1/demo": "free" });
  });

  it("is refused when no device is free, in words", async () => {
    await newSeat();
    const detail = await expectProblem(
      await callAsAdmin("POST", "/api/v1/sessions", { body: { region } }),
      503,
      "no-free-device",
    );
    expect(detail).toContain("Try again");
  });

  it("that never was, is neither ended nor renewed", async () => {
    await expectProblem(await callAsAdmin("DELETE", `/api/v1/sessions/${newSession()}`), 404, "no-such-session");
    await expectProblem(await callAsAdmin("DELETE", "/api/v1/sessions/nothing"), 404, "no-such-session");
    await expectProblem(
      await call("POST", `/api/v1/sessions/${newSession()}/tickets`, { token: "x" }),
      404,
      "no-such-session",
    );
    await expectProblem(await call("POST", "/api/v1/sessions/nothing/tickets", { token: "x" }), 404, "no-such-session");
  });

  it("Q-3 shows its quality to the administrator, while it lasts and afterwards", async () => {
    const { session, seat, ticket, viewerUrl } = await newSeat();
    const path = `/api/v1/sessions/${session}/quality`;
    const { peer } = await openSocket(viewerUrl, ticket);
    hello(peer);
    await peer.said("welcome");
    const counts = {
      received: 9,
      decoded: 8,
      painted: 7,
      dropped: 1,
      keyframesRequested: 0,
      freezes: 1,
      frozenMs: 400,
    };
    const paintedAge = { p50: 40, p95: 60 };
    peer.send(viewerChannel.write({ type: "quality", ...counts, rttMs: 12, paintedAge }));
    await peer.settled();
    const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const record = {
      origin: { frames: 0, bytes: 0, keyframes: 0, keyframesAsked: 0 },
      seats: [
        {
          seat,
          joinedAt: instant,
          connections: 1,
          framesSent: 0,
          bytesSent: 0,
          stops: 0,
          viewer: { reportedAt: instant, total: counts, rttMs: 12, paintedAge: { ...paintedAge, worst: 60 } },
        },
      ],
    };
    expect(await bodyOf<object>(await callAsAdmin("GET", path), 200)).toEqual(record);
    await callAsAdmin("DELETE", `/api/v1/sessions/${session}`);
    const [only] = record.seats;
    expect(await bodyOf<object>(await callAsAdmin("GET", path), 200)).toEqual({
      ...record,
      seats: [{ ...only, leftAt: instant }],
    });
    await expectProblem(await call("GET", path), 401, "unauthorized");
    for (const unknown of [newSession(), "nothing"]) {
      const response = await callAsAdmin("GET", `/api/v1/sessions/${unknown}/quality`);
      await expectProblem(response, 404, "no-such-session");
    }
  });

  it("renews nobody with a wrong token, or none", async () => {
    const { session } = await newSeat();
    const path = `/api/v1/sessions/${session}/tickets`;
    await expectProblem(await call("POST", path, { token: "wrong" }), 401, "resume-refused");
    await expectProblem(await call("POST", path), 401, "unauthorized");
    await expectProblem(await callAsAdmin("POST", path), 401, "resume-refused");
  });
});

describe("R-2 a session's socket", () => {
  it("is opened once by each ticket", async () => {
    const { ticket, viewerUrl } = await newSeat();
    const { peer } = await openSocket(viewerUrl, ticket);
    hello(peer);
    await peer.said("welcome");
    expect(await closeOf(viewerUrl, ticket)).toBe(CLOSE.ticketRefused.code);
    await peer.settled();
    expect(peer.closed).toBeUndefined();
  });

  it("is refused with a ticket of the other role, of another session, too late, or of another kind", async () => {
    const { session, seat, viewerUrl } = await newSeat();
    const viewer = { role: "viewer", session, seat, rights: ["view"] } as const;
    const originUrl = `/api/v1/sessions/${session}/origin`;
    const key = await signingKey(env.SIGNING_KEY);
    const signature = { id: "x", at: Date.now(), lifeSeconds: 60 };
    const grant = await signToken(
      grantKind,
      { link: "l", tenant: "default", region, rights: ["view"], shared: false },
      key,
      signature,
    );
    const enrolment = await signToken(enrolmentKind, { host: "h", tenant: "default", region }, key, signature);
    const refused: readonly (readonly [string, string | undefined])[] = [
      [originUrl, await sign(viewer)],
      [viewerUrl, await sign({ role: "origin", session })],
      [viewerUrl, await sign({ ...viewer, session: newSession() })],
      [viewerUrl, await sign(viewer, Date.now() - 31_000)],
      [viewerUrl, grant.token],
      [viewerUrl, enrolment.token],
      [viewerUrl, "forged"],
      [viewerUrl, ""],
      [viewerUrl, undefined],
    ];
    for (const [path, token] of refused) expect(await closeOf(path, token)).toBe(CLOSE.ticketRefused.code);
  });

  it("S-8 is opened by the resume token of its role, and by no other, nor in another session", async () => {
    const { session, ticket, viewerUrl } = await newSeat();
    const originUrl = `/api/v1/sessions/${session}/origin`;
    const viewer = await openSocket(viewerUrl, ticket);
    hello(viewer.peer);
    const { resume } = await viewer.peer.said("welcome");
    const agent = await openSocket(originUrl, (await host.ordered("serve")).ticket);
    agent.peer.send(originChannel.write({ type: "hello", protocol: 1, agent: "test", resumed: false }));
    const { resume: agentsResume } = await agent.peer.told("welcome");
    const refused: readonly (readonly [string, string])[] = [
      [originUrl, resume],
      [viewerUrl, agentsResume],
      [viewerUrl, resume.replace(/.$/, resume.endsWith("A") ? "B" : "A")],
      [viewerUrl, resume.slice(1)],
      [viewerUrl, ticket],
      [viewerUrl, ""],
      ["/api/v1/sessions/nothing/viewer", resume],
    ];
    for (const [path, token] of refused)
      expect(await closeOf(path, undefined, showing(token))).toBe(CLOSE.ticketRefused.code);
    const elsewhere = await closeOf(`/api/v1/sessions/${newSession()}/viewer`, undefined, showing(resume));
    expect(elsewhere).toBe(CLOSE.noSuchSession.code);
    expect([viewer.peer.closed, agent.peer.closed]).toEqual([undefined, undefined]);

    const { peer, chosen } = await openSocket(viewerUrl, undefined, showing(resume));
    expect(chosen).toBe("nearglass.v1");
    expect(await peer.said("welcome")).toMatchObject({ session });
    expect((await viewer.peer.closing()).code).toBe(CLOSE.seatReplaced.code);
    await openSocket(originUrl, undefined, showing(agentsResume));
    expect((await agent.peer.closing()).code).toBe(CLOSE.originReplaced.code);
  });

  it("S-6 S-8 brings what followed the picture that is said beside the resume token", async () => {
    const { session, ticket, viewerUrl } = await newSeat();
    const viewer = await openSocket(viewerUrl, ticket);
    hello(viewer.peer);
    const { resume } = await viewer.peer.said("welcome");
    const agent = await openSocket(`/api/v1/sessions/${session}/origin`, (await host.ordered("serve")).ticket);
    agent.peer.send(originChannel.write({ type: "hello", protocol: 1, agent: "test", resumed: false }));
    await agent.peer.told("welcome");
    const display = { epoch: 0, width: 720, height: 1280, rotation: 0, codec: "h264" } as const;
    agent.peer.send(originChannel.write({ type: "display", ...display }));
    for (const sequence of [0, 1, 2]) agent.peer.send(videoFrame(sequence, sequence === 0));
    await viewer.peer.frameCount(3);
    const { subprotocol } = showing(resume);
    const { peer } = await openSocket(viewerUrl, undefined, {
      subprotocol: `${subprotocol}, ${SEEN_SUBPROTOCOL_PREFIX}1`,
    });
    await peer.frameCount(1);
    expect(peer.frames.map((frame) => readFrameHeader(frame).sequence)).toEqual([2]);
  });

  it("is refused with claims that a client says itself", async () => {
    const { session, seat, viewerUrl } = await newSeat();
    const claims = { role: "viewer", session, seat, rights: ["view"], id: "x", expiresAt: Date.now() + 30_000 };
    const headers = { [CLAIMS_HEADER]: JSON.stringify(claims) };
    expect(await closeOf(viewerUrl, "forged", { headers })).toBe(CLOSE.ticketRefused.code);
  });

  it("of a session that has ended says so", async () => {
    const { session, viewerUrl, ticket } = await newSeat();
    await callAsAdmin("DELETE", `/api/v1/sessions/${session}`);
    expect(await closeOf(viewerUrl, ticket)).toBe(CLOSE.noSuchSession.code);
  });

  it("carries a seat's name in any script to the session", async () => {
    await newSeat();
    await world.host("rack-2");
    const body = { region, name: 'Zoë 🙂 \u0000"' };
    const { grant } = await bodyOf<{ grant: string }>(await callAsAdmin("POST", "/api/v1/links", { body }), 201);
    const seat = await bodyOf<SeatBody>(await call("POST", "/api/v1/links/redeem", { body: { grant } }), 201);
    const { peer } = await openSocket(seat.viewerUrl, seat.ticket);
    hello(peer);
    expect(await peer.said("welcome")).toMatchObject({ session: seat.session });
  });

  it("C-1 is closed at once for another version, with the subprotocol that was offered", async () => {
    const { ticket, viewerUrl } = await newSeat();
    const { peer, chosen } = await openSocket(viewerUrl, ticket, { subprotocol: "nearglass.v9" });
    expect(chosen).toBe("nearglass.v9");
    expect(await peer.closing()).toEqual({
      code: CLOSE.versionUnsupported.code,
      reason: CLOSE.versionUnsupported.words,
    });
  });

  it.each(["viewer", "origin"])("answers a plain request to /%s with what is missing", async (role) => {
    const response = await call("GET", `/api/v1/sessions/${newSession()}/${role}`);
    expect(response.headers.get("Upgrade")).toBe("websocket");
    await expectProblem(response, 426, "upgrade-required");
  });
});

describe("a host", () => {
  it("is enrolled, connects with its token, and its devices are listed", async () => {
    const response = await callAsAdmin("POST", "/api/v1/hosts", { body: { host: "rack-7", region } });
    const { token } = await bodyOf<{ token: string; expiresAt: string }>(response, 201);
    const { peer, chosen } = await openSocket("/api/v1/hosts/connect", token);
    expect(chosen).toBe("nearglass.v1");
    peer.send(JSON.stringify({ type: "hello", protocol: 1, agent: "test", devices: [], serving: [] }));
    expect(await peer.ordered("welcome")).toMatchObject({ host: "rack-7" });
    const list = await callAsAdmin("GET", `/api/v1/devices?region=${region}`);
    const { devices } = await bodyOf<{ devices: readonly object[] }>(list, 200);
    expect(devices).toEqual([
      { host: "rack-1", device: expect.objectContaining({ id: "demo", width: 720 }), state: "free" },
    ]);
  });

  it("R-2 is refused with a forged token, a ticket, or none", async () => {
    const ticket = await sign({ role: "origin", session: newSession() });
    for (const token of ["forged", ticket, undefined]) {
      expect(await closeOf("/api/v1/hosts/connect", token)).toBe(CLOSE.ticketRefused.code);
    }
    await expectProblem(await call("GET", "/api/v1/hosts/connect"), 426, "upgrade-required");
  });

  it.each(["", "a/b", "a:b", "a b", "x".repeat(65), 7])("cannot be named %j", async (name) => {
    await expectProblem(await callAsAdmin("POST", "/api/v1/hosts", { body: { host: name } }), 400, "invalid-request");
  });
});
