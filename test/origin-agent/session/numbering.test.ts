import { describe, expect, it } from "vitest";
import { beginEpoch, continueAt, createNumbering, takeSequence } from "../../../origin-agent/session/numbering.ts";

describe("numbering", () => {
  it("S-4 a new agent goes on where the welcome says", () => {
    const numbering = createNumbering();
    expect(continueAt(numbering, { nextEpoch: 7, nextVideo: 100, nextAudio: 50 }, false)).toBe("begin");
    expect(beginEpoch(numbering)).toBe(7);
    expect([takeSequence(numbering, "video"), takeSequence(numbering, "video")]).toEqual([100, 101]);
    expect(takeSequence(numbering, "audio")).toBe(50);
  });

  it("S-4 after a reconnect the higher number counts, of the edge or its own", () => {
    const lagging = { epoch: 2, video: 500, audio: 9 };
    expect(continueAt(lagging, { nextEpoch: 3, nextVideo: 480, nextAudio: 20 }, true)).toBe("known");
    expect(lagging).toEqual({ epoch: 2, video: 500, audio: 20 });
  });

  it("S-4 higher also over the end of 32 bits", () => {
    const numbering = { epoch: 0, video: 3, audio: 0xffff_fff0 };
    continueAt(numbering, { nextEpoch: 1, nextVideo: 0xffff_fff0, nextAudio: 5 }, true);
    expect([numbering.video, numbering.audio]).toEqual([3, 5]);
  });

  it("S-4 a display that was lost on its way is said again under its epoch", () => {
    expect(continueAt({ epoch: 4, video: 0, audio: 0 }, { nextEpoch: 4, nextVideo: 0, nextAudio: 0 }, true)).toBe(
      "repeat",
    );
  });

  it("S-4 when another agent served meanwhile, a new epoch begins after its last", () => {
    const numbering = { epoch: 4, video: 0, audio: 0 };
    expect(continueAt(numbering, { nextEpoch: 9, nextVideo: 0, nextAudio: 0 }, true)).toBe("begin");
    expect(beginEpoch(numbering)).toBe(9);
  });

  it("F-1 epochs count modulo 2^16, sequences modulo 2^32", () => {
    const numbering = { epoch: 0xffff, video: 0xffff_ffff, audio: 0 };
    expect(continueAt(numbering, { nextEpoch: 0, nextVideo: 0, nextAudio: 0 }, true)).toBe("known");
    expect(beginEpoch(numbering)).toBe(0);
    const fresh = createNumbering();
    continueAt(fresh, { nextEpoch: 0, nextVideo: 0xffff_ffff, nextAudio: 0 }, false);
    expect(beginEpoch(fresh)).toBe(0);
    expect([takeSequence(fresh, "video"), takeSequence(fresh, "video")]).toEqual([0xffff_ffff, 0]);
  });
});
