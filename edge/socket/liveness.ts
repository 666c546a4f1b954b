import { ALIVE, PROBE } from "#protocol";
import { sendOn } from "./send.ts";

/** Peers ping after 20 s of silence: who has missed two turns is asked. */
const SILENT_MS = 45_000;
/** For the answer; a page in the background answers too, though its own timers may ring once a minute. */
const ANSWER_MS = 15_000;

/** What an attachment carries beside its room's memory, until that is written anew; Unix milliseconds. */
interface Noted {
  /** While an answer is owed. */
  readonly askedAt?: number;
  /** When the last question was answered. */
  readonly answeredAt?: number;
}

interface Signs {
  /** The last message, Unix milliseconds; 0 when none came since this object woke. */
  heardAt: number;
  /** The last question, as long as `alive` has not answered it. */
  askedAt: number | undefined;
}

/**
 * Finds peers that died without a word: their sockets stay open for ever, and sending on them fails nowhere. The time of
 * the last pong alone proves no death (after a sleep the platform was seen to give an old one), so a silent peer is
 * asked, and only one that does not answer counts as dead (docs/protocol.md, M-12).
 */
export class Liveness {
  readonly #pongAt: (socket: WebSocket) => number;
  readonly #signs = new Map<WebSocket, Signs>();
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(ctx: Pick<DurableObjectState, "getWebSockets" | "getWebSocketAutoResponseTimestamp">) {
    this.#pongAt = (socket) => ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    for (const socket of ctx.getWebSockets()) {
      const { askedAt, answeredAt = 0 } = attachmentOf(socket) ?? {};
      this.#watch(socket, { heardAt: answeredAt, askedAt });
    }
  }

  /** When to look next, Unix milliseconds: what is heard meanwhile only puts it off. Infinity where nobody is watched. */
  get dueAt(): number {
    return this.#dueAt;
  }

  accepted(socket: WebSocket, at: number): void {
    this.#watch(socket, { heardAt: at, askedAt: undefined });
  }

  /** On the way of every frame. @returns whether it was the answer to a question, and nothing else */
  heard(socket: WebSocket, data: ArrayBuffer | string, at: number): boolean {
    const signs = this.#signs.get(socket);
    if (signs === undefined) return false;
    const { heardAt } = signs;
    signs.heardAt = at;
    // As the first that is heard after a sleep it may answer a question that is not remembered.
    if (data !== ALIVE || (signs.askedAt === undefined && heardAt > 0)) return false;
    signs.askedAt = undefined;
    note(socket, { answeredAt: at });
    return true;
  }

  /** Ask those who have been silent. @returns those who were asked and have not answered: they are watched no more */
  due(at: number): WebSocket[] {
    const dead: WebSocket[] = [];
    this.#dueAt = Number.POSITIVE_INFINITY;
    for (const [socket, signs] of this.#signs) {
      // Without an attachment it counts no more in any room: replaced, or closed by us.
      if (attachmentOf(socket) === undefined) this.#signs.delete(socket);
      else if (at < this.#dueOf(socket, signs)) this.#watch(socket, signs);
      else if (this.#owesAnswer(socket, signs)) dead.push(socket);
      else this.#ask(socket, signs, at);
    }
    for (const socket of dead) this.#signs.delete(socket);
    return dead;
  }

  #watch(socket: WebSocket, signs: Signs): void {
    this.#signs.set(socket, signs);
    this.#dueAt = Math.min(this.#dueAt, this.#dueOf(socket, signs));
  }

  #ask(socket: WebSocket, { heardAt }: Signs, at: number): void {
    note(socket, { askedAt: at });
    sendOn(socket, PROBE);
    this.#watch(socket, { heardAt, askedAt: at });
  }

  #dueOf(socket: WebSocket, signs: Signs): number {
    const { askedAt = 0 } = signs;
    return this.#owesAnswer(socket, signs) ? askedAt + ANSWER_MS : this.#signAt(socket, signs) + SILENT_MS;
  }

  #owesAnswer(socket: WebSocket, signs: Signs): boolean {
    return signs.askedAt !== undefined && this.#signAt(socket, signs) < signs.askedAt;
  }

  #signAt(socket: WebSocket, { heardAt }: Signs): number {
    return Math.max(heardAt, this.#pongAt(socket));
  }
}

function note(socket: WebSocket, noted: Noted): void {
  const { askedAt: _, answeredAt: __, ...memory } = attachmentOf(socket) ?? {};
  socket.serializeAttachment({ ...memory, ...noted });
}

function attachmentOf(socket: WebSocket): Noted | undefined {
  // Safe: every room attaches plain objects or null, and none has a field of these names.
  return (socket.deserializeAttachment() as Noted | null) ?? undefined;
}
