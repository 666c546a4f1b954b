import { describe, expect, it, vi } from "vitest";
import { type InputBody, isDroppable, writeInput } from "#protocol";
import { HomeConnection } from "../../../edge/mirror/home-connection.ts";
import { LiveMirror } from "../../../edge/mirror/live-mirror.ts";
import { SeatSockets } from "../../../edge/mirror/seat-sockets.ts";
import type { Attachment, MirrorState } from "../../../edge/mirror-link/contract.ts";
import { type DownRecord, Link, type UpRecord, up } from "../../../edge/mirror-link/index.ts";
import { MAX_WAITING_BYTES } from "../../../edge/mirror-link/waiting-records.ts";
import { DEVICE } from "../session/world.ts";

/** One call of the mirror, answered when the test says so. */
interface Call {
  readonly state: MirrorState;
  readonly heard: UpRecord[];
  readonly link: Link<UpRecord, DownRecord>;
  readonly answer: (attachment: Attachment) => void;
  readonly fail: () => void;
}

class World {
  readonly calls: Call[] = [];
  readonly happened = vi.fn();
  readonly sessionOver = vi.fn(async () => undefined);
  readonly connection: HomeConnection;
  #sequence = 0;

  constructor() {
    const sockets = new SeatSockets([]);
    const live = new LiveMirror(sockets, (record) => this.connection.say(record));
    this.connection = new HomeConnection(sockets, live, {
      store: { load: () => ({ session: "weur-1", mirror: "apac-1", shown: undefined }), noteShown: () => undefined },
      home: () => ({ attach: (state, incoming) => this.#called(state, incoming) }),
      background: (work) => void work,
      happened: this.happened,
      sessionOver: this.sessionOver,
    });
  }

  get last(): Call {
    const call = this.calls.at(-1);
    if (call === undefined) throw new Error("nobody called");
    return call;
  }

  accept(): void {
    const { answer, link } = this.last;
    answer({
      attached: true,
      device: { ...DEVICE, videoCodecs: ["h264"], features: [], apps: [] },
      down: link.outgoing,
    });
  }

  /** The link is up; it ends as one does whose peer is gone. */
  async attached(): Promise<void> {
    this.connection.attach();
    this.accept();
    await vi.waitFor(() => expect(this.happened).toHaveBeenCalled());
  }

  steer(body: InputBody): number {
    const input = { ...body, epoch: 0, lease: 1, sequence: ++this.#sequence };
    const record = { kind: "input", seat: "ada", connection: 1, message: writeInput(input) } as const;
    this.connection.say(record, isDroppable(input));
    return this.#sequence;
  }

  say(text: string): void {
    this.connection.say({ kind: "said", seat: "ada", connection: 1, text });
  }

  async #called(state: MirrorState, incoming: ReadableStream<Uint8Array>): Promise<Attachment> {
    const heard: UpRecord[] = [];
    const link = new Link<UpRecord, DownRecord>();
    const events = { received: (records: readonly UpRecord[]) => heard.push(...records), ended: () => undefined };
    void link.read(incoming, up, events);
    return await new Promise((answer, reject) => {
      this.calls.push({ state, heard, link, answer, fail: () => reject(new Error("unreachable")) });
    });
  }
}

const DOWN = touch("down");
const UP = touch("up");
const MOVE = touch("move");

function touch(phase: "down" | "move" | "up"): InputBody {
  return { kind: "touch", pointers: [{ id: 0, phase, x: 0.5, y: 0.5, pressure: 1 }] };
}

/** The numbers of the inputs that were heard. */
function inputsOf({ heard }: Call): number[] {
  return heard.flatMap((record) => (record.kind === "input" ? [new DataView(record.message).getUint32(4)] : []));
}

function textsOf({ heard }: Call): string[] {
  return heard.flatMap((record) => (record.kind === "said" ? [record.text] : []));
}

describe("what is said while a link to the home is opened", () => {
  it("G-5 goes along with the call, whose answer is not waited for, and is said once", async () => {
    const world = new World();
    world.say("one");
    world.connection.say({ kind: "connected", seat: "bob", connection: 2 });
    world.say("two");
    await vi.waitFor(() => expect(textsOf(world.last)).toEqual(["one", "two"]));
    expect(world.last.heard.map(({ kind }) => kind)).toEqual(["said", "connected", "said"]);
    world.accept();
    await vi.waitFor(() => expect(world.happened).toHaveBeenCalled());
    world.say("three");
    await vi.waitFor(() => expect(textsOf(world.last)).toEqual(["one", "two", "three"]));
    expect(world.calls).toHaveLength(1);
  });

  it("I-3 I-6 G-5 brings every press and release, and of moves no more than the home takes at once", async () => {
    const world = new World();
    const sent = [world.steer(DOWN)];
    for (let move = 0; move < 300; move += 1) world.steer(MOVE);
    sent.push(world.steer(UP));
    await vi.waitFor(() => expect(inputsOf(world.last)).toEqual(expect.arrayContaining(sent)));
    expect(inputsOf(world.last).length).toBeLessThan(120);
    world.accept();
    await vi.waitFor(() => expect(world.happened).toHaveBeenCalled());
    sent.push(world.steer(MOVE));
    await vi.waitFor(() => expect(inputsOf(world.last)).toContain(sent.at(-1)));
  });

  it("I-3 G-6 is said again with the next call when this one fails, but for moves", async () => {
    const world = new World();
    const sent = [world.steer(DOWN), world.steer(MOVE), world.steer(UP)];
    world.last.fail();
    await vi.waitFor(() => expect(world.connection.dueAt).toBeGreaterThan(0));
    world.connection.due((world.connection.dueAt ?? 0) - 1);
    expect(world.calls).toHaveLength(1);
    world.connection.due(world.connection.dueAt ?? 0);
    await vi.waitFor(() => expect(inputsOf(world.last)).toEqual([sent[0], sent[2]]));
    expect(world.calls).toHaveLength(2);
    expect(world.connection.dueAt).toBeUndefined();
  });

  it("G-5 G-6 is bounded in bytes, and what found no room counts as lost on a link that was cut", async () => {
    const world = new World();
    const text = "x".repeat(50_000);
    const most = MAX_WAITING_BYTES / 100_000;
    for (let message = 0; message < 2 * most; message += 1) world.say(text);
    world.last.fail();
    await vi.waitFor(() => expect(world.connection.dueAt).toBeGreaterThan(0));
    world.connection.attach();
    world.say("last");
    await vi.waitFor(() => expect(textsOf(world.last)).toContain("last"));
    const again = textsOf(world.last).length;
    expect(again).toBeGreaterThan(most / 2);
    expect(again).toBeLessThan(most + 1);
    expect(world.calls.map(({ state }) => state.cut)).toEqual([false, true]);
  });
});

describe("a cut", () => {
  it("I-5 G-6 keeps no input: the holder is told its lease anew, and sends again what was not applied, in order", async () => {
    const world = new World();
    await world.attached();
    world.steer(DOWN);
    await vi.waitFor(() => expect(inputsOf(world.last)).toEqual([1]));
    world.last.link.cut();
    await vi.waitFor(() => expect(world.connection.dueAt).toBeGreaterThan(0));
    for (let move = 0; move < 300; move += 1) world.steer(MOVE);
    world.steer(UP);
    world.say("still here");
    await vi.waitFor(() => expect(textsOf(world.last)).toEqual(["still here"]));
    expect(world.last.state.cut).toBe(true);
    const calls = world.happened.mock.calls.length;
    world.accept();
    await vi.waitFor(() => expect(world.happened.mock.calls.length).toBeGreaterThan(calls));
    const next = world.steer(DOWN);
    await vi.waitFor(() => expect(inputsOf(world.last)).toEqual([next]));
    expect(world.calls).toHaveLength(2);
  });
});

describe("the end", () => {
  it("G-7 is not for ever: who connects later asks the home again, and hears what it says", async () => {
    const world = new World();
    await world.attached();
    world.connection.end();
    world.connection.say({ kind: "connected", seat: "bob", connection: 2 });
    expect(world.calls).toHaveLength(2);
    world.last.answer({ attached: false });
    await vi.waitFor(() => expect(world.sessionOver).toHaveBeenCalledTimes(1));
  });

  it("G-7 G-6 that comes while the link is opened is not undone by the answer", async () => {
    const world = new World();
    world.connection.attach();
    world.connection.end();
    world.accept();
    world.say("one");
    expect(world.calls).toHaveLength(2);
    await vi.waitFor(() => expect(textsOf(world.last)).toEqual(["one"]));
    expect(world.happened).not.toHaveBeenCalled();
  });
});
