import { beforeEach, describe, expect, it } from "vitest";
import { CLOSE } from "#protocol";
import { Serving } from "../../../origin-agent/session/index.ts";
import { type FakeDevice, fakeDevice } from "../support/fake-device.ts";
import { type ManualTimers, manualTimers, settle } from "../support/manual-timers.ts";
import { type SimulatedEdge, simulatedEdge } from "../support/simulated-edge.ts";

let edge: SimulatedEdge;
let timers: ManualTimers;
let first: FakeDevice;
let second: FakeDevice;
let failures: string[];
let serving: Serving;

beforeEach(() => {
  edge = simulatedEdge();
  timers = manualTimers();
  first = fakeDevice("fake-1");
  second = fakeDevice("fake-2");
  failures = [];
  serving = new Serving({
    edge,
    timers,
    agent: "test",
    devices: [first, second],
    log: () => {},
    failed: (session, reason) => failures.push(`${session}: ${reason}`),
    devicesChanged: () => failures.push(`devices: ${serving.devices().map(({ id }) => id)}`),
  });
});

function welcome(session: string): object {
  return {
    type: "welcome",
    protocol: 1,
    session,
    resume: "r",
    nextEpoch: 0,
    nextVideo: 0,
    nextAudio: 0,
    viewers: 1,
    at: 1,
  };
}

async function join(session: string, device: string): Promise<void> {
  serving.serve(session, device, "ticket");
  await settle();
  edge.last().open();
  edge.last().say(welcome(session));
}

describe("serving", () => {
  it("S-14 opens the device for the one app that the fleet names", async () => {
    serving.serve("weur-1", "fake-1", "ticket", "org.example.notes");
    await settle();
    expect(first.calls[0]).toBe("open for org.example.notes");
  });

  it("S-1 opens the device, dials the session, and closes the device when it is stopped", async () => {
    await join("weur-1", "fake-1");
    expect(serving.sessions()).toEqual(["weur-1"]);
    expect(first.calls).toEqual(["open", "setPaused true", "setPaused false"]);
    serving.stop("weur-1");
    await settle();
    expect(first.calls.at(-1)).toBe("close");
    expect(edge.last().heard.at(-1)).toBe('{"type":"bye"}');
    expect(serving.sessions()).toEqual([]);
    expect(failures).toEqual([]);
    expect(timers.pending()).toBe(0);
  });

  it("H-6 a device that is not there, or fails to open, is told to the fleet without its words", async () => {
    serving.serve("weur-1", "fake-9", "ticket");
    first.opens = () => Promise.reject(new Error("adb at 10.0.0.7 refused"));
    serving.serve("weur-2", "fake-1", "ticket");
    await settle();
    expect(failures).toEqual(["weur-1: no such device on this host", "weur-2: the device did not open"]);
    expect(serving.sessions()).toEqual([]);
    expect(edge.dialled).toHaveLength(0);
    first.opens = async () => {};
    await join("weur-3", "fake-1");
    expect(serving.sessions()).toEqual(["weur-3"]);
  });

  it("H-6 a device that hangs while it opens is given up after 20 s, and closed should it open after all", async () => {
    const late = Promise.withResolvers<void>();
    first.opens = () => late.promise;
    serving.serve("weur-1", "fake-1", "ticket");
    await timers.pass(20_000);
    expect(failures).toEqual(["weur-1: the device did not open"]);
    late.resolve();
    await settle();
    expect(first.calls).toEqual(["open", "close"]);
  });

  it("S-1 a session that is stopped while its device opens never dials", async () => {
    const opening = Promise.withResolvers<void>();
    first.opens = () => opening.promise;
    serving.serve("weur-1", "fake-1", "ticket");
    await settle();
    serving.stop("weur-1");
    opening.resolve();
    await settle();
    expect(edge.dialled).toHaveLength(0);
    expect(first.calls).toEqual(["open", "close"]);
    expect(serving.sessions()).toEqual([]);
  });

  it("S-1 a new lease of a device ends its old session before it opens again", async () => {
    await join("weur-1", "fake-1");
    await join("weur-2", "fake-1");
    expect(first.calls).toEqual([
      "open",
      "setPaused true",
      "setPaused false",
      "close",
      "open",
      "setPaused true",
      "setPaused false",
    ]);
    expect(serving.sessions()).toEqual(["weur-2"]);
    expect(edge.dialled[0]?.heard.at(-1)).toBe('{"type":"bye"}');
  });

  it("S-1 one session's faults leave the others alone", async () => {
    await join("weur-1", "fake-1");
    const faulty = edge.last();
    await join("weur-2", "fake-2");
    const healthy = edge.last();
    faulty.say("garbage");
    faulty.close(CLOSE.protocolFault.code);
    second.yieldVideo(true);
    await settle();
    expect(healthy.closedWith).toBeUndefined();
    expect(healthy.heard.some((message) => typeof message !== "string" && message[0] === 0x11)).toBe(true);
    expect(serving.sessions()).toEqual(["weur-1", "weur-2"]);
  });

  it("S-1 a session that the edge ends closes its device and is no failure; one that broke is", async () => {
    await join("weur-1", "fake-1");
    edge.last().close(CLOSE.sessionEnded.code);
    await join("weur-2", "fake-2");
    edge.last().close(CLOSE.protocolFault.code);
    await settle();
    expect([first.calls.at(-1), second.calls.at(-1)]).toEqual(["close", "close"]);
    expect(failures).toEqual(["weur-2: A message broke the protocol."]);
  });

  it("S-9 a device that is gone for good ends its session and leaves the list", async () => {
    await join("weur-1", "fake-1");
    first.sink().lost("the emulator has exited");
    await settle();
    expect(edge.last().heard.slice(-2)).toEqual(['{"type":"device-lost"}', '{"type":"bye"}']);
    expect(failures).toEqual(["weur-1: the device is gone", "devices: fake-2"]);
    expect(serving.sessions()).toEqual([]);
  });

  it("S-1 closing ends everything, and waits no longer than 5 s for a device", async () => {
    await join("weur-1", "fake-1");
    await join("weur-2", "fake-2");
    second.closes = () => new Promise(() => {});
    let closed = false;
    const closing = serving.close().then(() => {
      closed = true;
    });
    await timers.pass(4_999);
    expect([first.calls.at(-1), second.calls.at(-1), closed]).toEqual(["close", "close", false]);
    await timers.pass(1);
    await closing;
    expect(serving.sessions()).toEqual([]);
    expect(timers.pending()).toBe(0);
  });
});
