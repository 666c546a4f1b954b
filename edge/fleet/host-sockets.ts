import { type ToHostMessage, toHostChannel } from "#protocol";
import { sendOn } from "../socket/index.ts";

/** What a control socket carries through sleep. A socket that does not count any more carries nothing. */
export interface HostSocketMemory {
  readonly host: string;
  /** Unix milliseconds by when the hello must have come; undefined once it has. */
  readonly helloBy?: number;
}

interface Current {
  readonly socket: WebSocket;
  readonly memory: HostSocketMemory;
}

/** The control sockets of a fleet: one counts per host, the newest. */
export class HostSockets {
  readonly #current = new Map<string, Current>();

  /** @param sockets those that came through sleep */
  constructor(sockets: Iterable<WebSocket>) {
    for (const socket of sockets) {
      const memory = this.memoryOf(socket);
      if (memory !== undefined) this.#current.set(memory.host, { socket, memory });
    }
  }

  /** Undefined for a socket that was dropped or replaced: nothing that still comes from it counts. */
  memoryOf(socket: WebSocket): HostSocketMemory | undefined {
    // Safe: only this class writes attachments, and only values of this type or null.
    return (socket.deserializeAttachment() as HostSocketMemory | null) ?? undefined;
  }

  /** A new connection. Returns the one of the same host that does not count any more, for the caller to close. */
  add(socket: WebSocket, memory: HostSocketMemory): WebSocket | undefined {
    const before = this.#current.get(memory.host)?.socket;
    if (before !== undefined) this.drop(before);
    this.#keep(socket, memory);
    return before;
  }

  greeted(socket: WebSocket, { host }: HostSocketMemory): void {
    this.#keep(socket, { host });
  }

  drop(socket: WebSocket): void {
    const memory = this.memoryOf(socket);
    if (memory === undefined) return;
    this.#current.delete(memory.host);
    socket.serializeAttachment(null);
  }

  /** Of a host that is none any more. Returns its socket, for the caller to close. */
  dropHost(host: string): WebSocket | undefined {
    const socket = this.#current.get(host)?.socket;
    if (socket !== undefined) this.drop(socket);
    return socket;
  }

  /** Whether the host has a socket on which it said hello. */
  isOnline(host: string): boolean {
    const current = this.#current.get(host);
    return current !== undefined && current.memory.helloBy === undefined;
  }

  /** To a host that is online; one that is not hears it all at its next hello. */
  tell(host: string, message: ToHostMessage): void {
    const current = this.#current.get(host);
    if (current !== undefined && this.isOnline(host)) sendOn(current.socket, toHostChannel.write(message));
  }

  /** Sockets that should have said hello by now. */
  silent(at: number): WebSocket[] {
    return [...this.#current.values()]
      .filter(({ memory }) => (memory.helloBy ?? at + 1) <= at)
      .map(({ socket }) => socket);
  }

  nextDue(): number | undefined {
    const due = [...this.#current.values()]
      .map(({ memory }) => memory.helloBy)
      .filter((helloBy) => helloBy !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  #keep(socket: WebSocket, memory: HostSocketMemory): void {
    socket.serializeAttachment(memory);
    this.#current.set(memory.host, { socket, memory });
  }
}
