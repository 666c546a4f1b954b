import { describe, expect, it } from "vitest";
import {
  ACK_SLACK_MS,
  clearWindow,
  createSendWindow,
  hasRoom,
  MAX_BUFFERED_BYTES,
  MAX_IN_FLIGHT_BYTES,
  noteAcknowledged,
  noteSent,
  PROBE_INTERVAL_MS,
} from "../../../origin-agent/session/send-window.ts";

const FRAME_BYTES = 10_000;
const FRAME_MS = 33;

/** Offers a frame every 33 ms to an edge that acknowledges each `delayMs` later until `silentFrom`. */
function offerFrames(options: { until: number; delayMs: number; silentFrom?: number; from?: number }) {
  const window = createSendWindow();
  const sentAt: number[] = [];
  let acknowledged = 0;
  for (let at = options.from ?? 0; at < options.until; at += FRAME_MS) {
    while (acknowledged < sentAt.length) {
      const arrives = (sentAt[acknowledged] ?? 0) + options.delayMs;
      if (arrives > at || arrives > (options.silentFrom ?? Number.POSITIVE_INFINITY)) break;
      noteAcknowledged(window, acknowledged, arrives);
      acknowledged += 1;
    }
    if (!hasRoom(window, 0, at)) continue;
    noteSent(window, sentAt.length, FRAME_BYTES, at);
    sentAt.push(at);
  }
  return { window, sentAt };
}

describe("send window", () => {
  it("W-4 a healthy link takes every frame, also with a long round trip", () => {
    expect(offerFrames({ until: 3_300, delayMs: 20 }).sentAt).toHaveLength(100);
    expect(offerFrames({ until: 3_300, delayMs: 280 }).sentAt).toHaveLength(100);
  });

  it("W-4 without acknowledgements it closes, and then lets one frame out at a time to ask", () => {
    const { sentAt } = offerFrames({ until: 12_000, delayMs: 20, silentFrom: 2_000 });
    const afterClosing = sentAt.filter((at) => at > 2_000 + 20 + ACK_SLACK_MS + FRAME_MS);
    const gaps = afterClosing.slice(1).map((at, index) => at - (afterClosing[index] ?? 0));
    expect(gaps.length).toBeGreaterThan(10);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(PROBE_INTERVAL_MS);
  });

  it("W-4 an acknowledgement opens it again at once", () => {
    const { window, sentAt } = offerFrames({ until: 6_000, delayMs: 20, silentFrom: 2_000 });
    const at = (sentAt.at(-1) ?? 0) + 1;
    expect(hasRoom(window, 0, at)).toBe(false);
    noteAcknowledged(window, sentAt.length - 1, at);
    expect(hasRoom(window, 0, at)).toBe(true);
    expect(window.inFlightBytes).toBe(0);
  });

  it("W-4 a last frame that nobody acknowledged before a quiet time does not close it for the next ones", () => {
    const window = createSendWindow();
    noteSent(window, 0, FRAME_BYTES, 0);
    noteAcknowledged(window, 0, 20);
    noteSent(window, 1, FRAME_BYTES, 33);
    for (let at = 60_000; at < 60_200; at += FRAME_MS) {
      expect(hasRoom(window, 0, at)).toBe(true);
      noteSent(window, at, FRAME_BYTES, at);
    }
  });

  it("W-4 what the operating system has not taken closes it", () => {
    const window = createSendWindow();
    expect(hasRoom(window, MAX_BUFFERED_BYTES, 0)).toBe(true);
    expect(hasRoom(window, MAX_BUFFERED_BYTES + 1, 0)).toBe(false);
  });

  it("W-4 a frame of any size finds room when nothing is on its way, and none while too much is", () => {
    const window = createSendWindow();
    expect(hasRoom(window, 0, 0)).toBe(true);
    noteSent(window, 0, MAX_IN_FLIGHT_BYTES + 1, 0);
    expect(hasRoom(window, 0, PROBE_INTERVAL_MS * 10)).toBe(false);
    noteAcknowledged(window, 0, 5_000);
    expect(hasRoom(window, 0, 5_000)).toBe(true);
  });

  it("W-4 acknowledgements are cumulative, may come twice, and cannot be forged into room", () => {
    const window = createSendWindow();
    for (const sequence of [0xffff_fffe, 0xffff_ffff, 0, 1]) noteSent(window, sequence, FRAME_BYTES, 0);
    noteAcknowledged(window, 0, 10);
    expect(window.inFlight.map((frame) => frame.sequence)).toEqual([1]);
    noteAcknowledged(window, 0xffff_ffff, 11);
    expect(window.inFlightBytes).toBe(FRAME_BYTES);
    noteAcknowledged(window, 1, 12);
    expect(window.inFlightBytes).toBe(0);
  });

  it("a lost connection leaves nothing on its way", () => {
    const { window } = offerFrames({ until: 6_000, delayMs: 20, silentFrom: 2_000 });
    clearWindow(window);
    expect(window.inFlightBytes).toBe(0);
    expect(hasRoom(window, 0, 6_001)).toBe(true);
  });
});
