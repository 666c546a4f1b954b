import { beforeEach, describe, expect, it } from "vitest";
import { CLOSE } from "#protocol";
import { ORIGIN_GRACE_MS, OriginLink } from "../../../origin-agent/link/origin-link.ts";
import { type ManualTimers, manualTimers } from "../support/manual-timers.ts";
import { type SimulatedEdge, simulatedEdge } from "../support/simulated-edge.ts";

const SESSION = "weur-6f1c";
const WELCOME = {
  type: "welcome",
  protocol: 1,
  session: SESSION,
  resume: "resume-1",
  nextEpoch: 0,
  nextVideo: 0,
  nextAudio: 0,
  viewers: 1,
  at: 1,
};

let edge: SimulatedEdge;
let timers: ManualTimers;
let events: string[];

beforeEach(() => {
  edge = simulatedEdge();
  timers = manualTimers();
  events = [];
});

function start(): OriginLink {
  return new OriginLink({
    edge,
    timers,
    session: SESSION,
    ticket: "ticket-1",
    agent: "test",
    audio: { codec: "opus", sampleRate: 48_000, channels: 2 },
    listener: {
      online: () => events.push("online"),
      away: (why) => events.push(`away ${why}`),
      said: (message) => events.push(`said ${message.type}`),
      received: (message) => events.push(`received ${message.byteLength}`),
      over: (end) => events.push(`over ${end.kind}`),
    },
  });
}

function join(): void {
  edge.last().open();
  edge.last().say(WELCOME);
}

