import {
  type HardwareKind,
  type HardwareWant,
  type ToViewerMessage,
  unreachable,
  type ViewerMessage,
  writeFrame,
} from "#protocol";
import { openCamera } from "./camera.ts";
import { openLocation } from "./location.ts";
import { openMicrophone } from "./microphone.ts";
import { openMotion } from "./motion.ts";
import { type EncodedFrame, failureOf, type OpenFailure, type Source, type SourcePort } from "./source.ts";

/** What the device wants to borrow of this person, or has borrowed. */
export interface HardwareLoan {
  readonly kind: HardwareKind;
  /** The app on the device that wants it, in its own words. */
  readonly purpose: string;
  readonly want: HardwareWant;
  /**
   * `asked`: the person is to be asked. `opening`: the browser asks, or opens it. `lent`: live. `paused`: it was lent
   * when the page was hidden, and goes on if the person allows it again.
   */
  readonly state: "asked" | "opening" | "lent" | "paused";
}

export interface LendingPort {
  tell(message: ViewerMessage): void;
  send(message: ArrayBuffer): void;
  /** Bytes that wait in the socket. */
  buffered(): number;
  toSessionMicros(localMicros: number): number | undefined;
  asked(loan: HardwareLoan): void;
  changed(): void;
  failed(kind: HardwareKind, why: OpenFailure): void;
}

/** What the person allowed, and no more than that. */
interface Allowed {
  readonly purpose: string;
  readonly want: HardwareWant;
  readonly state: "lent" | "paused";
}

interface Entry {
  readonly purpose: string;
  readonly want: HardwareWant;
  state: HardwareLoan["state"];
  source: Source | undefined;
  /** Of the opening under way, and of what it opened. */
  over: AbortController;
}

/** Frames are made only while so little waits: about half a second of a camera at 500 kbit/s. */
const MAX_BUFFERED_BYTES = 32 * 1024;

/** What this page lends to the device (docs/protocol.md, B): never without the person, never while the page is hidden. */
export class Lending {
  readonly #port: LendingPort;
  readonly #entries = new Map<HardwareKind, Entry>();
  /** What stood when the connection was lost: asked for again, it goes on as it was. */
  readonly #before = new Map<HardwareKind, Allowed>();
  readonly #sequences = { camera: 0, microphone: 0 };
  readonly #closed = new AbortController();

