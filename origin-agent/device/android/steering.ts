import { type InputBody, unreachable } from "#protocol";
import { Gamepads } from "./gamepads.ts";
import { PhysicalKeys, type Plugged } from "./physical-keys.ts";
import {
  ACTIONS,
  keyMessage,
  MAX_INJECTED_BYTES,
  type Place,
  rotateMessage,
  scrollMessage,
  setClipboardMessage,
  startAppMessage,
  textMessage,
  touchMessage,
} from "./scrcpy/control-message.ts";
import type { CodedSize } from "./scrcpy/framing.ts";

/** Where messages to the device go. */
export interface SteeringPorts {
  send(message: Uint8Array): void;
  /** @returns cancels it */
  after(delayMs: number, run: () => void): () => void;
  /** A keyboard can be plugged into the device. */
  readonly pluggable: boolean;
}

type Touch = Extract<InputBody, { kind: "touch" }>;

/** A message, and the acknowledgement without which nothing follows it. */
interface Outgoing {
  readonly message: Uint8Array;
  readonly paste?: bigint;
  /** Nothing that follows is heard before this time has passed. */
  readonly settleMs?: number;
  /** It is of a place on the picture. */
  readonly aimed?: boolean;
}

/** What the server types key by key. The rest has no key. */
const TYPED = /^[\x20-\x7e\n\t]*$/;
/** A key of its own, or as many characters as one message takes. */
const TYPED_PARTS = new RegExp(`[\\n\\t]|[^\\n\\t]{1,${MAX_INJECTED_BYTES}}`, "g");
const KEYCODE_OF: Readonly<Record<string, number>> = { "\n": 66, "\t": 61 };
/** Of Android's KeyEvent: each does one thing only, whatever the screen is doing. */
const SCREEN_KEYCODES = { on: 224, off: 223 } as const;
/** More than a person does while a server starts; what comes then is lost. */
const MAX_WAITING = 500;
/** A device that has not pasted by then does not say it. */
const PASTE_DEADLINE_MS = 1_000;
/** Android opens a new keyboard within some 100 ms; what it says before is lost. */
const PLUGGED_MS = 400;
/** Stands for what is waited for and never said. */
const NOT_SAID = -1n;

/** What a person does, as messages to a scrcpy server. What comes behind a text that is being pasted waits for it. */
export class Steering {
  readonly #ports: SteeringPorts;
  #size: CodedSize | undefined;
  readonly #held = new Set<number>();
  /** Fingers that were on the picture of this size, lifted ones too. */
  readonly #touched = new Set<number>();
  /** Keys that are down, and how often they repeated. */
  readonly #keys = new Map<number, number>();
  readonly #physical = new PhysicalKeys();
  readonly #gamepads = new Gamepads();
  #sequence = 0n;
  #ready = false;
  #pasting: bigint | undefined;
  #waiting: Outgoing[] = [];
  #cancelDeadline: (() => void) | undefined;

  constructor(ports: SteeringPorts) {
    this.#ports = ports;
  }

