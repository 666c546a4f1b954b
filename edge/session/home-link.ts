import { type DownRecord, type Link, type UpRecord, WaitingRecords } from "../mirror-link/index.ts";
import type { SeatSocket } from "../socket/index.ts";
import type { RemoteSeat } from "./remote-seat.ts";

/** A link on which nothing moved for so long is put to rest, so that both objects can sleep. */
const REST_MS = 3_000;
/** A mirror that was told to rest ends its stream at once. */
const REST_DEADLINE_MS = 10_000;
const RETRY_FIRST_MS = 200;
/** After so many tries, about 12 s, nobody is expected there any more. */
const RETRY_LIMIT = 6;

/** One mirror as its home sees it: the link while there is one, and the seats that sit there. */
export class HomeLink implements Pick<SeatSocket, "send"> {
  readonly mirror: string;
  readonly seats = new Map<string, RemoteSeat>();
  /** Where records go; undefined while the mirror is not attached or is being put to rest. */
  #link: Link<UpRecord, DownRecord> | undefined;
  /** One that was told to rest and has not ended yet. */
  #resting: Link<UpRecord, DownRecord> | undefined;
  readonly #waiting = new WaitingRecords<DownRecord>();
  /** A frame came since it was told to rest. */
  #misses = false;
  /** Something found no room among what waits. */
  #hasLost = false;
  #movedAt = 0;
  /** When a mirror that could not be woken is tried again, Unix milliseconds. */
  retryAt: number | undefined;
  #tries = 0;
  isWaking = false;
  readonly #wake: (home: HomeLink) => void;

  constructor(mirror: string, wake: (home: HomeLink) => void) {
    this.mirror = mirror;
    this.#wake = wake;
  }

  get isAttached(): boolean {
    return this.#link !== undefined;
  }

  /**
   * A frame has come: its seats miss it while it rests.
   * @returns whether it is to be woken now; one that was told to rest and has not heard it yet would not notice
   */
  frameCame(): boolean {
    if (this.#link !== undefined || this.seats.size === 0) return false;
    this.#misses = true;
    return this.#resting === undefined && !this.isWaking && this.retryAt === undefined;
  }

  /** Whether something is to be said to it before the next frame. */
  get hasWaiting(): boolean {
    return this.#waiting.size > 0 || this.#hasLost;
  }

  /** @returns whether something that was said meanwhile is lost, as on a link that was cut */
  attach(link: Link<UpRecord, DownRecord>, at: number): boolean {
    this.#link?.cut();
    this.#resting?.cut();
    this.#resting = undefined;
    this.#link = link;
    this.#movedAt = at;
    this.retryAt = undefined;
    this.#tries = 0;
    this.#misses = false;
    for (const record of this.#waiting.all()) link.send(record);
    this.#waiting.clear();
    const hasLost = this.#hasLost;
    this.#hasLost = false;
    return hasLost;
  }

  isCurrent(link: Link<UpRecord, DownRecord>): boolean {
    return this.#link === link || this.#resting === link;
  }

  moved(at: number): void {
    this.#movedAt = at;
  }

  /** A frame, or the geometry of those that follow: said only to a mirror that is attached. */
  send(message: string | ArrayBuffer | ArrayBufferView): void {
    if (message instanceof ArrayBuffer) this.#link?.send({ kind: "frame", message });
    else if (typeof message === "string") this.#link?.send({ kind: "display", text: message });
    this.#movedAt = Date.now();
  }

  /** Something for one of its seats. A mirror that rests is woken for it. */
  say(record: DownRecord): void {
    this.#movedAt = Date.now();
    if (record.kind === "close" && this.seats.get(record.seat)?.connection === record.connection) {
      this.seats.delete(record.seat);
    }
    if (this.#link !== undefined) return this.#link.send(record);
    if (!this.#waiting.add(record)) this.#hasLost = true;
    if (this.#resting === undefined && this.retryAt === undefined) this.#wake(this);
  }

  /** When it is to be looked at again, Unix milliseconds. */
  dueAt(): number | undefined {
    if (this.#link !== undefined) return this.#movedAt + REST_MS;
    if (this.#resting !== undefined) return this.#movedAt + REST_DEADLINE_MS;
    return this.retryAt;
  }

  /** Tell the mirror to end the link. What is said from now on waits for the next. */
  rest(): void {
    this.#link?.send({ kind: "rest" });
    this.#resting = this.#link;
    this.#link = undefined;
  }

  /** A mirror that was told to rest and does not end the link. */
  cutResting(): void {
    this.#resting?.cut();
  }

  /**
   * Its stream has ended.
   * @returns whether it was lost, instead of put to rest or left by its last seat
   */
  ended(link: Link<UpRecord, DownRecord>, finished: boolean): boolean {
    const rested = finished && (this.#resting === link || this.seats.size === 0);
    if (this.#link === link) this.#link = undefined;
    if (this.#resting === link) this.#resting = undefined;
    if (rested) link.finish();
    else link.cut();
    if (rested && (this.#waiting.size > 0 || this.#misses)) this.#wake(this);
    return !rested;
  }

  /** It could not be woken. False when that is given up. */
  retryLater(at: number, shake: number): boolean {
    this.retryAt = at + RETRY_FIRST_MS * 2 ** this.#tries * (0.5 + shake);
    this.#tries += 1;
    return this.#tries <= RETRY_LIMIT;
  }

  /** Nobody sits there any more. */
  forget(): void {
    this.seats.clear();
    this.#waiting.clear();
    this.#hasLost = false;
    this.#misses = false;
    this.retryAt = undefined;
    this.#tries = 0;
  }

  /** The session is over: nothing more is said, and nobody is woken. */
  end(): void {
    this.#link?.cut();
    this.#resting?.cut();
    this.#link = undefined;
    this.#resting = undefined;
    this.forget();
    this.isWaking = true;
  }
}
