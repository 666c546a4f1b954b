import { type FileAnswer, type FileWant, unreachable } from "#protocol";
import { isOverDownload, judgeFile } from "../relay/index.ts";
import type { FileOutcome } from "./contract.ts";
import type { LiveSession } from "./live-session.ts";
import { randomToken } from "./random-token.ts";
import type { TokenHolder } from "./store.ts";

/** A device takes a piece in a moment; an app is checked and installed with its last one. */
const ANSWER_MS = 90_000;
/** What a seat, and a session, may have under way: with each goes one piece of a file at most. */
const PER_SEAT = 3;
const PER_SESSION = 8;

interface OpenCall {
  readonly seat: string;
  readonly want: FileWant;
  readonly bytes: Uint8Array | undefined;
  readonly settle: (outcome: FileOutcome) => void;
}

/**
 * What was asked about files and is not answered yet. Each call has a name that nobody can guess: it is all that the agent
 * shows for fetching a piece, and for answering. Nothing of it is stored: when this object is restarted, the viewer asks again.
 */
export class FileCalls {
  readonly #open = new Map<string, OpenCall>();

  /** @param asker whose token was shown, as far as it is known */
  async ask(
    live: LiveSession | undefined,
    asker: TokenHolder | undefined,
    want: FileWant,
    bytes: Uint8Array | undefined,
  ): Promise<FileOutcome> {
    if (live === undefined) return { done: false, refusal: "no-such-session" };
    if (asker?.role !== "viewer") return { done: false, refusal: "resume-refused" };
    const { seat } = asker;
    const denial = judgeFile(live.state, seat, want);
    if (denial !== undefined) return { done: false, refusal: denial };
    const mine = [...this.#open.values()].filter((call) => call.seat === seat);
    if (mine.length >= PER_SEAT || this.#open.size >= PER_SESSION) return { done: false, refusal: "too-many" };
    const name = randomToken();
    const answered = Promise.withResolvers<FileOutcome>();
    const late = setTimeout(() => answered.resolve({ done: false, refusal: "no-answer" }), ANSWER_MS);
    this.#open.set(name, { seat, want, bytes, settle: answered.resolve });
    live.callOrigin({ type: "file-call", call: name, want });
    try {
      const outcome = await answered.promise;
      const bytes = outcome.done && outcome.answer instanceof Uint8Array ? outcome.answer.byteLength : 0;
      return isOverDownload(live.state, seat, want, bytes) ? { done: false, refusal: "file-too-large" } : outcome;
    } finally {
      clearTimeout(late);
      this.#open.delete(name);
    }
  }

  bytesOf(name: string): Uint8Array | undefined {
    const call = this.#open.get(name);
    return call === undefined ? undefined : (call.bytes ?? new Uint8Array());
  }

  /** @returns whether anybody waits for it, and it answers what was asked */
  answered(name: string, answer: FileAnswer | Uint8Array): boolean {
    const call = this.#open.get(name);
    if (call === undefined) return false;
    const outcome = outcomeOf(call.want, answer);
    call.settle(outcome ?? { done: false, refusal: "device-failed" });
    return outcome !== undefined;
  }

  /** What seats may do has changed: what somebody may not have done any more is answered so, and the agent's answer is not waited for. */
  judgeAnew({ state }: LiveSession): void {
    for (const { seat, want, settle } of this.#open.values()) {
      const denial = judgeFile(state, seat, want);
      if (denial !== undefined) settle({ done: false, refusal: denial });
    }
  }

  /** Nothing that was asked is answered any more: the agent's connection is gone, and what was on it, or the session is over. */
  lost(refusal: "device-offline" | "no-such-session"): void {
    for (const { settle } of this.#open.values()) settle({ done: false, refusal });
  }
}

/** @returns undefined when it answers something else */
function outcomeOf(want: FileWant, answer: FileAnswer | Uint8Array): FileOutcome | undefined {
  if (answer instanceof Uint8Array) {
    const fits = want.do === "get" && answer.byteLength <= want.length;
    return fits ? { done: true, answer } : undefined;
  }
  switch (answer.type) {
    case "refused": {
      const words = answer.words === undefined ? {} : { words: answer.words };
      return { done: false, refusal: answer.reason, ...words };
    }
    case "list":
      return want.do === "list" ? { done: true, answer } : undefined;
    case "put":
      return want.do === "put" && answer.received <= want.size ? { done: true, answer } : undefined;
    case "cancelled":
      return want.do === "cancel" ? { done: true, answer } : undefined;
    default:
      return unreachable(answer);
  }
}