  /**
   * Pictures come in another size. A lift that was aimed at the size before may have been dropped by the device without a word: all
   * are lifted again.
   */
  resized(size: CodedSize): void {
    this.#size = size;
    for (const pointer of this.#touched) this.#held.add(pointer);
    this.#liftFingers();
  }

  /**
   * There is no server: what comes waits for the next, but for touches, which were aimed at the picture of this one, and for a plugged keyboard, which
   * is gone. Other keys are the device's own.
   */
  stopped(): void {
    this.#physical.unplugged();
    this.#gamepads.unplugged();
    this.#ready = false;
    this.#size = undefined;
    this.#held.clear();
    this.#touched.clear();
    this.#waiting = this.#waiting.filter(({ aimed }) => !aimed);
    this.#pasted();
  }

  /** There is one, and it takes messages. */
  ready(): void {
    this.#ready = true;
    this.#flush();
  }

  input(input: InputBody): void {
    switch (input.kind) {
      case "touch":
        return this.#touch(input);
      case "key":
        if (input.physical === true && this.#physicalKey(input.keycode, input.down, input.repeat)) return;
        return this.#key(input.down, input.repeat, input.keycode, input.meta);
      case "text":
        return this.#text(input.text);
      case "scroll": {
        const place = this.#place(input.x, input.y);
        if (place !== undefined) this.#send({ message: scrollMessage(place, input.dx, input.dy), aimed: true });
        return;
      }
      case "gamepad":
        if (this.#ports.pluggable) this.#sendPlugged(this.#gamepads.state(input.pad, input));
        return;
      default:
        return unreachable(input);
    }
  }

  releaseAll(): void {
    this.#liftFingers();
    this.#liftKeys();
  }

  setClipboard(text: string): void {
    this.#sequence += 1n;
    this.#send({ message: setClipboardMessage(this.#sequence, false, text) });
  }

  /** The name is one of the device's own list. */
  openApp(name: string): void {
    this.#send({ message: startAppMessage(name) });
  }

  rotate(): void {
    this.#send({ message: rotateMessage() });
  }

  setScreen(on: boolean): void {
    this.#press(on ? SCREEN_KEYCODES.on : SCREEN_KEYCODES.off);
  }

  /** The device has set its clipboard. */
  clipboardSet(sequence: bigint): void {
    if (sequence === this.#pasting) this.#pasted();
  }

  close(): void {
    this.#cancelDeadline?.();
    this.#waiting = [];
  }

  #touch({ pointers }: Touch): void {
    for (const { id, phase, x, y, pressure } of pointers) {
      const place = this.#place(x, y);
      if (place === undefined) return;
      if (phase === "down") {
        this.#held.add(id);
        this.#touched.add(id);
      } else if (!this.#held.has(id)) continue;
      this.#send({ message: touchMessage(ACTIONS[phase], id, place, phase === "up" ? 0 : pressure), aimed: true });
      if (phase === "cancel") this.#send({ message: touchMessage(ACTIONS.up, id, place, 0), aimed: true });
      if (phase === "up" || phase === "cancel") this.#held.delete(id);
    }
  }

  #key(down: boolean, repeat: boolean, keycode: number, meta: number): void {
    const count = down && repeat ? (this.#keys.get(keycode) ?? 0) + 1 : 0;
    if (down) this.#keys.set(keycode, count);
    else this.#keys.delete(keycode);
    this.#send({ message: keyMessage(down, keycode, count, meta) });
  }

  /** @returns false where it has to be any key: the device takes no keyboard, or keyboards have no such key */
  #physicalKey(keycode: number, down: boolean, repeat: boolean): boolean {
    if (!this.#ports.pluggable) return false;
    // Android repeats a key of a keyboard by itself.
    if (repeat) return true;
    const said = this.#physical.key(keycode, down);
    if (said === undefined) return false;
    this.#sendPlugged(said);
    return true;
  }

  #sendPlugged({ plugs, report }: Plugged): void {
    if (plugs !== undefined) this.#send({ message: plugs, settleMs: PLUGGED_MS });
    this.#send({ message: report });
  }

  #text(text: string): void {
    if (!TYPED.test(text)) return this.#paste(text);
    for (const part of text.match(TYPED_PARTS) ?? []) {
      const keycode = KEYCODE_OF[part];
      if (keycode === undefined) {
        this.#send({ message: textMessage(part) });
        continue;
      }
      this.#press(keycode);
    }
  }

  #press(keycode: number): void {
    for (const down of [true, false]) this.#send({ message: keyMessage(down, keycode, 0, 0) });
  }

  /** The text has to be in its field before the next key or touch gets there. */
  #paste(text: string): void {
    this.#sequence += 1n;
    this.#send({ message: setClipboardMessage(this.#sequence, true, text), paste: this.#sequence });
  }

  #place(x: number, y: number): Place | undefined {
    if (this.#size === undefined) return undefined;
    const { width, height } = this.#size;
    const pixel = (part: number, side: number) => Math.min(side - 1, Math.floor(part * side));
    return { x: pixel(x, width), y: pixel(y, height), width, height };
  }

  /** The gesture is cancelled, so that nothing is tapped; then the finger is lifted, or the server would go on counting it. */
  #liftFingers(): void {
    const place = this.#place(0, 0);
    if (place !== undefined) {
      for (const pointer of this.#held) {
        this.#send({ message: touchMessage(ACTIONS.cancel, pointer, place, 0), aimed: true });
        this.#send({ message: touchMessage(ACTIONS.up, pointer, place, 0), aimed: true });
      }
    }
    this.#held.clear();
    this.#touched.clear();
  }

  #liftKeys(): void {
    for (const keycode of this.#keys.keys()) this.#send({ message: keyMessage(false, keycode, 0, 0) });
    this.#keys.clear();
    const lifted = this.#physical.lift();
    if (lifted !== undefined) this.#send({ message: lifted });
    for (const message of this.#gamepads.lift()) this.#send({ message });
  }

  #send(message: Outgoing): void {
    if (this.#ready && this.#pasting === undefined) return this.#sendNow(message);
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(message);
  }

  #sendNow({ message, paste, settleMs }: Outgoing): void {
    this.#ports.send(message);
    if (paste === undefined && settleMs === undefined) return;
    this.#pasting = paste ?? NOT_SAID;
    this.#cancelDeadline = this.#ports.after(settleMs ?? PASTE_DEADLINE_MS, () => this.#pasted());
  }

  #pasted(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
    this.#pasting = undefined;
    this.#flush();
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) this.#send(message);
  }
}
