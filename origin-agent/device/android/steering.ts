import { type InputBody, unreachable } from "#protocol";
import {
  ACTIONS,
  keyMessage,
  MAX_INJECTED_BYTES,
  type Place,
  scrollMessage,
  setClipboardMessage,
  textMessage,
  touchMessage,
} from "./scrcpy/control-message.ts";
import type { CodedSize } from "./scrcpy/framing.ts";

/** Where messages to the device go. */
export interface SteeringPorts {
  send(message: Uint8Array): void;
  /** @returns cancels it */
  after(delayMs: number, run: () => void): () => void;
}

type Touch = Extract<InputBody, { kind: "touch" }>;

/** A message, and the acknowledgement without which nothing follows it. */
interface Outgoing {
  readonly message: Uint8Array;
  readonly paste: bigint | undefined;
}

/** What the server types key by key. The rest has no key. */
const TYPED = /^[\x20-\x7e\n\t]*$/;
/** A key of its own, or as many characters as one message takes. */
const TYPED_PARTS = new RegExp(`[\\n\\t]|[^\\n\\t]{1,${MAX_INJECTED_BYTES}}`, "g");
const KEYCODE_OF: Readonly<Record<string, number>> = { "\n": 66, "\t": 61 };
/** A device that has not pasted by then does not say it. */
const PASTE_DEADLINE_MS = 1_000;

/** What a person does, as messages to a scrcpy server. What comes behind a text that is being pasted waits for it. */
export class Steering {
  readonly #ports: SteeringPorts;
  #size: CodedSize | undefined;
  readonly #held = new Set<number>();
  /** Fingers that were on the picture of this size, lifted ones too. */
  readonly #touched = new Set<number>();
  /** Keys that are down, and how often they repeated. */
  readonly #keys = new Map<number, number>();
  #sequence = 0n;
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

  /** Another server is started, which knows of no finger, and where nothing is being pasted. Keys are the device's own. */
  restarted(): void {
    this.#held.clear();
    this.#touched.clear();
    this.#size = undefined;
    this.#pasted();
  }

  input(input: InputBody): void {
    switch (input.kind) {
      case "touch":
        return this.#touch(input);
      case "key":
        return this.#key(input.down, input.repeat, input.keycode, input.meta);
      case "text":
        return this.#text(input.text);
      case "scroll": {
        const place = this.#place(input.x, input.y);
        if (place !== undefined) this.#send(scrollMessage(place, input.dx, input.dy));
        return;
      }
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
    this.#send(setClipboardMessage(this.#sequence, false, text));
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
      this.#send(touchMessage(ACTIONS[phase], id, place, phase === "up" ? 0 : pressure));
      if (phase === "cancel") this.#send(touchMessage(ACTIONS.up, id, place, 0));
      if (phase === "up" || phase === "cancel") this.#held.delete(id);
    }
  }

  #key(down: boolean, repeat: boolean, keycode: number, meta: number): void {
    const count = down && repeat ? (this.#keys.get(keycode) ?? 0) + 1 : 0;
    if (down) this.#keys.set(keycode, count);
    else this.#keys.delete(keycode);
    this.#send(keyMessage(down, keycode, count, meta));
  }

  #text(text: string): void {
    if (!TYPED.test(text)) return this.#paste(text);
    for (const part of text.match(TYPED_PARTS) ?? []) {
      const keycode = KEYCODE_OF[part];
      if (keycode === undefined) {
        this.#send(textMessage(part));
        continue;
      }
      this.#send(keyMessage(true, keycode, 0, 0));
      this.#send(keyMessage(false, keycode, 0, 0));
    }
  }

  /** The text has to be in its field before the next key or touch gets there. */
  #paste(text: string): void {
    this.#sequence += 1n;
    this.#send(setClipboardMessage(this.#sequence, true, text), this.#sequence);
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
        this.#send(touchMessage(ACTIONS.cancel, pointer, place, 0));
        this.#send(touchMessage(ACTIONS.up, pointer, place, 0));
      }
    }
    this.#held.clear();
    this.#touched.clear();
  }

  #liftKeys(): void {
    for (const keycode of this.#keys.keys()) this.#send(keyMessage(false, keycode, 0, 0));
    this.#keys.clear();
  }

  #send(message: Uint8Array, paste?: bigint): void {
    if (this.#pasting !== undefined) {
      this.#waiting.push({ message, paste });
      return;
    }
    this.#ports.send(message);
    if (paste === undefined) return;
    this.#pasting = paste;
    this.#cancelDeadline = this.#ports.after(PASTE_DEADLINE_MS, () => this.#pasted());
  }

  #pasted(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = undefined;
    this.#pasting = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { message, paste } of waiting) this.#send(message, paste);
  }
}
