import { type InputBody, type Pointer, unreachable } from "#protocol";
import type { Display } from "../device.ts";
import type { App, Services } from "./apps/app.ts";
import { type AppId, catalogEntry } from "./apps/catalog.ts";
import { createHome } from "./apps/home.ts";
import { createRecents } from "./apps/recents.ts";
import { unixMillis } from "./clock.ts";
import type { BorrowedHardware } from "./hardware/borrowed.ts";
import { KEYCODE } from "./keycode.ts";
import { type NavigationButton, navigationButtonAt } from "./ui/navigation-bar.ts";
import { appArea, drawPhoneFrame, type PhoneFrame } from "./ui/phone-frame.ts";
import { Presses } from "./ui/press.ts";
import type { Canvas2D, Size } from "./ui/shape.ts";
import { drawTouchMark } from "./ui/touch-mark.ts";
import { drawVolumeBar } from "./ui/volume-bar.ts";
import { Volume } from "./volume.ts";

export const PORTRAIT: Size = { width: 720, height: 1280 };

type Screen = { readonly kind: "home" } | { readonly kind: "recents" } | { readonly kind: "app"; readonly id: AppId };
/** Whom a finger speaks to, from down to up. */
type Finger = { readonly to: "app" | "navigation" | "frame"; x: number; y: number };

/** What the phone needs of the world around it. */
export interface PhoneSurroundings {
  readonly changed: () => void;
  readonly clipboardWritten: (text: string) => void;
  readonly noteOn: (voice: number, frequencyHz: number) => void;
  readonly noteOff: (voice: number) => void;
  /** How loud everything is from now on, 0 to 1. */
  readonly volumeChanged: (gain: number) => void;
  readonly hardware: BorrowedHardware;
  readonly files: Services["files"];
}

export interface PhoneStart {
  /** What is shown first; the home screen without it. */
  readonly startApp: AppId | undefined;
  /** What is shown ever: whatever leads elsewhere leads back to it. */
  readonly onlyApp: AppId | undefined;
}

/** The phone: which screen is shown, who gets the input, and what the whole picture looks like. */
export class Phone {
  readonly #home: App;
  readonly #recents: App;
  readonly #apps = new Map<AppId, App>();
  /** Opened apps, the latest first. */
  #opened: AppId[] = [];
  #screen: Screen = { kind: "home" };
  #landscape = false;
  #asleep = false;
  #showTouches = true;
  #clipboard = "";
  readonly #fingers = new Map<number, Finger>();
  readonly #navigation = new Presses<NavigationButton>();
  readonly #services: Services;
  readonly #volume: Volume;
  readonly #onlyApp: AppId | undefined;

