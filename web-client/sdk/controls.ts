import type { Right, ToViewerMessage } from "#protocol";
import { CompositionNote } from "./input/composition-note.ts";
import { GamepadInput } from "./input/gamepad-input.ts";
import { createKeyboardField } from "./input/keyboard-field.ts";
import { KeyboardInput } from "./input/keyboard-input.ts";
import { KEYCODE } from "./input/keymap.ts";
import { PointerInput } from "./input/pointer-input.ts";
import { Steering, type SteeringPort } from "./input/steering.ts";
import type { PaintedPicture } from "./video/messages.ts";

/** The buttons that a phone has beside its picture, and at its side. */
export type DeviceButton = "back" | "home" | "recents" | "volume-up" | "volume-down" | "power";

export interface ControlsPort extends Pick<SteeringPort, "send" | "askForLease" | "notPermitted"> {
  /** Send to the device's clipboard; false when the seat may not. */
  setClipboard(text: string): boolean;
  leave(): void;
  /** The device takes gamepads. */
  takesGamepads(): boolean;
}

/** Everything a person does with the device: pointer, keys, text and buttons, under the lease. */
export class Controls {
  readonly #steering: Steering;
  readonly #pointer: PointerInput;
  readonly #keyboard: KeyboardInput;
  readonly #gamepads: GamepadInput;
  readonly #surface: HTMLElement;
  readonly #field: HTMLTextAreaElement;
  readonly #note = new CompositionNote();
  readonly #ended = new AbortController();
  #picture: PaintedPicture | undefined;

  /** @param surface shows the picture, whole and centred (`object-fit: contain`) */
  constructor(surface: HTMLElement, label: string, port: ControlsPort) {
    const { signal } = this.#ended;
    this.#steering = new Steering({ ...port, forgetHeld: () => this.#forgetHeld() });
    this.#surface = surface;
    this.#field = createKeyboardField(label);
    if (surface.parentNode !== null) surface.after(this.#field, this.#note.element);
    this.#keyboard = new KeyboardInput(
      this.#field,
      {
        ready: () => this.#steering.ready("keyboard", performance.now()),
        send: (body) => this.#steering.send(body),
        setClipboard: (text) => port.setClipboard(text),
        composing: (text) => this.#note.show(text),
        leave: () => port.leave(),
      },
      signal,
    );
    this.#pointer = new PointerInput(
      surface,
      {
        ready: () => this.#steering.ready("touch", performance.now()),
        send: (body) => this.#steering.send(body),
        picture: () => this.#picture,
        back: () => this.press("back"),
        wantsKeyboard: () => this.focus(),
      },
      signal,
    );
    this.#gamepads = new GamepadInput(
      {
        takes: () => port.takesGamepads(),
        ready: () => this.#steering.ready("touch", performance.now()),
        send: (body) => this.#steering.send(body),
      },
      signal,
    );
    addEventListener("blur", () => this.releaseAll(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.releaseAll(), {
      signal,
    });
  }

  get lease() {
    return this.#steering.lease;
  }

  get rights(): readonly Right[] {
    return this.#steering.rights;
  }

  welcomed(message: Extract<ToViewerMessage, { type: "welcome" }>): void {
    this.#steering.welcomed(message.rights, message.lease, message.appliedInput);
    this.#gamepads.watch();
  }

  /** What the seat may do has changed while it is connected. */
  permitted(rights: readonly Right[]): void {
    this.#steering.permitted(rights);
  }

  leaseChanged(lease: Steering["lease"]): void {
    this.#steering.leaseChanged(lease);
  }

  applied(lease: number, sequence: number): void {
    this.#steering.applied(lease, sequence);
  }

  painted(picture: PaintedPicture): void {
    this.#picture = picture;
    this.#steering.showing(picture.epoch);
  }

  /** The edge lifts what is held; the releases wait for the next connection, after presses that wait as well. */
  disconnected(): void {
    this.#steering.disconnected();
    this.releaseAll();
  }

  press(button: DeviceButton): void {
    if (!this.#steering.ready("keyboard", performance.now())) return;
    for (const down of [true, false]) {
      this.#steering.send({ kind: "key", down, repeat: false, keycode: KEYCODE[button], meta: 0 });
    }
  }

  setPhysicalKeyboard(on: boolean): void {
    this.#keyboard.setPhysical(on);
  }

  sendText(text: string): void {
    this.#keyboard.type(text);
  }

  /** Also opens a phone's soft keyboard, within an event of the person. */
  focus(): void {
    if (!this.#field.isConnected) this.#surface.after(this.#field, this.#note.element);
    this.#keyboard.focus();
  }

  releaseAll(): void {
    this.#pointer.releaseAll();
    this.#keyboard.releaseAll();
    this.#gamepads.releaseAll();
  }

  close(): void {
    this.releaseAll();
    this.#ended.abort();
    this.#field.remove();
    this.#note.element.remove();
  }

  #forgetHeld(): void {
    this.#pointer.forget();
    this.#keyboard.forget();
    this.#gamepads.forget();
  }
}
