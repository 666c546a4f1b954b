import type { Attachment, MirrorState } from "../mirror-link/contract.ts";
import { type DownRecord, down, Link, type UpRecord, WaitingRecords } from "../mirror-link/index.ts";
import type { Shown } from "../relay/index.ts";
import type { LiveMirror } from "./live-mirror.ts";
import type { SeatSockets } from "./seat-sockets.ts";
import type { MirrorIdentity, MirrorStore } from "./store.ts";

/** Moves that go ahead with one opening, a second's worth: more would use up what the home takes of a seat at once (I-6). */
const MAX_OPENING_MOVES = 60;
/** Of lent frames: the keyframe that a camera began with, and what follows it in a moment. */
const MAX_OPENING_LENT_BYTES = 256 * 1024;
const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 5_000;

type HomeLink = Link<DownRecord, UpRecord>;

/** A link on its way to the home. What is written on it goes along with the call: the answer is not waited for. */
interface Opening {
  readonly link: HomeLink;
  /** It follows one that was lost: the home says its state anew (G-6). */
  readonly cut: boolean;
  moves: number;
  lentBytes: number;
}

/** What the connection cannot do alone. */
export interface ConnectionHost {
  readonly store: Pick<MirrorStore, "load" | "noteShown">;
  home(session: string): { attach(mirror: MirrorState, up: ReadableStream<Uint8Array>): Promise<Attachment> };
  background(work: Promise<void>): void;
  /** Something happened that may change when the object must wake, or whom it serves. */
  happened(): void;
  /** The home says that the session has ended, or never was. */
  sessionOver(): Promise<void>;
}

/**
 * The mirror's way to its home: opened when there is something to say, or when the home calls; ended when the home
 * wants to rest or nobody is left; opened anew, after a wait, when it was cut.
 */
export class HomeConnection {
  readonly #sockets: SeatSockets;
  readonly #live: LiveMirror;
  readonly #host: ConnectionHost;
  #link: HomeLink | undefined;
  #opening: Opening | undefined;
  /** Something on its way to or from the home was lost. */
  #wasCut = false;
  #tries = 0;
  #retryAt: number | undefined;
  /** Said since there is no link, until the home has one: an opening that fails has lost what was written on it. */
  readonly #waiting = new WaitingRecords<UpRecord>();

  constructor(sockets: SeatSockets, live: LiveMirror, host: ConnectionHost) {
    this.#sockets = sockets;
    this.#live = live;
    this.#host = host;
  }

  /** When a link that was lost is to be opened again, Unix milliseconds. */
  get dueAt(): number | undefined {
    return this.#retryAt;
  }

