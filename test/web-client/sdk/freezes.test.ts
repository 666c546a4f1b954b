import { describe, expect, test } from "vitest";
import { createFreezes, notePainted } from "../../../web-client/sdk/freezes.ts";

/** Pictures of a device, painted 40 ms after they were captured unless a test says otherwise. */
class Film {
  readonly freezes = createFreezes();
  #sequence = 0xffff_fff0;
  #capturedAt = 1_000_000;

  /** The next picture, captured so long after the last. */
  picture(
    afterMs: number,
    {
      lateMs = 0,
      skipped = 0,
      keyframe = false,
      epoch = 1,
    }: Partial<Record<"lateMs" | "skipped" | "epoch", number>> & {
      readonly keyframe?: boolean;
    } = {},
  ): void {
    this.#sequence = (this.#sequence + 1 + skipped) >>> 0;
    this.#capturedAt += afterMs;
    notePainted(this.freezes, {
      keyframe,
      epoch,
      sequence: this.#sequence,
      capturedAtMicros: this.#capturedAt * 1_000,
      paintedAtMicros: (this.#capturedAt + 40 + lateMs) * 1_000,
    });
  }

  /** A second of 25 pictures, across the wrap of the sequence. */
  static running(): Film {
    const film = new Film();
    for (let index = 0; index < 25; index += 1) film.picture(40);
    return film;
  }
}

describe("Q-2 a freeze", () => {
  test("is a picture that stood for max(3 x average, average + 150 ms), and lasts as long as it stood", () => {
    const short = Film.running();
    short.picture(40, { lateMs: 149 });
    expect(short.freezes).toMatchObject({ count: 0, totalMs: 0 });
    const long = Film.running();
    long.picture(40, { lateMs: 150 });
    expect(long.freezes).toMatchObject({ count: 1, totalMs: 190 });
  });

  test("is measured by three averages where pictures are slow", () => {
    const film = new Film();
    for (let index = 0; index < 10; index += 1) film.picture(200, { skipped: 1 });
    film.picture(599, { skipped: 1 });
    expect(film.freezes.count).toBe(0);
    // The average has grown by the one before.
    film.picture(800, { skipped: 1 });
    expect(film.freezes).toMatchObject({ count: 1, totalMs: 800 });
  });

  test("is seen where pictures were skipped on the way, by a gap or by a keyframe", () => {
    const gap = Film.running();
    gap.picture(3_000, { skipped: 75, keyframe: true });
    expect(gap.freezes).toMatchObject({ count: 1, totalMs: 3_000 });
    const keyframe = Film.running();
    keyframe.picture(3_000, { keyframe: true });
    expect(keyframe.freezes).toMatchObject({ count: 1, totalMs: 3_000 });
  });

  test("is not what a device that stands still causes, nor one that is turned then", () => {
    const film = Film.running();
    film.picture(60_000);
    film.picture(30_000, { keyframe: true, epoch: 2 });
    expect(film.freezes).toMatchObject({ count: 0, totalMs: 0 });
    film.picture(10_000, { epoch: 2, lateMs: 400 });
    // Only the lateness counts, on top of what is usual.
    expect(film.freezes.count).toBe(1);
    expect(film.freezes.totalMs).toBeCloseTo(440, 6);
  });

  test("is not spoken of before there is an average of five", () => {
    const film = new Film();
    for (let index = 0; index < 5; index += 1) film.picture(40);
    film.picture(500, { skipped: 10 });
    expect(film.freezes.count).toBe(0);
    film.picture(2_000, { skipped: 10 });
    expect(film.freezes.count).toBe(1);
  });
});
