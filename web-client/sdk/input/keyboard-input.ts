import type { InputBody } from "#protocol";
import { judgeKey, judgePhysicalKey } from "./key-rules.ts";
import { KEYCODE, META } from "./keymap.ts";
import { splitText } from "./split-text.ts";

export interface KeyboardPort {
  /** Whether something may be typed now. */
  ready(): boolean;
  send(body: InputBody): void;
  /** False when the seat may not use the clipboard: a paste is typed then. */
  setClipboard(text: string): boolean;
  /** What an input method is composing now; empty when it has ended. */
  composing(text: string): void;
  /** The person wants to leave the picture for the page's own controls. */
  leave(): void;
}

/**
 * What stands in the text field before anything is typed. It gives a soft keyboard's backspace something to delete,
 * and being a line end it is no word that a keyboard would try to complete.
 */
const FILLER = "\n";
/** Soft keyboards and speech delete by word or line; each is one backspace with Ctrl for the device. */
const DELETES: Readonly<Record<string, number>> = {
  deleteContentBackward: 0,
  deleteWordBackward: META.ctrl,
  deleteSoftLineBackward: META.ctrl,
  deleteHardLineBackward: META.ctrl,
};

/** Keys, soft keyboards, input methods and paste, all through one unseen text field. */
export class KeyboardInput {
  readonly #field: HTMLTextAreaElement;
  readonly #port: KeyboardPort;
  /** What lifts the keys that are down, by their place on the keyboard. */
  readonly #held = new Map<string, InputBody>();
  #physical = false;
  #composing = false;

  constructor(field: HTMLTextAreaElement, port: KeyboardPort, signal: AbortSignal) {
    this.#field = field;
    this.#port = port;
    const options = { signal };
    field.addEventListener("keydown", (event) => this.#keyDown(event), options);
    field.addEventListener("keyup", (event) => this.#keyUp(event), options);
    field.addEventListener("input", (event) => this.#edited(event), options);
    field.addEventListener("compositionstart", () => (this.#composing = true), options);
    field.addEventListener("compositionupdate", ({ data }) => port.composing(data), options);
    field.addEventListener("compositionend", (event) => this.#composed(event), options);
    field.addEventListener("paste", (event) => this.#pasted(event), options);
    field.addEventListener("blur", () => this.releaseAll(), options);
    this.#reset();
  }

  /** Also opens a phone's soft keyboard, if called while an event of the person is handled. */
  focus(): void {
    this.#field.focus({ preventScroll: true });
  }

  /** Committed text of any script. Line ends stay in it: a key for each would be many messages. */
  type(text: string): void {
    if (text === "" || !this.#port.ready()) return;
    for (const part of splitText(text.replace(/\r\n?/g, "\n"))) this.#port.send({ kind: "text", text: part });
  }

  releaseAll(): void {
    for (const lift of this.#held.values()) this.#port.send(lift);
    this.#held.clear();
  }

  /** From now on keys go to the device by their place, and its layout says what they write; or again as text. */
  setPhysical(physical: boolean): void {
    this.releaseAll();
    this.#physical = physical;
  }

  forget(): void {
    this.#held.clear();
  }

  #keyDown(event: KeyboardEvent): void {
    const judge = this.#physical ? judgePhysicalKey : judgeKey;
    const verdict = judge(strokeOf(event));
    switch (verdict.type) {
      case "text":
      case "browser":
        return;
      case "leave":
        event.preventDefault();
        return this.#port.leave();
      case "key": {
        event.preventDefault();
        if (!this.#port.ready()) return;
        const { type: _, ...key } = verdict;
        // Windows makes AltGr of two keys, of which the first is none that was pressed.
        if (event.key === "AltGraph") this.#lift("ControlLeft");
        this.#port.send({ kind: "key", down: true, repeat: event.repeat, ...key });
        this.#held.set(event.code || event.key, { kind: "key", down: false, repeat: false, ...key, meta: 0 });
      }
    }
  }

  #keyUp(event: KeyboardEvent): void {
    // While Cmd is down, a Mac tells of no other key coming up.
    if (event.key === "Meta") return this.releaseAll();
    this.#lift(event.code || event.key);
  }

  #lift(place: string): void {
    const lift = this.#held.get(place);
    if (lift === undefined) return;
    this.#held.delete(place);
    this.#port.send(lift);
  }

  #edited(event: Event): void {
    if (this.#composing || !(event instanceof InputEvent)) return;
    const { inputType, data } = event;
    // What a composition leaves behind is sent when it ends; Safari tells of it twice.
    if (inputType === "insertFromComposition" || inputType === "insertCompositionText") return this.#reset();
    const deleted = DELETES[inputType];
    if (deleted !== undefined) {
      if (this.#port.ready()) this.#press(KEYCODE.backspace, deleted);
    } else if (inputType === "insertLineBreak" || inputType === "insertParagraph") {
      if (this.#port.ready()) this.#press(KEYCODE.enter, 0);
    } else {
      this.type(data ?? this.#field.value.slice(FILLER.length));
    }
    this.#reset();
  }

  #composed(event: CompositionEvent): void {
    this.#composing = false;
    this.#port.composing("");
    this.type(event.data);
    this.#reset();
  }

  /**
   * The device's clipboard first, then the key that makes an app take it; both go the same way, in order. What the
   * clipboard does not take is typed.
   */
  #pasted(event: ClipboardEvent): void {
    event.preventDefault();
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text === "" || !this.#port.ready()) return;
    if (this.#port.setClipboard(text)) this.#press(KEYCODE.v, META.ctrl);
    else this.type(text);
  }

  #press(keycode: number, meta: number): void {
    for (const down of [true, false]) this.#port.send({ kind: "key", down, repeat: false, keycode, meta });
  }

  #reset(): void {
    this.#field.value = FILLER;
    this.#field.setSelectionRange(FILLER.length, FILLER.length);
  }
}

/** W3C UI Events, legacy `keyCode` of a key that an input method takes. */
const COMPOSING_KEYCODE = 229;
const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

function strokeOf(event: KeyboardEvent) {
  const { code, key, shiftKey: shift, ctrlKey: ctrl, altKey: alt, metaKey: meta } = event;
  // The key that ends a composition comes after its end in Safari, and only this old number tells it from a key.
  const isComposing = event.isComposing || event.keyCode === COMPOSING_KEYCODE;
  const option = isApple && alt && !ctrl && !meta;
  return { code, key, shift, ctrl, alt, meta, isComposing, altGraph: option || event.getModifierState("AltGraph") };
}