  due(at: number): void {
    if (this.#retryAt !== undefined && at >= this.#retryAt) this.attach();
  }

  /**
   * Anything to say opens the link, but what every opening tells by itself.
   * @param droppable an input of moves alone: a later one says more
   */
  say(record: UpRecord, droppable = false): void {
    if (this.#link !== undefined) return this.#link.send(record);
    switch (record.kind) {
      case "ack":
      case "wish-keyframe":
      case "rate":
        return;
      case "connected":
      case "left":
        // Who sits here is told with the call; it may have changed since.
        this.#opening?.link.send(record);
        break;
      case "input":
        this.#steer(record, droppable);
        break;
      case "lent":
        this.attach();
        return this.#lend(record);
      default:
        this.#keep(record);
    }
    this.attach();
  }

  /** Open the link, unless it is open or being opened. */
  attach(): void {
    this.#retryAt = undefined;
    if (this.#link !== undefined || this.#opening !== undefined) return;
    const identity = this.#host.store.load();
    if (identity === undefined) return;
    const opening = { link: new Link<DownRecord, UpRecord>(), cut: this.#wasCut, moves: 0, lentBytes: 0 };
    this.#opening = opening;
    this.#host.background(this.#open(opening, identity));
  }

  /** Nobody is here any more: the home has been told. */
  leave(): void {
    this.#finish();
  }

  /** Forget the home. Whoever connects from now on asks it anew. */
  end(): void {
    this.#link?.cut();
    this.#opening?.link.cut();
    this.#link = undefined;
    this.#opening = undefined;
    this.#retryAt = undefined;
    this.#tries = 0;
    this.#wasCut = false;
    this.#waiting.clear();
    this.#live.detached(Date.now());
  }

  /**
   * After a cut its viewers are told their lease anew, and send again what was not applied: an input that went ahead of
   * that would have those before it taken for applied (I-5).
   */
  #steer(record: UpRecord, droppable: boolean): void {
    if (this.#opening?.cut ?? this.#wasCut) return;
    if (!droppable) return this.#keep(record);
    if (this.#opening === undefined || this.#opening.moves >= MAX_OPENING_MOVES) return;
    this.#opening.moves += 1;
    this.#opening.link.send(record);
  }

  /** A picture that did not go along is a gap, which the agent knows how to close (B-6). */
  #lend(record: Extract<UpRecord, { kind: "lent" }>): void {
    if (this.#opening === undefined) return;
    this.#opening.lentBytes += record.message.byteLength;
    if (this.#opening.lentBytes <= MAX_OPENING_LENT_BYTES) this.#opening.link.send(record);
  }

  #keep(record: UpRecord): void {
    this.#opening?.link.send(record);
    if (!this.#waiting.add(record)) this.#wasCut = true;
  }

  async #open(opening: Opening, { session, mirror, shown }: MirrorIdentity): Promise<void> {
    const { link } = opening;
    for (const record of this.#waiting.all()) link.send(record);
    const answer = await this.#call(session, mirror, this.#live.hasSlept ? shown : this.#live.shown, opening);
    if (this.#opening !== opening) return link.cut();
    this.#opening = undefined;
    if (answer === undefined) {
      link.cut();
      return this.#retryLater();
    }
    if (!answer.attached) return await this.#host.sessionOver();
    this.#link = link;
    this.#wasCut = false;
    this.#tries = 0;
    this.#waiting.clear();
    this.#live.attached(session, answer.device, shown, Date.now());
    const events = {
      received: (records: readonly DownRecord[]) => this.#received(link, records),
      ended: () => this.#ended(link),
    };
    const reading = link.read(answer.down, down, events);
    this.#host.happened();
    await reading;
  }

  /** Undefined when the home could not be reached. */
  async #call(
    session: string,
    mirror: string,
    shown: Shown | undefined,
    { link, cut }: Opening,
  ): Promise<Attachment | undefined> {
    const sockets = [...this.#sockets.all()].map(({ memory: { seat, connection, welcomed } }) => {
      return { seat, connection, welcomed: welcomed !== undefined };
    });
    const { hasPicture } = this.#live;
    const video = shown === undefined ? {} : { video: shown.video };
    const state = { mirror, cut, ...video, hasPicture, sockets };
    try {
      return await this.#host.home(session).attach(state, link.outgoing);
    } catch {
      return undefined;
    }
  }

  #received(link: HomeLink, records: readonly DownRecord[]): void {
    if (this.#link !== link) return;
    this.#live.fromHome(records, Date.now());
    if (records.some(({ kind }) => kind === "rest")) this.#rest();
    // Not for frames alone: setting an alarm is a write.
    if (records.some(({ kind }) => kind !== "frame")) this.#host.happened();
  }

  /** The home sends nothing more on this link; both may sleep. */
  #rest(): void {
    this.#live.resting();
    this.#host.store.noteShown(this.#live.shown);
    this.#finish();
  }

  #finish(): void {
    this.#link?.finish();
    this.#link = undefined;
    this.#live.detached(Date.now());
  }

  #ended(link: HomeLink): void {
    if (this.#link !== link) return;
    link.cut();
    this.#link = undefined;
    this.#wasCut = true;
    this.#live.detached(Date.now());
    this.#retryLater();
  }

  #retryLater(): void {
    const ceiling = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** this.#tries);
    this.#tries += 1;
    this.#retryAt = Date.now() + ceiling * Math.random();
    this.#host.happened();
  }
}
