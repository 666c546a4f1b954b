import { beforeEach, describe, expect, it } from "vitest";
import { ALIVE, CLOSE, type DeviceDescription, PROBE } from "#protocol";
import { ControlLink, type ControlListener } from "../../../origin-agent/link/control-link.ts";
import { type ManualTimers, manualTimers } from "../support/manual-timers.ts";
import { type SimulatedEdge, simulatedEdge } from "../support/simulated-edge.ts";

const PHONE: DeviceDescription = {
  id: "demo-1",
  name: "Demo",
  model: "Drawn",
  kind: "demo",
  width: 720,
  height: 1280,
  videoCodecs: ["h264"],
  features: ["touch"],
  apps: [],
};
const WELCOME = { type: "welcome", protocol: 1, host: "rack-1" };

let edge: SimulatedEdge;
let timers: ManualTimers;
let events: string[];
let devices: DeviceDescription[];

beforeEach(() => {
  edge = simulatedEdge();
  timers = manualTimers();
  events = [];
  devices = [PHONE];
});

function start(): ControlLink {
  const listener: ControlListener = {
    online: (host) => events.push(`online ${host}`),
    offline: (why, retryInMs) => events.push(`offline ${why} ${Math.round(retryInMs)}`),
    serve: (session, device, ticket) => events.push(`serve ${session} ${device} ${ticket}`),
    stop: (session) => events.push(`stop ${session}`),
    refused: (refusal) => events.push(`refused ${refusal.kind}`),
  };
  return new ControlLink({
    edge,
    timers,
    token: "enrolment.token",
    agent: "test",
    devices: () => devices,
    serving: () => ["weur-1"],
    listener,
  });
}

function join(): void {
  edge.last().open();
  edge.last().say(WELCOME);
}

describe("control link", () => {
  it("H-1 says hello with its devices and what it serves, and hears what to serve", () => {
    start();
    expect(edge.last()).toMatchObject({ path: "/api/v1/hosts/connect", ticket: "enrolment.token" });
    join();
    expect(JSON.parse(String(edge.last().heard[0]))).toEqual({
      type: "hello",
      protocol: 1,
      agent: "test",
      devices: [PHONE],
      serving: ["weur-1"],
    });
    edge.last().say({ type: "serve", session: "weur-2", device: "demo-1", ticket: "a.b.c" });
    edge.last().say({ type: "stop", session: "weur-2" });
    expect(events).toEqual(["online rack-1", "serve weur-2 demo-1 a.b.c", "stop weur-2"]);
  });

  it("H-1 says devices that changed, and refusals cut to the length of a label", () => {
    const link = start();
    join();
    devices = [];
    link.announce();
    link.serveFailed("weur-2", "x".repeat(100));
    expect(edge.last().heard.slice(1)).toEqual([
      '{"type":"devices","devices":[]}',
      `{"type":"serve-failed","session":"weur-2","reason":"${"x".repeat(64)}"}`,
    ]);
  });

  it("H-2 a refused enrolment token is final", async () => {
    start();
    edge.last().open();
    edge.last().close(CLOSE.ticketRefused.code);
    await timers.pass(120_000);
    expect(events).toEqual(["refused enrolment-refused"]);
    expect(edge.dialled).toHaveLength(1);
    expect(timers.pending()).toBe(0);
  });

  it("C-1 a code that says stop is obeyed, any other end is followed by another try", async () => {
    start();
    join();
    edge.last().close(1006);
    await timers.pass(200);
    expect(edge.dialled).toHaveLength(2);
    edge.last().open();
    edge.last().close(CLOSE.versionUnsupported.code);
    await timers.pass(120_000);
    expect(events).toEqual(["online rack-1", "offline the connection broke (1006) 200", "refused stopped"]);
    expect(edge.dialled).toHaveLength(2);
  });

  it("M-12 answers at once when it is asked whether it is there", () => {
    start();
    join();
    edge.last().say(PROBE);
    expect(edge.last().heard.at(-1)).toBe(ALIVE);
    expect(events).toEqual(["online rack-1"]);
  });

  it("H-3 every stage has a deadline: open, welcome, and the answer to a ping", async () => {
    start();
    await timers.pass(15_000);
    expect(edge.last().closedWith?.code).toBe(1000);
    await timers.pass(200);
    edge.last().open();
    await timers.pass(10_000);
    await timers.pass(400);
    join();
    await timers.pass(20_000);
    expect(edge.last().heard.at(-1)).toBe("ping");
    edge.last().say("pong");
    await timers.pass(20_000);
    await timers.pass(10_000);
    expect(edge.last().closedWith?.code).toBe(1000);
    expect(events).toEqual([
      "offline no open from the edge in time 200",
      "offline no welcome from the edge in time 400",
      "online rack-1",
      "offline the edge stopped answering 200",
    ]);
  });

  it.each([
    ["broken JSON", "{"],
    ["an unknown type", '{"type":"explode"}'],
    ["a value out of its bounds", '{"type":"stop","session":12}'],
    ["a serve with a ticket that is none", '{"type":"serve","session":"s","device":"d","ticket":"a b"}'],
    ["bytes", new Uint8Array([1, 2, 3]).buffer],
  ])("H-4 %s ends that connection alone, and the link comes back", async (_, garbage) => {
    start();
    join();
    edge.last().say(garbage);
    expect(edge.last().closedWith?.code).toBe(CLOSE.protocolFault.code);
    await timers.pass(200);
    join();
    expect(events.filter((event) => event.startsWith("online"))).toHaveLength(2);
  });

  it("H-5 leaves with a bye, and for good", async () => {
    const link = start();
    join();
    void link.leave();
    expect(edge.last().heard.at(-1)).toBe('{"type":"bye"}');
    await timers.pass(120_000);
    expect(edge.dialled).toHaveLength(1);
    expect(timers.pending()).toBe(0);
  });

  it("H-5 leaves while it waits for the next try", async () => {
    const link = start();
    edge.last().close(1006);
    void link.leave();
    await timers.pass(120_000);
    expect(edge.dialled).toHaveLength(1);
  });
});
