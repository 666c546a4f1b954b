import type { NearglassView } from "../element.ts";
import type { Session } from "../sdk/index.ts";
import type { EmbedEvents, FromFrame, Marked, Opening, ToFrame } from "./contract.ts";

export type { EmbedEvents, Opening } from "./contract.ts";

/** What the frame may use of the person's device, if the person agrees to it there. */
const ALLOW = [
  ...["camera", "microphone", "geolocation", "accelerometer", "gyroscope"],
  ...["clipboard-read", "clipboard-write", "fullscreen", "autoplay"],
].join("; ");

export interface MountOptions {
  /** Whose list of origins names this page; the deployment's own when left out. */
  readonly tenant?: string;
  /** Where the edge is. Default: where this script was loaded from. */
  readonly edge?: string | URL;
  /** The picture's name for those who hear the page. */
  readonly label?: string;
  /** Begin without sound. */
  readonly muted?: boolean;
}

/** A device in your page. Nothing is shown until `open`. */
export interface Embedded {
  /** The frame, or the element that was given. */
  readonly element: HTMLElement;
  /** Take a seat. What comes of it is told by `state`; one that is held already is left. */
  open(opening: Opening): void;
  /** Leave for good. */
  close(): void;
  /** Give the keyboard to the device. */
  focus(): void;
  mute(): void;
  unmute(): void;
  requestLease(): void;
  releaseLease(): void;
  press(button: "back" | "home" | "recents"): void;
  sendText(text: string): void;
  /** Call `listener` at every such event; returns what ends that. */
  on<Name extends keyof EmbedEvents>(name: Name, listener: (value: EmbedEvents[Name]) => void): () => void;
  /** Leave, and take everything out of the page again. */
  remove(): void;
}

/**
 * Put a device into a page of yours.
 * @param target a box, which gets a frame that fills it; or a `<nearglass-view>`, in a page that the edge serves itself
 * @throws TypeError for an `edge` that is no URL
 */
export function mount(target: HTMLElement, options: MountOptions = {}): Embedded {
  return isView(target) ? new InElement(target, options) : new InFrame(target, options);
}

function isView(target: HTMLElement): target is NearglassView {
  return target.localName === "nearglass-view" && "open" in target;
}

type Listener = (value: never) => void;

/** What both ways of showing a device have. */
abstract class Mounted implements Embedded {
  abstract readonly element: HTMLElement;
  readonly #listeners = new Map<keyof EmbedEvents, Set<Listener>>();
  abstract open(opening: Opening): void;
  abstract remove(): void;
  protected abstract tell(message: Exclude<ToFrame, { type: "open" }>): void;

  close(): void {
    this.tell({ type: "close" });
  }

  focus(): void {
    this.tell({ type: "focus" });
  }

  mute(): void {
    this.tell({ type: "mute" });
  }

  unmute(): void {
    this.tell({ type: "unmute" });
  }

  requestLease(): void {
    this.tell({ type: "lease", want: true });
  }

  releaseLease(): void {
    this.tell({ type: "lease", want: false });
  }

  press(button: "back" | "home" | "recents"): void {
    this.tell({ type: "press", button });
  }

  sendText(text: string): void {
    this.tell({ type: "text", text });
  }

