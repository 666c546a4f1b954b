import type { HardwareKind } from "#protocol";
import { LENDING_LIMITS, type RelayEffect, type RelayEvent, type RelayState } from "../relay/index.ts";
import type { Use } from "../tenant/contract.ts";

/**
 * What is used is told to the tenant so much later, all together: often enough that the object does not fall asleep over it,
 * and seldom enough that a seat cannot flood the tenant.
 */
const REPORT_MS = 5_000;
/** Of one seat's apps in one report. */
const MAX_APPS = 16;

interface Lending {
  readonly seat: string;
  readonly from: number;
}

/**
 * Which rights are used in a session, for the tenant's audit log: who, what, how often and how much, and nothing of what was in
 * it. It looks on from beside the rules, and never at a frame.
 */
export class UsageBook {
  readonly #uses = new Map<string, Use>();
  readonly #lent = new Map<HardwareKind, Lending>();
  #holder: string | undefined;
  /** When what was used is to be told; undefined: there is nothing. Unix milliseconds. */
  dueAt: number | undefined;

  /** What holds already was told of before. */
  constructor(state: RelayState) {
    this.#holder = state.lease.holder;
    for (const [kind, lending] of lentNow(state)) this.#lent.set(kind, lending);
  }

  /** After the rules have answered an event. */
  happened(event: RelayEvent, effects: readonly RelayEffect[], state: RelayState): void {
    // Most of what comes is input, which is told of by nothing but the lease.
    if (event.type !== "input-arrived") for (const effect of effects) this.#look(event, effect, state);
    if (state.lease.holder !== this.#holder) this.#leaseChanged(state, event.at);
    if (state.hardware.size > 0 || this.#lent.size > 0) this.#compareLoans(state, event.at);
  }

  /** The session is over, and with it what was lent. */
  closed(at: number): void {
    for (const [kind, lending] of this.#lent) this.#lentEnded(kind, lending, at);
    this.#lent.clear();
  }

  /** All of it; the book begins anew. */
  take(): readonly Use[] {
    const uses = [...this.#uses.values()];
    this.#uses.clear();
    this.dueAt = undefined;
    return uses;
  }

  /** It could not be told: it is with the next. */
  putBack(uses: readonly Use[], at: number): void {
    for (const use of uses) this.#add(use, at);
  }

  #look(event: RelayEvent, effect: RelayEffect, { device }: RelayState): void {
    const { at } = event;
    if (effect.type === "tell-seat" && effect.message.type === "clipboard") {
      return this.#add({ ...once("clipboard.taken", effect.seat, at), bytes: sizeOf(effect.message.text) }, at);
    }
    if (effect.type !== "tell-origin" || event.type !== "viewer-said") return;
    const { message } = effect;
    if (message.type === "clipboard") {
      this.#add({ ...once("clipboard.sent", event.seat, at), bytes: sizeOf(message.text) }, at);
    } else if (message.type === "open-app") {
      // A name that the device has not told of could be any text.
      const isKnown = device.apps.some(({ id }) => id === message.app);
      this.#add({ ...once("app.opened", event.seat, at), apps: isKnown ? [message.app] : [] }, at);
    }
  }

  #leaseChanged({ lease }: RelayState, at: number): void {
    const before = this.#holder;
    this.#holder = lease.holder;
    if (lease.holder === undefined) return;
    this.#add({ ...once("lease.taken", lease.holder, at), ...(before === undefined ? {} : { before }) }, at);
  }

  #compareLoans(state: RelayState, at: number): void {
    const now = lentNow(state);
    for (const [kind, lending] of this.#lent) {
      if (now.get(kind)?.seat === lending.seat) continue;
      this.#lent.delete(kind);
      this.#lentEnded(kind, lending, at);
    }
    for (const [kind, { seat, from }] of now) {
      if (this.#lent.has(kind)) continue;
      this.#lent.set(kind, { seat, from });
      const until = from + LENDING_LIMITS[kind].lifeMs;
      this.#add({ ...once("hardware.lent", seat, from), kind, until }, at);
    }
  }

  #lentEnded(kind: HardwareKind, { seat, from }: Lending, at: number): void {
    this.#add({ ...once("hardware.ended", seat, from), kind, until: at }, at);
  }

  #add(use: Use, at: number): void {
    const key = `${use.seat} ${use.action} ${use.kind ?? ""}`;
    const before = this.#uses.get(key);
    this.#uses.set(key, before === undefined ? use : both(before, use));
    this.dueAt ??= at + REPORT_MS;
  }
}

function lentNow({ hardware }: RelayState): ReadonlyMap<HardwareKind, Lending> {
  const lent = new Map<HardwareKind, Lending>();
  for (const [kind, { standing }] of hardware) {
    if (standing.phase !== "lent") continue;
    // Its end does not move, so that this is when it began, after a sleep too.
    lent.set(kind, { seat: standing.seat, from: standing.until - LENDING_LIMITS[kind].lifeMs });
  }
  return lent;
}

function once(action: Use["action"], seat: string, at: number): Use {
  return { action, seat, times: 1, from: at, until: at };
}

function both(first: Use, next: Use): Use {
  return {
    ...first,
    ...next,
    times: first.times + next.times,
    from: Math.min(first.from, next.from),
    until: Math.max(first.until, next.until),
    ...(next.bytes === undefined ? {} : { bytes: (first.bytes ?? 0) + next.bytes }),
    ...(next.apps === undefined
      ? {}
      : { apps: [...new Set([...(first.apps ?? []), ...next.apps])].slice(0, MAX_APPS) }),
  };
}

/** In UTF-8. */
function sizeOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
