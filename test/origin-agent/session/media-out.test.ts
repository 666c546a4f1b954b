import { beforeEach, describe, expect, it } from "vitest";
import { type FrameHeader, readFrameHeader } from "#protocol";
import type { Display } from "../../../origin-agent/device/device.ts";
import type { OriginWelcome } from "../../../origin-agent/link/index.ts";
import { createClockOffset, guessClock } from "../../../origin-agent/session/clock-offset.ts";
import { MediaOut } from "../../../origin-agent/session/media-out.ts";
import { videoUnit } from "../support/fake-device.ts";
import { type ManualTimers, manualTimers, settle } from "../support/manual-timers.ts";

const UPRIGHT: Display = { width: 720, height: 1280, rotation: 0, codec: "h264" };
const SIDEWAYS: Display = { width: 1280, height: 720, rotation: 90, codec: "h264" };

let timers: ManualTimers;
let buffered: number | undefined;
/** Everything that left, in order. */
let sent: (FrameHeader | { kind: "display"; epoch: number; width: number })[];
let asked: string[];
let media: MediaOut;

beforeEach(() => {
  timers = manualTimers();
  buffered = undefined;
  sent = [];
  asked = [];
  const clock = createClockOffset();
  guessClock(clock, 5_000, 0);
  media = new MediaOut({
    timers,
    clock,
    buffered: () => buffered,
    display: ({ epoch, width }) => sent.push({ kind: "display", epoch, width }),
    frame: (message) => sent.push(readFrameHeader(message)),
    overdue: () => asked.push("overdue"),
    roomReturned: () => asked.push("roomReturned"),
    requestKeyframe: () => asked.push("requestKeyframe"),
  });
});

function welcome(next: Partial<OriginWelcome> = {}): OriginWelcome {
  buffered = 0;
  return {
    type: "welcome",
    protocol: 1,
    session: "weur-1",
    resume: "resume-1",
    nextEpoch: 0,
    nextVideo: 0,
    nextAudio: 0,
    viewers: 1,
    at: 0,
    ...next,
  };
}

async function offer(keyframe: boolean, bytes?: number): Promise<void> {
  media.unit(videoUnit(keyframe, bytes));
  await settle();
}

/** Kinds and sequences, for short expectations. */
function trace(): string[] {
  return sent.map((item) =>
    item.kind === "display"
      ? `display ${item.epoch}`
      : `${item.kind}${"keyframe" in item && item.keyframe ? "*" : ""} ${item.sequence}`,
  );
}