  on<Name extends keyof EmbedEvents>(name: Name, listener: (value: EmbedEvents[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set<Listener>();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  protected emit<Name extends keyof EmbedEvents>(name: Name, value: EmbedEvents[Name]): void {
    // Safe: under a name only listeners that take its value are kept.
    for (const listener of this.#listeners.get(name) ?? []) (listener as (value: EmbedEvents[Name]) => void)(value);
  }
}

/** The frame is of the edge's origin: only it is told anything, and only it is heard. */
class InFrame extends Mounted {
  readonly element = document.createElement("iframe");
  readonly #edge: URL;
  readonly #options: MountOptions;
  readonly #gone = new AbortController();
  /** Kept until the frame says that it is ready. */
  #waiting: ToFrame[] | undefined = [];
  /** What is to be seen, for a frame that is loaded anew: it goes on with the seat that it held. */
  #shown: ToFrame | undefined;

  constructor(box: HTMLElement, options: MountOptions) {
    super();
    this.#options = options;
    this.#edge = new URL(options.edge ?? import.meta.url);
    const { tenant, label = "Remote device" } = options;
    const path = tenant === undefined ? "/embed" : `/embed/${encodeURIComponent(tenant)}`;
    const { element } = this;
    element.src = new URL(path, this.#edge).href;
    element.allow = ALLOW;
    element.title = label;
    element.referrerPolicy = "no-referrer";
    // By properties: a page's policy may forbid styles in attributes.
    Object.assign(element.style, { display: "block", width: "100%", height: "100%", border: "0" });
    addEventListener("message", (event) => this.#heard(event), { signal: this.#gone.signal });
    box.append(element);
  }

  open(opening: Opening): void {
    const { muted, label } = this.#options;
    const how = { ...(muted === undefined ? {} : { muted }), ...(label === undefined ? {} : { label }) };
    this.#shown = { type: "open", ...how, ...opening };
    this.#post(this.#shown);
  }

  remove(): void {
    this.close();
    this.#gone.abort();
    this.element.remove();
  }

  protected tell(message: ToFrame): void {
    if (message.type === "close") this.#shown = undefined;
    this.#post(message);
  }

  #post(message: ToFrame): void {
    if (this.#waiting !== undefined) {
      this.#waiting.push(message);
      return;
    }
    const marked: ToFrame & Marked = { nearglass: "embed.1", ...message };
    this.element.contentWindow?.postMessage(marked, this.#edge.origin);
  }

  #heard({ data, origin, source }: MessageEvent<unknown>): void {
    if (origin !== this.#edge.origin || source !== this.element.contentWindow || !isFromFrame(data)) return;
    if (data.type !== "ready") {
      this.emit(data.type, data.value);
      return;
    }
    const waiting = this.#waiting ?? (this.#shown === undefined ? [] : [this.#shown]);
    this.#waiting = undefined;
    for (const message of waiting) this.#post(message);
  }
}

/** What comes from the edge's own page is as this contract has it, or of a newer one. */
function isFromFrame(data: unknown): data is FromFrame {
  return typeof data === "object" && data !== null && "nearglass" in data && data.nearglass === "embed.1";
}

class InElement extends Mounted {
  readonly element: NearglassView;
  readonly #options: MountOptions;

  constructor(view: NearglassView, options: MountOptions) {
    super();
    this.element = view;
    this.#options = options;
  }

  open(opening: Opening): void {
    const { edge, muted, label } = this.#options;
    this.#follow(
      this.element.open({
        ...opening,
        ...(edge === undefined ? {} : { edge }),
        ...(muted === undefined ? {} : { muted }),
        ...(label === undefined ? {} : { label }),
      }),
    );
  }

  remove(): void {
    this.element.close();
    this.element.remove();
  }

  protected tell(message: Exclude<ToFrame, { type: "open" }>): void {
    const { session } = this.element;
    switch (message.type) {
      case "focus":
        return this.element.focus();
      case "lease":
        return message.want ? session?.requestLease() : session?.releaseLease();
      case "press":
        return session?.press(message.button);
      case "text":
        return session?.sendText(message.text);
      default:
        return session?.[message.type]();
    }
  }

  #follow(session: Session): void {
    session.on("state", (state) => {
      this.emit("state", state);
      if (state.name === "ended") this.emit("ended", { reason: state.reason });
    });
    session.on("welcome", ({ device, rights }) => this.emit("welcome", { device: device.name, rights }));
    session.on("lease", ({ mine, held }) => this.emit("lease", { mine, held }));
    session.on("rights", ({ rights }) => this.emit("rights", { rights }));
    session.on("ending", ({ reason, at }) => this.emit("ending", { reason, at }));
    session.on("refused", ({ what, reason }) => this.emit("refused", { what, reason }));
    session.on("sound", (sound) => this.emit("sound", sound));
    session.on("leave", () => this.emit("leave", undefined));
  }
}
