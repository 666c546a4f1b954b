import { beforeEach, describe, expect, it } from "vitest";
import { ProtocolFault } from "#protocol";
import { apply, rememberOrigin, rememberRelay, rememberSeat, restoreRelay } from "../../edge/relay/index.ts";
import { DEVICE, RelayWorld } from "../support/relay-world.ts";

let world: RelayWorld;

beforeEach(() => {
  world = new RelayWorld();
});

describe("connections", () => {
  it("S-2 the newest connection of a seat wins, and the late close of the older changes nothing", () => {
    const first = world.watch("ada");
    world.watch("ada");
    expect(world.effects).toContainEqual({
      type: "close-seat",
      seat: "ada",
      connection: first,
      reason: "seatReplaced",
    });
    world.leaves("ada", first);
    expect(world.state.seats.get("ada")?.presence.phase).toBe("watching");
  });

  it("S-2 the newest origin wins, and the late close of the older changes nothing", () => {
    const first = world.serve();
    world.serve(true);
    expect(world.effects).toContainEqual({ type: "close-origin", connection: first, reason: "originReplaced" });
    world.originLeaves(first);
    expect(world.state.origin.phase).toBe("online");
  });

  it("S-4 a resumed origin goes on counting; a new one is told where to", () => {
    const first = world.serve();
    world.watch("ada");
    world.video({ keyframe: true });
    world.video();
    world.originLeaves(first);
    world.serve(true);
    const welcome = world.effects.findLast((effect) => effect.type === "welcome-origin");
    expect(welcome).toMatchObject({ message: { nextVideo: 2, nextEpoch: 1 } });
    world.video();
    expect(world.sequencesOf("ada")).toEqual([0, 1, 2]);
  });

  it("S-4 a new agent's first frame must be a keyframe, and the old picture serves nobody", () => {
    const first = world.serve();
    world.watch("ada");
    world.video({ keyframe: true });
    world.originLeaves(first);
    world.serve();
    world.video();
    world.watch("bob");
    expect(world.sequencesOf("ada")).toEqual([0]);
    expect(world.sequencesOf("bob")).toEqual([]);
  });

  it("M-1 hello comes first and once", () => {
    world.connect("ada");
    world.says("ada", { type: "clock", sentAt: 1 });
    expect(world.effects.at(-1)).toMatchObject({ type: "close-seat", reason: "protocolFault" });
    world.serve();
    expect(() => world.originSays({ type: "hello", protocol: 1, agent: "x", resumed: false })).toThrow(ProtocolFault);
  });

  it("M-1 a seat that comes back with its resume token is welcomed at once, with its picture and its lease", () => {
    world.serve();
    world.watch("ada");
    world.video({ keyframe: true });
    const { number } = world.state.lease;
    const rights = world.state.seats.get("ada")?.rights ?? [];
    const event = { type: "viewer-resumed", at: world.at, seat: "ada", rights, connection: 9 } as const;
    const effects = world.take(apply(world.state, event));
    expect(effects[0]).toMatchObject({ type: "close-seat", reason: "seatReplaced" });
    expect(effects.find(({ type }) => type === "welcome-seat")).toMatchObject({
      message: { seat: "ada", lease: { lease: number, mine: true } },
    });
    world.video();
    expect(world.sequencesOf("ada")).toEqual([0, 0, 1]);
    expect(world.says("ada", { type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] })).toMatchObject([
      { type: "close-seat", connection: 9, reason: "protocolFault" },
    ]);
  });

  it("S-6 S-8 a seat that comes back and says how far its picture is here is sent what followed, and no more", () => {
    world.serve();
    world.watch("ada");
    world.video({ keyframe: true });
    for (let frame = 1; frame <= 4; frame += 1) world.acks("ada", world.video());
    const asked = world.count("keyframe-request");
    world.resumes("ada", 2);
    expect(world.sequencesOf("ada")).toEqual([0, 1, 2, 3, 4, 3, 4]);
    world.resumes("ada", 4);
    world.acks("ada", world.video());
    expect(world.sequencesOf("ada").slice(7)).toEqual([5]);
    expect(world.count("keyframe-request")).toBe(asked);
  });

  it("S-6 S-8 that keyframe may long be gone from the cache", () => {
    world.serve();
    world.watch("ada");
    world.video({ keyframe: true });
    for (let frame = 1; frame <= 100; frame += 1) world.acks("ada", world.video({ bytes: 100 }));
    const asked = world.count("keyframe-request");
    world.pass(2_000);
    world.resumes("ada", 98);
    expect(world.sequencesOf("ada").slice(-2)).toEqual([99, 100]);
    expect(world.count("keyframe-request")).toBe(asked);
  });

  it.each([
    ["is ahead of all that was sent", 5],
    ["is older than all that is here", 0xffff_fff0],
  ])("S-5 S-8 a seat that comes back from what %s is served as if it had said nothing", (_, seen) => {
    world.serve();
    world.watch("ada");
    world.video({ keyframe: true });
    for (let frame = 1; frame <= 4; frame += 1) world.acks("ada", world.video());
    world.resumes("ada", seen);
    expect(world.sequencesOf("ada").slice(5)).toEqual([0, 1, 2, 3, 4]);
  });

  it("E-1 S-8 what was seen of another geometry, or of the agent before, is nothing to go on from", () => {
    world.serve();
    world.watch("ada");
    world.video({ keyframe: true });
    const last = world.video();
    world.display(1);
    world.resumes("ada", last);
    world.video();
    expect(world.sequencesOf("ada")).toEqual([0, 1]);
    const key = world.video({ keyframe: true });
    world.serve();
    world.resumes("ada", key);
    world.video();
    expect(world.sequencesOf("ada")).toEqual([0, 1, key]);
  });

  it("S-6 S-8 where what followed outweighs four keyframes one is made instead, when one may be asked for", () => {
    world.serve();
    world.watch("ada");
    world.video({ keyframe: true, bytes: 10_000 });
    for (let frame = 1; frame <= 5; frame += 1) world.acks("ada", world.video({ bytes: 9_000 }));
    world.pass(1_000);
    const asked = world.count("keyframe-request");
    world.resumes("ada", 0);
    expect(world.count("keyframe-request")).toBe(asked + 1);
    expect(world.sequencesOf("ada")).toEqual([0, 1, 2, 3, 4, 5]);
    world.resumes("ada", 0);
    expect(world.count("keyframe-request")).toBe(asked + 1);
    expect(world.sequencesOf("ada").slice(6)).toEqual([1, 2, 3, 4, 5]);
  });

  it("S-6 S-8 a seat that comes back to a long cache has a keyframe made, or is shown the cache when none may be asked for", () => {
    world.serve();
    world.watch("ada");
    world.video({ keyframe: true, bytes: 30_000 });
    for (let frame = 0; frame < 12; frame += 1) world.acks("ada", world.video({ bytes: 10_000 }));
    const rights = world.state.seats.get("ada")?.rights ?? [];
    const comeBack = (connection: number) =>
      world.take(apply(world.state, { type: "viewer-resumed", at: world.at, seat: "ada", rights, connection }));
    world.pass(1_000);
    const asked = { type: "tell-origin", message: { type: "keyframe-request" } };
    const first = comeBack(9);
    expect(first).toContainEqual(asked);
    expect(first.some(({ type }) => type === "forward-frame")).toBe(false);
    const second = comeBack(10);
    expect(second).not.toContainEqual(asked);
    expect(second.filter(({ type }) => type === "forward-frame")).toHaveLength(13);
  });

  it("M-1 another version is told so", () => {
    world.connect("ada");
    world.says("ada", { type: "hello", protocol: 2, client: "x", videoCodecs: [] });
    expect(world.effects.at(-1)).toMatchObject({ type: "close-seat", reason: "versionUnsupported" });
  });

  it("M-11 a flood of control messages ends the socket, ten a second do not", () => {
    world.serve();
    world.watch("ada");
    for (let second = 0; second < 10; second += 1) {
      for (let index = 0; index < 10; index += 1) world.says("ada", { type: "ack", queued: 0 });
      world.pass(1_000);
    }
    expect(world.effects.filter((effect) => effect.type === "close-seat")).toEqual([]);
    for (let index = 0; index <= 60; index += 1) world.says("ada", { type: "clock", sentAt: 1 });
    expect(world.effects.at(-1)).toMatchObject({ type: "close-seat", seat: "ada", reason: "tooManyMessages" });
  });

  it("M-1 a socket that says nothing is closed when its time is up", () => {
    const connection = world.connect("ada");
    world.pass(10_000);
    expect(world.effects).toContainEqual({ type: "close-seat", seat: "ada", connection, reason: "helloTimeout" });
  });
});