  constructor(surroundings: PhoneSurroundings, { startApp, onlyApp }: PhoneStart) {
    this.#onlyApp = onlyApp;
    const open = (app: AppId) => this.open(app);
    this.#services = {
      changed: surroundings.changed,
      readClipboard: () => this.#clipboard,
      writeClipboard: (text) => {
        this.#clipboard = text;
        surroundings.clipboardWritten(text);
      },
      rotate: () => this.rotate(),
      showTouches: () => this.#showTouches,
      setShowTouches: (show) => {
        this.#showTouches = show;
      },
      noteOn: surroundings.noteOn,
      noteOff: surroundings.noteOff,
      hardware: surroundings.hardware,
      files: surroundings.files,
    };
    this.#volume = new Volume((gain) => {
      surroundings.volumeChanged(gain);
      surroundings.changed();
    });
    this.#home = createHome(this.#services, open);
    this.#recents = createRecents(this.#services, () => this.#opened, open);
    if (startApp === undefined) return;
    this.#screen = { kind: "app", id: startApp };
    this.#opened = [startApp];
    this.#app().shown?.();
  }

  get display(): Display {
    const { width, height } = PORTRAIT;
    if (!this.#landscape) return { width, height, rotation: 0, codec: "h264" };
    return { width: height, height: width, rotation: 90, codec: "h264" };
  }

  /** Pictures per second that the screen asks for by itself; 0 when it stands still. */
  frameRate(): number {
    if (this.#asleep) return 0;
    return Math.max(this.#app().frameRate?.() ?? 0, this.#volume.frameRate);
  }

  setClipboard(text: string): void {
    this.#clipboard = text;
  }

  input(input: InputBody): void {
    if (this.#asleep && input.kind !== "key") return;
    switch (input.kind) {
      case "touch":
        for (const pointer of input.pointers) this.#touch(pointer);
        return this.#services.changed();
      case "key":
        if (input.down) this.#key(input.keycode, input.meta);
        return;
      case "text":
        return this.#app().text?.(input.text);
      case "scroll":
        return this.#app().scroll?.(input.dx, input.dy);
      case "gamepad":
        // It has no feature for one, and no game.
        return;
      default:
        return unreachable(input);
    }
  }

  releaseAll(): void {
    if (this.#fingers.size === 0) return;
    for (const [id, { x, y }] of this.#fingers) this.#touchAt({ id, phase: "cancel", x, y, pressure: 0 });
    this.#services.changed();
  }

  /** `at`: the moment of drawing, in milliseconds of Unix time. */
  draw(canvas: Canvas2D, at: number): void {
    if (this.#asleep) {
      canvas.fillStyle = "#000000";
      return canvas.fillRect(0, 0, this.display.width, this.display.height);
    }
    const app = this.#app();
    const area = appArea(this.#frame());
    canvas.save();
    canvas.beginPath();
    canvas.rect(area.x, area.y, area.width, area.height);
    canvas.clip();
    canvas.translate(area.x, area.y);
    app.draw(canvas, area, at);
    canvas.restore();
    drawPhoneFrame(canvas, this.#frame(), at);
    if (this.#showTouches) {
      for (const { x, y } of this.#fingers.values()) drawTouchMark(canvas, x, y);
    }
    app.drawOver?.(canvas, at);
    const level = this.#volume.shownAt(at);
    if (level !== undefined) drawVolumeBar(canvas, this.display, level);
  }

  #app(): App {
    switch (this.#screen.kind) {
      case "home":
        return this.#home;
      case "recents":
        return this.#recents;
      case "app":
        return this.#openApp(this.#screen.id);
      default:
        return unreachable(this.#screen);
    }
  }

  #openApp(id: AppId): App {
    const app = this.#apps.get(id) ?? catalogEntry(id).create(this.#services);
    this.#apps.set(id, app);
    return app;
  }

  /** What is drawn around the app, and who draws it. */
  #frame(): PhoneFrame {
    const entry = this.#screen.kind === "app" ? catalogEntry(this.#screen.id) : undefined;
    return { size: this.display, entry, isPressed: (button) => this.#navigation.isPressed(button) };
  }

  #touch(pointer: Pointer): void {
    const { width, height } = this.display;
    this.#touchAt({ ...pointer, x: pointer.x * (width - 1), y: pointer.y * (height - 1) });
  }

  #touchAt(touch: Pointer): void {
    const finger = touch.phase === "down" ? this.#fingerDown(touch) : this.#fingers.get(touch.id);
    if (finger === undefined) return;
    finger.x = touch.x;
    finger.y = touch.y;
    if (touch.phase === "up" || touch.phase === "cancel") this.#fingers.delete(touch.id);
    const area = appArea(this.#frame());
    if (finger.to === "app") {
      this.#app().touch?.({ ...touch, x: touch.x - area.x, y: touch.y - area.y }, area);
    } else if (finger.to === "navigation") {
      const press = this.#navigation.touch(touch, (x, y) => navigationButtonAt(x, y, this.display));
      if (press.kind === "clicked") this.#navigate(press.target);
    }
  }

  #fingerDown({ id, x, y }: Pointer): Finger {
    const area = appArea(this.#frame());
    const navigation = navigationButtonAt(x, y, this.display) !== undefined;
    const inApp = y >= area.y && y < area.y + area.height;
    const finger: Finger = { to: navigation ? "navigation" : inApp ? "app" : "frame", x, y };
    this.#fingers.set(id, finger);
    return finger;
  }

  #key(keycode: number, meta: number): void {
    if (keycode === KEYCODE.power) this.setScreen(this.#asleep);
    else if (keycode === KEYCODE.wakeUp || keycode === KEYCODE.sleep) this.setScreen(keycode === KEYCODE.wakeUp);
    else if (this.#asleep) return;
    else if (keycode === KEYCODE.volumeUp) this.#volume.louder(unixMillis());
    else if (keycode === KEYCODE.volumeDown) this.#volume.quieter(unixMillis());
    else if (keycode === KEYCODE.home) this.#navigate("home");
    else if (keycode === KEYCODE.back || keycode === KEYCODE.escape) this.#navigate("back");
    else if (keycode === KEYCODE.recents) this.#navigate("recents");
    else this.#app().key?.({ keycode, meta });
  }

  #navigate(button: NavigationButton): void {
    if (button === "recents") this.#show(this.#screen.kind === "recents" ? { kind: "home" } : { kind: "recents" });
    else if (button === "home" || this.#app().back?.() !== true) this.#show({ kind: "home" });
  }

  open(app: AppId): void {
    this.#show({ kind: "app", id: app });
  }

  #show(wanted: Screen): void {
    const screen: Screen = this.#onlyApp === undefined ? wanted : { kind: "app", id: this.#onlyApp };
    this.releaseAll();
    if (!this.#asleep) this.#app().hidden?.();
    this.#screen = screen;
    if (screen.kind === "app") this.#opened = [screen.id, ...this.#opened.filter((id) => id !== screen.id)];
    if (!this.#asleep) this.#app().shown?.();
    this.#services.changed();
  }

  /** Asleep, it is black and hears keys alone; the app is hidden meanwhile, and lends nothing. */
  setScreen(on: boolean): void {
    if (on !== this.#asleep) return;
    this.releaseAll();
    if (!on) this.#app().hidden?.();
    this.#asleep = !on;
    if (on) this.#app().shown?.();
    this.#services.changed();
  }

  rotate(): void {
    this.releaseAll();
    this.#landscape = !this.#landscape;
    this.#services.changed();
  }
}
