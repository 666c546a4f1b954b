import type { Attachment, MirrorState } from "../mirror-link/contract.ts";
import { type DownRecord, down, Link, type UpRecord } from "../mirror-link/index.ts";
import type { Shown } from "../relay/index.ts";
import type { LiveMirror } from "./live-mirror.ts";
import type { SeatSockets } from "./seat-sockets.ts";
import type { MirrorIdentity, MirrorStore } from "./store.ts";

/** Said while the link is being opened: what 50 seats may say in a moment. Over it a seat's words are a flood. */
const MAX_WAITING_RECORDS = 1_000;
/** Of lent frames meanwhile: the keyframe that a camera began with, and what follows it in a moment. */
const MAX_WAITING_LENT_BYTES = 256 * 1024;
const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 5_000;

type HomeLink = Link<DownRecord, UpRecord>;

/** What the connection cannot do alone. */
export interface ConnectionHost {
  readonly store: MirrorStore;
  home(session: string): { attach(mirror: MirrorState, up: ReadableStream<Uint8Array>): Promise<Attachment> };
  background(work: Promise<void>): void;
  /** Ring the object's alarm then, Unix milliseconds. */
  wakeAt(at: number): void;
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
  #isAttaching = false;
  /** Whether the last link was lost. */
  #wasCut = false;
  #isOver = false;
  #tries = 0;
  /** Said while there is no link; anything to say tries for one at once. */
  #waiting: UpRecord[] = [];
  #waitingLentBytes = 0;

  constructor(sockets: SeatSockets, live: LiveMirror, host: ConnectionHost) {
    this.#sockets = sockets;
    this.#live = live;
    this.#host = host;
  }

  say(record: UpRecord): void {
    if (this.#link !== undefined) return this.#link.send(record);
    if (record.kind === "ack" || record.kind === "wish-keyframe") return;
    // Who sits here is told in the opening itself.
    const isTold = !this.#isAttaching && (record.kind === "connected" || record.kind === "left");
    if (!isTold && this.#mayWait(record)) this.#waiting.push(record);
    this.attach();
  }

  #mayWait(record: UpRecord): boolean {
    if (this.#waiting.length >= MAX_WAITING_RECORDS) return false;
    if (record.kind !== "lent") return true;
    if (this.#waitingLentBytes + record.message.byteLength > MAX_WAITING_LENT_BYTES) return false;
    this.#waitingLentBytes += record.message.byteLength;
    return true;
  }

  /** Open the link, unless it is open or being opened. */
  attach(): void {
    if (this.#link !== undefined || this.#isAttaching || this.#isOver) return;
    const identity = this.#host.store.load();
    if (identity === undefined) return;
    this.#isAttaching = true;
    this.#host.background(this.#open(identity));
  }

  /** The home is told, and the link ended; later the mirror forgets itself. */
  nobodyLeft(forgetAt: number): void {
    this.#finish();
    this.#host.wakeAt(forgetAt);
  }

  end(): void {
    this.#isOver = true;
    this.#link?.cut();
    this.#link = undefined;
  }

  async #open({ session, mirror, shown }: MirrorIdentity): Promise<void> {
    const link: HomeLink = new Link();
    const answer = await this.#call(session, mirror, this.#live.hasSlept ? shown : this.#live.shown, link);
    this.#isAttaching = false;
    if (this.#isOver) return link.cut();
    if (answer === undefined) {
      link.cut();
      return this.#retryLater();
    }
    if (!answer.attached) return await this.#host.sessionOver();
    this.#link = link;
    this.#wasCut = false;
    this.#tries = 0;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingLentBytes = 0;
    for (const record of waiting) link.send(record);
    this.#live.attached(session, answer.device, shown, Date.now());
    const events = {
      received: (records: readonly DownRecord[]) => this.#received(link, records),
      ended: () => this.#ended(link),
    };
    const reading = link.read(answer.down, down, events);
    if (this.#sockets.size === 0) this.#finish();
    await reading;
  }

  /** Undefined when the home could not be reached. */
  async #call(
    session: string,
    mirror: string,
    shown: Shown | undefined,
    link: HomeLink,
  ): Promise<Attachment | undefined> {
    const sockets = [...this.#sockets.all()].map(({ memory: { seat, connection, welcomed } }) => {
      return { seat, connection, welcomed: welcomed !== undefined };
    });
    const { hasPicture } = this.#live;
    const video = shown === undefined ? {} : { video: shown.video };
    const state = { mirror, cut: this.#wasCut, ...video, hasPicture, sockets };
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
    else if (this.#sockets.size === 0) this.#finish();
  }

  /** The home sends nothing more on this link; both may sleep. */
  #rest(): void {
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
    this.#host.wakeAt(Date.now() + ceiling * Math.random());
  }
}