describe("media out", () => {
  it("F-5 stamps the capture time on the session's clock, the epoch, and the welcome's numbers", async () => {
    media.display(UPRIGHT);
    media.online(welcome({ nextEpoch: 3, nextVideo: 70, nextAudio: 9 }));
    const unit = videoUnit(true);
    media.unit(unit);
    media.unit({ ...unit, kind: "audio", config: false });
    await settle();
    expect(sent[0]).toEqual({ kind: "display", epoch: 3, width: 720 });
    expect(sent.find((item) => item.kind === "video")).toEqual({
      kind: "video",
      keyframe: true,
      config: true,
      epoch: 3,
      sequence: 70,
      capturedAtMicros: unit.capturedAtMicros + 5_000,
    });
    expect(trace()).toContain("audio* 9");
  });

  it("F-6 of sound and picture that come together, sound leaves first", async () => {
    media.display(UPRIGHT);
    media.online(welcome());
    media.unit(videoUnit(true));
    media.unit({ ...videoUnit(true), kind: "audio", config: false });
    await settle();
    expect(trace()).toEqual(["display 0", "audio* 0", "video* 0"]);
  });

  it("E-1 nothing leaves before the welcome, and then the display first and a keyframe", async () => {
    media.display(UPRIGHT);
    await offer(true);
    expect(media.hasRoom()).toBe(false);
    media.online(welcome());
    await offer(false);
    await offer(true);
    await offer(false);
    expect(trace()).toEqual(["display 0", "video* 0", "video 1"]);
  });

  it("E-1 a new geometry is a new epoch: said after the last old frame and before the first new one", async () => {
    media.display(UPRIGHT);
    media.online(welcome());
    await offer(true);
    media.unit(videoUnit(false));
    media.display(SIDEWAYS);
    await offer(false);
    await offer(true);
    expect(trace()).toEqual(["display 0", "video* 0", "video 1", "display 1", "video* 2"]);
    expect(sent.flatMap((item) => (item.kind === "video" ? [item.epoch] : []))).toEqual([0, 0, 1]);
  });

  it("W-4 without room a picture is skipped, never queued, and all up to the next keyframe with it", async () => {
    media.display(UPRIGHT);
    media.online(welcome());
    await offer(true);
    buffered = 1_000_000;
    await offer(false);
    buffered = 0;
    await offer(false);
    expect(trace()).toEqual(["display 0", "video* 0"]);
    await timers.pass(10);
    expect(asked).toEqual(["requestKeyframe", "roomReturned"]);
    await offer(true);
    await offer(false);
    expect(trace().slice(2)).toEqual(["video* 1", "video 2"]);
  });

  it("W-4 a device that asks first loses nothing: when room returns it is told, and no keyframe is needed", async () => {
    media.display(UPRIGHT);
    media.online(welcome());
    await offer(true);
    buffered = 1_000_000;
    expect(media.hasRoom()).toBe(false);
    await timers.pass(200);
    expect(asked).toEqual([]);
    buffered = 0;
    await timers.pass(10);
    expect(asked).toEqual(["roomReturned"]);
    await offer(false);
    expect(trace()).toEqual(["display 0", "video* 0", "video 1"]);
    await timers.pass(1_000);
    expect(timers.pending()).toBe(0);
  });

  it("W-4 what was begun because there was room is sent, though the room went meanwhile; but not much later", async () => {
    media.display(UPRIGHT);
    media.online(welcome());
    await offer(true);
    expect(media.hasRoom()).toBe(true);
    buffered = 1_000_000;
    await offer(false);
    await offer(false);
    expect(trace()).toEqual(["display 0", "video* 0", "video 1"]);
    buffered = 0;
    await timers.pass(10);
    await offer(true);
    expect(media.hasRoom()).toBe(true);
    buffered = 1_000_000;
    await timers.pass(201);
    await offer(false);
    expect(trace().slice(3)).toEqual(["video* 2"]);
  });

  it("W-4 an acknowledgement tells a waiting device at once", async () => {
    media.display(UPRIGHT);
    media.online(welcome());
    await offer(true, 1_000_000);
    await offer(false, 100_000);
    expect(media.hasRoom()).toBe(false);
    media.acknowledged({ type: "ack", video: 1 });
    expect(asked).toEqual(["roomReturned"]);
  });

  it("W-4 a picture over the wire's limit is lost like one without room", async () => {
    media.display(UPRIGHT);
    media.online(welcome());
    await offer(true);
    await offer(false, 1024 * 1024 + 1);
    await offer(false);
    expect(trace()).toEqual(["display 0", "video* 0"]);
    await timers.pass(10);
    expect(asked).toContain("requestKeyframe");
  });

  it("M-2 while pictures find no room it says that acknowledgements are overdue, and not before they are", async () => {
    media.display(UPRIGHT);
    media.online(welcome());
    await offer(true, 600_000);
    await offer(false, 600_000);
    expect(media.hasRoom()).toBe(false);
    // Until the first acknowledgement 300 ms are guessed, and 400 are allowed over that.
    await timers.pass(700);
    expect(asked).not.toContain("overdue");
    await timers.pass(20);
    expect(asked).toContain("overdue");
    media.acknowledged({ type: "ack", video: 1 });
    asked.length = 0;
    await timers.pass(5_000);
    expect(asked).not.toContain("overdue");
  });

  it("S-4 after a reconnect it goes on counting from the higher number, with a keyframe first", async () => {
    media.display(UPRIGHT);
    media.online(welcome());
    for (const keyframe of [true, false, false]) await offer(keyframe);
    buffered = undefined;
    media.away();
    await offer(false);
    media.online(welcome({ nextEpoch: 1, nextVideo: 2 }));
    await offer(false);
    await offer(true);
    expect(trace().slice(4)).toEqual(["video* 3"]);
  });

  it("S-4 a display that was lost on its way is said again; one that changed meanwhile is a new epoch", async () => {
    media.display(UPRIGHT);
    media.online(welcome());
    buffered = undefined;
    media.away();
    media.online(welcome({ nextEpoch: 0 }));
    expect(trace()).toEqual(["display 0", "display 0"]);
    buffered = undefined;
    media.away();
    media.display(SIDEWAYS);
    media.online(welcome({ nextEpoch: 1 }));
    expect(sent.at(-1)).toEqual({ kind: "display", epoch: 1, width: 1280 });
  });
});
