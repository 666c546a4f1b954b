import { expect, vi } from "vitest";
import type { HardwareKind, HardwareWant } from "#protocol";
import { createDemoDevice } from "../../../../origin-agent/device/demo/index.ts";
import type { DeviceSink, Display, MediaUnit, OpenDevice } from "../../../../origin-agent/device/device.ts";
import { type DecodedPicture, H264Decoder } from "../../../support/h264-decoder.ts";

const DEADLINE_MS = 15_000;

/** A demo phone that is watched: everything it yields, and its picture as a viewer would decode it. */
export class WatchedPhone {
  readonly device: OpenDevice;
  readonly displays: Display[];
  readonly video: MediaUnit[];
  readonly audio: MediaUnit[];
  readonly clipboards: string[];
  /** What it wanted to borrow, and gave back. */
  readonly wishes: Wish[];
  readonly #room: { has: boolean };
  readonly #decoder = new H264Decoder();
  #decoded = 0;
  #picture: DecodedPicture | undefined;

  static async open(startApp?: string, onlyApp?: string): Promise<WatchedPhone> {
    const seen = { displays: [], video: [], audio: [], clipboards: [], wishes: [] } as Seen;
    const room = { has: true };
    const sink: DeviceSink = {
      display: (display) => seen.displays.push(display),
      hasRoom: () => room.has,
      unit: (unit) => (unit.kind === "video" ? seen.video : seen.audio).push(unit),
      clipboard: (text) => seen.clipboards.push(text),
      hardware: {
        ask: (purpose, want) => seen.wishes.push({ purpose, want }),
        done: (kind) => seen.wishes.push({ done: kind }),
      },
      lost: (reason) => expect.unreachable(reason),
    };
    const options = startApp === undefined ? { id: "demo-1" } : { id: "demo-1", startApp };
    return new WatchedPhone(await createDemoDevice(options).open(sink, onlyApp), seen, room);
  }

  private constructor(device: OpenDevice, seen: Seen, room: { has: boolean }) {
    this.device = device;
    this.displays = seen.displays;
    this.video = seen.video;
    this.audio = seen.audio;
    this.clipboards = seen.clipboards;
    this.wishes = seen.wishes;
    this.#room = room;
  }

  setRoom(has: boolean): void {
    this.#room.has = has;
    if (has) this.device.roomReturned();
  }

  /** The picture after everything that came until now. */
  picture(): DecodedPicture {
    for (; this.#decoded < this.video.length; this.#decoded += 1) {
      this.#picture = this.#decoder.decode(this.video[this.#decoded]?.data ?? new Uint8Array()) ?? this.#picture;
    }
    if (this.#picture === undefined) throw new Error("there is no picture yet");
    return this.#picture;
  }

  luma(x: number, y: number): number {
    const { luma, width } = this.picture();
    return luma[Math.round(y) * width + Math.round(x)] ?? -1;
  }

  /** Wait until nothing more comes: the screen stands still and is sharp. */
  async rest(): Promise<void> {
    await this.until(() => this.video.length > 0);
    let [count, since] = [this.video.length, performance.now()];
    await this.until(() => {
      if (this.video.length !== count) [count, since] = [this.video.length, performance.now()];
      return performance.now() - since > REST_MS;
    });
  }

  /** Watch for a while that something stays as it is. */
  async stays(forMs: number, condition: () => boolean): Promise<void> {
    const end = performance.now() + forMs;
    await this.until(() => {
      expect(condition()).toBe(true);
      return performance.now() >= end;
    });
  }

  async until(condition: () => boolean): Promise<void> {
    await vi.waitUntil(condition, { timeout: DEADLINE_MS, interval: 5 });
  }

  /** Put fingers on places of the picture, in pixels, or move or lift them. */
  touch(
    phase: "down" | "move" | "up",
    ...places: readonly (readonly [x: number, y: number, pressure?: number])[]
  ): void {
    const { width, height } = this.displays.at(-1) ?? { width: 720, height: 1280 };
    const pointers = places.map(([x, y, pressure], id) => {
      return { id, phase, x: x / width, y: y / height, pressure: pressure ?? 0.5 };
    });
    this.device.input({ kind: "touch", pointers });
  }

  tap(x: number, y: number): void {
    this.touch("down", [x, y]);
    this.touch("up", [x, y]);
  }

  type(text: string): void {
    this.device.input({ kind: "text", text });
  }

  key(keycode: number, meta = 0): void {
    this.device.input({ kind: "key", down: true, repeat: false, keycode, meta });
    this.device.input({ kind: "key", down: false, repeat: false, keycode, meta });
  }

  async close(): Promise<void> {
    await this.device.close();
    this.#decoder.close();
  }
}

interface Seen {
  readonly displays: Display[];
  readonly video: MediaUnit[];
  readonly audio: MediaUnit[];
  readonly clipboards: string[];
  readonly wishes: Wish[];
}

type Wish = { readonly purpose: string; readonly want: HardwareWant } | { readonly done: HardwareKind };

/** Far longer than the pace at which a picture at rest is sharpened: on a busy machine one encoding takes 200 ms. */
const REST_MS = 600;

export const KEY = {
  home: 3,
  back: 4,
  recents: 187,
  volumeDown: 25,
  power: 26,
  up: 19,
  down: 20,
  left: 21,
  right: 22,
  a: 29,
  c: 31,
  v: 50,
  x: 52,
  enter: 66,
  backspace: 67,
  forwardDelete: 112,
  moveEnd: 123,
} as const;
export const SHIFT = 0x1;
export const CTRL = 0x1000;
