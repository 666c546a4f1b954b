import {
  type HardwareEnd,
  type HardwareKind,
  type HardwareWant,
  type Location,
  type Motion,
  unreachable,
} from "#protocol";
import type { HardwareWishes, LentFrame, LentHardware } from "../../hardware.ts";
import type { Canvas2D, Rect } from "../ui/shape.ts";
import { CameraView } from "./camera-view.ts";
import { LevelMeter } from "./level-meter.ts";

/** How a wish of an app stands. */
export type Borrowing =
  | { readonly state: "none" }
  | { readonly state: "asked" }
  | { readonly state: "lent"; readonly want: HardwareWant }
  | { readonly state: "ended"; readonly reason: HardwareEnd };

/** What the phone's apps see of the person's hardware. */
export interface BorrowedHardware {
  borrow(purpose: string, want: HardwareWant): void;
  giveBack(kind: HardwareKind): void;
  borrowing(kind: HardwareKind): Borrowing;
  /** The newest place, once one has come. */
  location(): Location | undefined;
  motion(): Motion | undefined;
  /** Draws the camera's newest picture, whole and centred; false before the first. */
  drawCamera(canvas: Canvas2D, area: Rect): boolean;
  /** How loud the microphone is, 0 to 1. */
  level(): number;
}

/** All hardware that this phone borrows, as it comes in. */
export class Borrowed implements BorrowedHardware {
  readonly #wishes: HardwareWishes;
  readonly #changed: () => void;
  readonly #borrowings = new Map<HardwareKind, Borrowing>();
  readonly #camera: CameraView;
  readonly #meter: LevelMeter;
  #location: Location | undefined;
  #motion: Motion | undefined;

  /** @param changed something that an app shows is different now */
  constructor(wishes: HardwareWishes, changed: () => void) {
    this.#wishes = wishes;
    this.#changed = changed;
    this.#camera = new CameraView(changed);
    this.#meter = new LevelMeter(changed);
  }

  borrow(purpose: string, want: HardwareWant): void {
    this.#borrowings.set(want.kind, { state: "asked" });
    this.#wishes.ask(purpose, want);
    this.#changed();
  }

  giveBack(kind: HardwareKind): void {
    if (!this.#borrowings.delete(kind)) return;
    this.#wishes.done(kind);
    this.#forget(kind);
  }

  borrowing(kind: HardwareKind): Borrowing {
    return this.#borrowings.get(kind) ?? { state: "none" };
  }

  location(): Location | undefined {
    return this.#location;
  }

  motion(): Motion | undefined {
    return this.#motion;
  }

  drawCamera(canvas: Canvas2D, area: Rect): boolean {
    return this.#camera.draw(canvas, area);
  }

  level(): number {
    return this.#meter.level;
  }

  /** What the session brings. */
  came(news: LentHardware): void {
    switch (news.type) {
      case "granted":
        if (news.want.kind === "camera") this.#camera.open(news.codec ?? "h264");
        if (news.want.kind === "microphone") this.#meter.open();
        this.#borrowings.set(news.want.kind, { state: "lent", want: news.want });
        return this.#changed();
      case "ended":
        this.#borrowings.set(news.kind, { state: "ended", reason: news.reason });
        this.#forget(news.kind);
        return this.#changed();
      case "location":
        this.#location = news;
        return this.#changed();
      case "motion":
        this.#motion = news;
        return this.#changed();
      case "frame":
        return this.#frameCame(news);
      default:
        return unreachable(news);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#camera.close(), this.#meter.close()]);
  }

  #frameCame(frame: LentFrame): void {
    if (frame.kind === "camera") this.#camera.frame(frame);
    else this.#meter.packet(frame.data);
  }

  /** Nothing of it is kept past the loan. */
  #forget(kind: HardwareKind): void {
    switch (kind) {
      case "location":
        this.#location = undefined;
        return;
      case "motion":
        this.#motion = undefined;
        return;
      case "camera":
        // What fails to close is of no use to anybody.
        void this.#camera.close();
        return;
      case "microphone":
        void this.#meter.close();
        return;
      default:
        return unreachable(kind);
    }
  }
}