describe("origin link", () => {
  it("S-4 says hello first with its ticket, then carries both ways", () => {
    const link = start();
    expect(edge.last()).toMatchObject({ path: `/api/v1/sessions/${SESSION}/origin`, ticket: "ticket-1" });
    expect(link.bufferedAmount).toBeUndefined();
    link.sendFrame(new Uint8Array([9]).buffer);
    join();
    link.sendFrame(new Uint8Array([1, 2]).buffer);
    edge.last().say({ type: "keyframe-request" });
    edge.last().say(new Uint8Array(20).buffer);
    expect(edge.last().heard).toEqual([
      '{"type":"hello","protocol":1,"agent":"test","resumed":false,"audio":{"codec":"opus","sampleRate":48000,"channels":2}}',
      [1, 2],
    ]);
    expect(events).toEqual(["online", "said keyframe-request", "received 20"]);
    expect(link.bufferedAmount).toBe(0);
  });

  it("S-4 comes back with a ticket bought with the resume token, and says that it resumed", async () => {
    start();
    join();
    edge.last().close(1006);
    await timers.pass(200);
    expect(edge.renewals).toEqual([{ session: SESSION, resume: "resume-1" }]);
    expect(edge.last().ticket).toBe("ticket-renewed");
    join();
    expect(JSON.parse(String(edge.last().heard[0]))).toMatchObject({ type: "hello", resumed: true });
    expect(events).toEqual(["online", "away the connection broke (1006)", "online"]);
  });

  it("S-4 the first ticket is tried again while no connection with it has opened", async () => {
    start();
    edge.last().close(1006);
    await timers.pass(200);
    expect(edge.dialled.map(({ ticket }) => ticket)).toEqual(["ticket-1", "ticket-1"]);
    join();
    expect(events).toEqual(["online"]);
  });

  it("S-4 a first ticket that is refused is final, a later one is bought anew", async () => {
    start();
    edge.last().open();
    edge.last().close(CLOSE.ticketRefused.code);
    expect(events).toEqual(["over failed"]);
    events = [];
    start();
    join();
    edge.last().close(1006);
    await timers.pass(200);
    edge.last().open();
    edge.last().close(CLOSE.ticketRefused.code);
    await timers.pass(400);
    expect(edge.renewals).toHaveLength(2);
    join();
    expect(events.at(-1)).toBe("online");
  });

  it("S-4 a refused resume token means that the session is over", async () => {
    edge.answerRenewals({ granted: false, why: "refused" });
    start();
    join();
    edge.last().close(1006);
    await timers.pass(200);
    expect(events.at(-1)).toBe("over session-over");
    expect(timers.pending()).toBe(0);
  });

  it("S-4 an edge out of reach is asked again until the grace time has passed", async () => {
    edge.answerRenewals({ granted: false, why: "unreachable" });
    start();
    join();
    edge.last().close(1006);
    await timers.pass(ORIGIN_GRACE_MS);
    // 0.2, 0.4, 0.8, 1.6, 3.2, and then every 5 s.
    expect(edge.renewals.length).toBe(9);
    expect(events.at(-1)).toBe("over failed");
    expect(timers.pending()).toBe(0);
  });

  it("S-4 the grace time begins anew with every loss", async () => {
    start();
    for (let loss = 0; loss < 3; loss += 1) {
      join();
      await timers.pass(ORIGIN_GRACE_MS / 2);
      edge.last().close(1006);
      await timers.pass(ORIGIN_GRACE_MS / 2);
    }
    join();
    expect(events.at(-1)).toBe("online");
  });

  it("S-4 a ticket from the fleet is the quickest way back", async () => {
    edge.answerRenewals({ granted: false, why: "unreachable" });
    const link = start();
    join();
    edge.last().close(1006);
    await timers.pass(10_000);
    link.offerTicket("ticket-2");
    expect(edge.last().ticket).toBe("ticket-2");
    join();
    await timers.pass(15_000);
    link.offerTicket("ticket-3");
    expect(edge.dialled).toHaveLength(2);
  });

  it.each([
    ["sessionEnded", "session-over"],
    ["originReplaced", "session-over"],
    ["revoked", "session-over"],
    ["noSuchSession", "session-over"],
    ["protocolFault", "failed"],
    ["versionUnsupported", "failed"],
  ] as const)("C-1 %s ends it: %s", (code, end) => {
    start();
    join();
    edge.last().close(CLOSE[code].code);
    expect(events.at(-1)).toBe(`over ${end}`);
    expect(timers.pending()).toBe(0);
  });

  it.each([
    ["bytes before the welcome", new ArrayBuffer(20)],
    ["an order before the welcome", { type: "keyframe-request" }],
    ["broken JSON", "{"],
  ])("S-4 %s end that connection alone", async (_, garbage) => {
    start();
    edge.last().open();
    edge.last().say(garbage);
    expect(edge.last().closedWith?.code).toBe(CLOSE.protocolFault.code);
  });

  it("S-4 a second welcome is a fault, and the link comes back from it", async () => {
    start();
    join();
    edge.last().say(WELCOME);
    expect(edge.last().closedWith?.code).toBe(CLOSE.protocolFault.code);
    await timers.pass(200);
    join();
    expect(events.at(-1)).toBe("online");
  });

  it("S-4 a mistake of ours ends this session and is told, not hidden", () => {
    const link = new OriginLink({
      edge,
      timers,
      session: SESSION,
      ticket: "ticket-1",
      agent: "test",
      audio: undefined,
      listener: {
        online: () => {
          throw new TypeError("x is not a function");
        },
        away: () => {},
        said: () => {},
        received: () => {},
        over: (end) => events.push(`${end.kind}: ${end.words}`),
      },
    });
    join();
    expect(events).toEqual(["failed: a mistake of this agent (x is not a function)"]);
    expect(link.bufferedAmount).toBeUndefined();
  });

  it("M-2 under suspicion it asks at once, once in 5 s, and 5 s without a word are the end of that connection", async () => {
    const link = start();
    link.suspect();
    join();
    const pings = () => edge.last().heard.filter((message) => message === "ping").length;
    for (let again = 0; again < 3; again += 1) link.suspect();
    expect(pings()).toBe(1);
    await timers.pass(4_999);
    expect(edge.last().closedWith).toBeUndefined();
    await timers.pass(1);
    expect(edge.last().closedWith?.code).toBe(1000);
    expect(events).toEqual(["online", "away the edge stopped answering"]);
  });

  it("M-2 any word ends the suspicion, and pings go on as before", async () => {
    const link = start();
    join();
    link.suspect();
    await timers.pass(4_000);
    edge.last().say({ type: "ack", video: 1 });
    await timers.pass(19_999);
    expect(edge.last().heard.filter((message) => message === "ping")).toHaveLength(1);
    await timers.pass(1);
    expect(edge.last().heard.at(-1)).toBe("ping");
    edge.last().say("pong");
    await timers.pass(10_000);
    expect(events).toEqual(["online", "said ack"]);
  });

  it("S-4 leaves with a bye; a ticket that arrives later changes nothing", async () => {
    const link = start();
    join();
    void link.leave();
    expect(edge.last().heard.at(-1)).toBe('{"type":"bye"}');
    link.offerTicket("ticket-2");
    await timers.pass(60_000);
    expect(edge.dialled).toHaveLength(1);
    expect(events).toEqual(["online"]);
    expect(timers.pending()).toBe(0);
  });
});