  constructor(port: LendingPort) {
    this.#port = port;
    const { signal } = this.#closed;
    document.addEventListener("visibilitychange", () => document.hidden && this.#pause(), { signal });
    // A page may be frozen, or put away, without being hidden first.
    document.addEventListener("freeze", () => this.#pause(), { signal });
    addEventListener("pagehide", () => this.#pause(), { signal });
  }

  get loans(): readonly HardwareLoan[] {
    return [...this.#entries].map(([kind, { purpose, want, state }]) => ({ kind, purpose, want, state }));
  }

  /** The device asks, for the first time or for another measure, or the edge does after a reconnect. */
  asked({ purpose, want }: Extract<ToViewerMessage, { type: "hardware-ask" }>): void {
    const { kind } = want;
    const live = this.#entries.get(kind);
    const allowed = live === undefined ? this.#before.get(kind) : allowedOf(live);
    this.#before.delete(kind);
    if (live !== undefined) shut(live);
    const isSame = allowed?.purpose === purpose && JSON.stringify(allowed.want) === JSON.stringify(want);
    const known = isSame ? allowed.state : "asked";
    const entry: Entry = {
      purpose,
      want,
      state: known === "lent" ? "paused" : known,
      source: undefined,
      over: new AbortController(),
    };
    this.#entries.set(kind, entry);
    if (known === "lent" && !document.hidden) void this.#open(kind, entry);
    if (known === "asked") this.#port.asked({ kind, purpose, want, state: "asked" });
    this.#port.changed();
  }

  /** It is not wanted any more, or not of this seat. */
  done(kind: HardwareKind): void {
    if (this.#remove(kind)) this.#port.changed();
  }

  /** The person allows it. Called within a gesture, which browsers want to see. */
  allow(kind: HardwareKind): Promise<boolean> {
    const entry = this.#entries.get(kind);
    if (entry === undefined || entry.state === "opening") return Promise.resolve(false);
    return entry.state === "lent" ? Promise.resolve(true) : this.#open(kind, entry);
  }

  refuse(kind: HardwareKind): void {
    if (!this.#remove(kind)) return;
    this.#port.tell({ type: "hardware-answer", kind, answer: "denied" });
    this.#port.changed();
  }

  stopAll(): void {
    for (const [kind, { state }] of [...this.#entries]) {
      if (state === "asked") continue;
      this.#remove(kind);
      // Of one that was paused the device knows already.
      if (state !== "paused") this.#port.tell({ type: "hardware-answer", kind, answer: "ended" });
    }
    this.#port.changed();
  }

  /** Nothing can be lent without a connection; the edge asks again what still stands. */
  disconnected(): void {
    for (const [kind, entry] of this.#entries) {
      const allowed = allowedOf(entry);
      if (allowed !== undefined) this.#before.set(kind, allowed);
    }
    for (const kind of [...this.#entries.keys()]) this.#remove(kind);
    this.#port.changed();
  }

  close(): void {
    this.#closed.abort();
    for (const kind of [...this.#entries.keys()]) this.#remove(kind);
    this.#before.clear();
  }

  #pause(): void {
    for (const [kind, entry] of this.#entries) {
      if (entry.state !== "lent" && entry.state !== "opening") continue;
      shut(entry);
      entry.state = "paused";
      this.#port.tell({ type: "hardware-answer", kind, answer: "ended" });
    }
    this.#port.changed();
  }

  async #open(kind: HardwareKind, entry: Entry): Promise<boolean> {
    entry.state = "opening";
    entry.over = new AbortController();
    const { signal } = entry.over;
    const opening = openSource(entry.want, this.#sourcePort(kind, entry, signal));
    this.#port.changed();
    try {
      const source = await opening;
      if (signal.aborted) {
        source.stop();
        return false;
      }
      entry.source = source;
      entry.state = "lent";
      const codec = source.codec === undefined ? {} : { codec: source.codec };
      this.#port.tell({ type: "hardware-answer", kind, answer: "granted", ...codec });
      source.start();
      this.#port.changed();
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      this.refuse(kind);
      this.#port.failed(kind, failureOf(error));
      return false;
    }
  }

  #sourcePort(kind: HardwareKind, entry: Entry, over: AbortSignal): SourcePort {
    const isLive = () => !over.aborted && entry.state === "lent";
    return {
      sample: (sample) => isLive() && this.#port.tell(sample),
      frame: (frameKind, frame) => isLive() && this.#sendFrame(frameKind, frame),
      hasRoom: () => this.#port.buffered() <= MAX_BUFFERED_BYTES,
      ended: () => {
        if (!isLive()) return;
        this.#remove(kind);
        this.#port.tell({ type: "hardware-answer", kind, answer: "ended" });
        this.#port.changed();
      },
      over,
      toSessionMicros: (local) => this.#toSession(local),
    };
  }

  #sendFrame(kind: "camera" | "microphone", { keyframe, capturedAtMicros, data }: EncodedFrame): void {
    const sequence = this.#sequences[kind];
    this.#sequences[kind] += 1;
    const at = this.#toSession(capturedAtMicros);
    const header = { kind, keyframe, config: kind === "camera" && keyframe, epoch: 0, sequence, capturedAtMicros: at };
    this.#port.send(writeFrame(header, data));
  }

  /** Before the clocks are compared they are taken for equal. */
  #toSession(localMicros: number): number {
    return this.#port.toSessionMicros(localMicros) ?? Math.max(0, Math.round(localMicros));
  }

  #remove(kind: HardwareKind): boolean {
    const entry = this.#entries.get(kind);
    if (entry !== undefined) shut(entry);
    return this.#entries.delete(kind);
  }
}

function allowedOf({ purpose, want, state }: Entry): Allowed | undefined {
  if (state === "asked") return undefined;
  return { purpose, want, state: state === "paused" ? "paused" : "lent" };
}

function shut(entry: Entry): void {
  entry.over.abort();
  entry.source?.stop();
  entry.source = undefined;
}

function openSource(want: HardwareWant, port: SourcePort): Promise<Source> {
  switch (want.kind) {
    case "location":
      return openLocation(want, port);
    case "motion":
      return openMotion(want, port);
    case "camera":
      return openCamera(want, port);
    case "microphone":
      return openMicrophone(port);
    default:
      return unreachable(want);
  }
}