describe("coming and going", () => {
  it("S-8 a seat whose new socket never said hello is kept like one that was lost: its close says to come back", () => {
    world.serve();
    world.leaves("ada", world.watch("ada"));
    const silent = world.connect("ada");
    world.pass(10_000);
    expect(world.effects).toContainEqual({
      type: "close-seat",
      seat: "ada",
      connection: silent,
      reason: "helloTimeout",
    });
    world.pass(59_000);
    expect(world.state.seats.has("ada")).toBe(true);
    expect(world.state.lease.holder).toBe("ada");
    world.pass(2_000);
    expect(world.state.seats.has("ada")).toBe(false);
  });

  it("S-8 a seat is kept for its person for a minute, and then forgotten with its token", () => {
    world.serve();
    const connection = world.watch("ada");
    world.watch("bob");
    world.leaves("ada", connection);
    world.pass(59_000);
    expect(world.state.seats.has("ada")).toBe(true);
    world.pass(2_000);
    expect(world.state.seats.has("ada")).toBe(false);
    expect(world.effects).toContainEqual({ type: "forget-seat", seat: "ada" });
  });

  it("S-8 a seat that says bye is over at once", () => {
    world.serve();
    world.watch("ada");
    world.says("ada", { type: "bye" });
    expect(world.state.seats.size).toBe(0);
  });

  it("S-9 a session without seats ends after a minute", () => {
    world.serve();
    world.watch("ada");
    world.says("ada", { type: "bye" });
    world.pass(59_000);
    expect(world.ended()).toBe(false);
    world.pass(2_000);
    expect(world.effects.at(-1)).toEqual({ type: "end-session", reason: "ended" });
  });

  it("S-9 a session whose agent stays away ends after a minute, and its seats know that it is away", () => {
    const origin = world.serve();
    world.watch("ada");
    world.originLeaves(origin);
    expect(world.toSeat.get("ada")?.at(-1)).toBe("origin");
    world.pass(60_000);
    expect(world.effects.at(-1)).toEqual({ type: "end-session", reason: "device-offline" });
  });

  it("S-9 a lost device ends the session", () => {
    world.serve();
    world.watch("ada");
    world.originSays({ type: "device-lost" });
    expect(world.ended()).toBe(true);
  });

  it("S-10 an origin hears nothing before its welcome, whoever comes and goes meanwhile", () => {
    world.take(apply(world.state, { type: "origin-connected", at: world.at, connection: 100 }));
    const connection = world.watch("ada");
    world.watch("bob");
    world.leaves("ada", connection);
    expect(world.toOrigin).toEqual([]);
    world.originSays({ type: "hello", protocol: 1, agent: "test", resumed: false });
    expect(world.effects.find((effect) => effect.type === "welcome-origin")?.message.viewers).toBe(1);
    expect(world.toOrigin[0]).toBe("welcome");
  });

  it("S-10 the origin hears how many watch", () => {
    world.serve();
    const connection = world.watch("ada");
    expect(world.count("viewers")).toBe(1);
    world.leaves("ada", connection);
    expect(world.count("viewers")).toBe(2);
  });
});

