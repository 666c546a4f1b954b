import { BrokenPipe, type ByteStream, ExactReader } from "../byte-stream.ts";
import type { Android } from "../system/android.ts";
import { pressKey } from "../system/keys.ts";
import type { Screen } from "../system/screen.ts";
import { type ControlMessage, ControlProtocolError, type Position, readControlMessage } from "./control-message.ts";
import { clipboardMessage, clipboardTakenMessage, uhidOutputMessage } from "./device-messages.ts";
import type { ServerOptions } from "./options.ts";
import { startApp } from "./start-app.ts";
import { HidDevices } from "./uhid.ts";
import type { VideoStream } from "./video.ts";

export type Log = (level: "DEBUG" | "INFO" | "WARN" | "ERROR", text: string) => void;

interface ControllerOptions {
  readonly socket: ByteStream;
  readonly android: Android;
  readonly screen: Screen;
  readonly options: ServerOptions;
  readonly majorVersion: number;
  /** Undefined when the client wanted no video. */
  readonly video: VideoStream | undefined;
  readonly log: Log;
}

const ACTION = { down: 0, move: 2 } as const;
const BACK_KEY = 4;
const MOST_POINTERS = 10;
const COPY_KEY_NONE = 0;
/** What Android's virtual keyboard can compose: printable ASCII, alone or with one of five accents, and two letters more. */
const COMPOSABLE = /^(?:[\n\t\x20-\x7e][\u0300\u0301\u0302\u0303\u0308]?|ß|[cC]\u0327)$/u;

/** The server's side of the control socket, after Controller.java. */
export class Controller {
  readonly #given: ControllerOptions;
  readonly #hid = new HidDevices();
  /** Which finger is which, by the place in this list. */
  #pointers: (bigint | undefined)[] = [];

  constructor(given: ControllerOptions) {
    this.#given = given;
  }

  /** Settles when the client is gone, or broke the protocol. */
  async run(): Promise<void> {
    const { socket, android, options, majorVersion, log } = this.#given;
    const reader = new ExactReader(socket);
    const watcher = { clipboard: (text: string) => this.#send(clipboardMessage(text)) };
    if (options.clipboardAutosync) android.watchers.add(watcher);
    if (options.powerOn && !this.#given.screen.on) this.#given.screen.power(true);
    try {
      for (;;) this.#handle(await readControlMessage(reader, majorVersion));
    } catch (error) {
      if (error instanceof ControlProtocolError) log("ERROR", `Controller error: ${error.message}`);
      else if (!(error instanceof BrokenPipe)) throw error;
    } finally {
      android.watchers.delete(watcher);
    }
  }

  uhidOutput(id: number, data: Uint8Array): void {
    this.#send(uhidOutputMessage(id, data));
  }

  #handle(message: ControlMessage): void {
    const taken = this.#take(message);
    this.#given.android.record.add({ kind: "control", message, taken });
  }

  /** @returns false when Android drops it without a word */
  #take(message: ControlMessage): boolean {
    const { android, screen, video, options, log } = this.#given;
    switch (message.type) {
      case "keycode":
        pressKey(android, screen, message.action, message.keycode, message.meta);
        return true;
      case "text":
        this.#type(message.text);
        return true;
      case "touch":
        return this.#touch(message.action, message.pointerId, message.position);
      case "scroll":
        return this.#onScreen(message.position) !== undefined;
      case "back-or-screen-on":
        if (screen.on) pressKey(android, screen, message.action, BACK_KEY);
        else if (message.action === ACTION.down) screen.power(true);
        return true;
      case "get-clipboard":
        if (message.copyKey !== COPY_KEY_NONE || !options.clipboardAutosync) this.#tellClipboard();
        return true;
      case "set-clipboard":
        android.setClipboard(message.text, "client");
        log("INFO", "Device clipboard set");
        if (message.paste) android.type(message.text, "paste", screen);
        if (message.sequence !== 0n) this.#send(clipboardTakenMessage(message.sequence));
        return true;
      case "display-power":
        log("INFO", `Device display turned ${message.on ? "on" : "off"}`);
        return true;
      case "rotate-device":
        screen.rotate();
        return true;
      case "uhid-create":
        this.#hid.create(message.id, message.name, message.descriptor);
        return true;
      case "uhid-destroy":
        this.#hid.destroy(message.id);
        return true;
      case "uhid-input": {
        const { taken, output } = this.#hid.input(message.id, message.data);
        if (output !== undefined) this.uhidOutput(message.id, output);
        return taken;
      }
      case "start-app":
        return startApp(android, screen, message.name, log);
      case "reset-video":
        log("INFO", "Video capture reset");
        video?.reset("asked");
        return true;
      case "resize-display":
        return this.#resize(message.width, message.height);
      default:
        return true;
    }
  }

  #type(text: string): void {
    const { android, screen, log } = this.#given;
    let typed = "";
    for (const character of text) {
      if (COMPOSABLE.test(character.normalize("NFD"))) typed += character;
      else log("WARN", `Could not inject char u+${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
    }
    if (typed !== "") android.type(typed, "keys", screen);
  }

  #touch(action: number, pointerId: bigint, position: Position): boolean {
    const point = this.#onScreen(position);
    if (point === undefined) return false;
    const slot = this.#slotOf(pointerId);
    if (slot === undefined) return false;
    if (action === ACTION.down || action === ACTION.move) this.#given.screen.finger(slot, point.x, point.y);
    // Lifted, cancelled, or a mouse that only hovers.
    else this.#pointers[slot] = undefined;
    return true;
  }

  /** The first free place for a finger that is new; undefined when ten are down. */
  #slotOf(pointerId: bigint): number | undefined {
    const known = this.#pointers.indexOf(pointerId);
    if (known !== -1) return known;
    const free = this.#pointers.indexOf(undefined);
    const slot = free === -1 ? this.#pointers.length : free;
    if (slot >= MOST_POINTERS) return undefined;
    this.#pointers[slot] = pointerId;
    return slot;
  }

  /** Out of the picture's pixels into the display's; undefined when it was aimed at a picture of another size. */
  #onScreen({ x, y, width, height }: Position): { readonly x: number; readonly y: number } | undefined {
    const { video, screen } = this.#given;
    const aimed = video?.size ?? screen.size;
    if (aimed.width !== width || aimed.height !== height) return undefined;
    return { x: (x * screen.size.width) / width, y: (y * screen.size.height) / height };
  }

  /** What is selected is copied first, which here is whatever is in the clipboard. */
  #tellClipboard(): void {
    this.#send(clipboardMessage(this.#given.android.clipboard));
  }

  #resize(width: number, height: number): boolean {
    const { screen, options, video } = this.#given;
    if (options.newDisplay === undefined || width < 1 || height < 1) return false;
    screen.resize({ width, height });
    video?.reset("client-size");
    return true;
  }

  #send(message: Buffer): void {
    // A client that is gone is found out by the reader.
    void this.#given.socket.write(message).catch(() => {});
  }
}