describe("memory", () => {
  function afterSleep(): RelayWorld["state"] {
    const { state } = world;
    const sockets = [rememberOrigin(state), ...[...state.seats.keys()].map((id) => rememberSeat(state, id))];
    return restoreRelay(
      {
        session: state.session,
        device: DEVICE,
        memory: structuredClone(rememberRelay(state)),
        sockets: sockets.filter((socket) => socket !== undefined),
        picture: [...state.cache.frames],
      },
      world.at,
    );
  }

  it("S-11 what was remembered is what was there", () => {
    world.serve();
    const connection = world.watch("ada");
    world.watch("bob");
    world.connect("cyd");
    world.leaves("ada", connection);
    world.video({ keyframe: true });
    const state = afterSleep();
    expect(rememberRelay(state)).toEqual(rememberRelay(world.state));
    expect(rememberOrigin(state)).toEqual(rememberOrigin(world.state));
    for (const seat of ["ada", "bob", "cyd"])
      expect(rememberSeat(state, seat)).toEqual(rememberSeat(world.state, seat));
    expect(state.cache).toEqual(world.state.cache);
  });

  it("S-11 the stream goes on after sleep when no frame was missed, and waits for a keyframe when one was", () => {
    world.serve();
    world.watch("ada");
    world.video({ keyframe: true });
    const slept = new RelayWorld();
    Object.assign(slept, { state: afterSleep(), at: world.at });
    slept.frame({ kind: "video", keyframe: false, sequence: 1, epoch: 0 });
    expect(slept.sequencesOf("ada")).toEqual([1]);
    const missed = new RelayWorld();
    Object.assign(missed, { state: afterSleep(), at: world.at + 5_000 });
    missed.frame({ kind: "video", keyframe: false, sequence: 2, epoch: 0 });
    expect(missed.sequencesOf("ada")).toEqual([]);
    expect(missed.count("keyframe-request")).toBe(1);
  });

  it("S-4 a new agent after a sleep counts on from far ahead of what was remembered, for sound too", () => {
    const first = world.serve();
    world.watch("ada");
    world.video({ keyframe: true });
    for (let index = 0; index < 5; index += 1) world.audio();
    const slept = new RelayWorld();
    Object.assign(slept, { state: afterSleep(), at: world.at });
    slept.originLeaves(first);
    slept.serve();
    const welcome = slept.effects.findLast((effect) => effect.type === "welcome-origin");
    expect(welcome).toMatchObject({ message: { nextVideo: 2 ** 20, nextAudio: 4 + 2 ** 20 } });
  });

  it("S-11 a restart that took every socket leaves each seat its full grace", () => {
    world.serve();
    world.watch("ada");
    const at = world.at + 3_600_000;
    const memory = rememberRelay(world.state);
    const state = restoreRelay({ session: "local-1", device: DEVICE, memory, sockets: [], picture: [] }, at);
    expect(state.seats.get("ada")?.presence).toEqual({ phase: "absent", until: at + 60_000 });
    expect(state.origin).toEqual({ phase: "away", until: at + 60_000 });
    expect(apply(state, { type: "woke", at })).toEqual([]);
  });
});
