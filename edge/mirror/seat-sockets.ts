import type { Right } from "#protocol";
import type { SeatSocketName } from "../mirror-link/index.ts";

/** What a viewer's socket at a mirror must know through sleep: plain data for its attachment. */
export interface SeatMemory extends SeatSocketName {
  /** What the home said that the seat may have; undefined before it was welcomed. */
  readonly welcomed: { readonly rights: readonly Right[]; readonly video: "flowing" | "waiting" } | undefined;
}

/** The viewers' sockets of a mirror: of each seat the newest one counts (S-2). */
export class SeatSockets {
  readonly #sockets = new Map<string, WebSocket>();
  #nextConnection = 1;

  constructor(accepted: Iterable<WebSocket>) {
    for (const socket of accepted) {
      const memory = this.memoryOf(socket);
      if (memory === undefined) continue;
      this.#sockets.set(memory.seat, socket);
      this.#nextConnection = Math.max(this.#nextConnection, memory.connection + 1);
    }
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** @returns the one that it takes the place of */
  add(socket: WebSocket, seat: string): { readonly name: SeatSocketName; readonly before: WebSocket | undefined } {
    const before = this.#sockets.get(seat);
    before?.serializeAttachment(null);
    const name = { seat, connection: this.#nextConnection++ };
    this.remember(socket, { ...name, welcomed: undefined });
    this.#sockets.set(seat, socket);
    return { name, before };
  }

  remember(socket: WebSocket, memory: SeatMemory): void {
    socket.serializeAttachment(memory);
  }

  /** Undefined for a socket that was replaced or closed: what still comes of it is not heard. */
  memoryOf(socket: WebSocket): SeatMemory | undefined {
    // Safe: only this class writes attachments, and only values of this type.
    return (socket.deserializeAttachment() as SeatMemory | null) ?? undefined;
  }

  /** @param connection 0 is whichever socket the seat has */
  find({ seat, connection }: SeatSocketName): { readonly socket: WebSocket; readonly memory: SeatMemory } | undefined {
    const socket = this.#sockets.get(seat);
    const memory = socket === undefined ? undefined : this.memoryOf(socket);
    if (socket === undefined || memory === undefined) return undefined;
    return connection === 0 || connection === memory.connection ? { socket, memory } : undefined;
  }

  /** The socket of a seat, on the way of a frame. */
  socketOf(seat: string): WebSocket | undefined {
    return this.#sockets.get(seat);
  }

  /** @returns who it was; undefined when it was gone before */
  drop(socket: WebSocket): SeatMemory | undefined {
    const memory = this.memoryOf(socket);
    if (memory === undefined) return undefined;
    socket.serializeAttachment(null);
    if (this.#sockets.get(memory.seat) === socket) this.#sockets.delete(memory.seat);
    return memory;
  }

  *all(): Generator<{ readonly socket: WebSocket; readonly memory: SeatMemory }> {
    for (const socket of [...this.#sockets.values()]) {
      const memory = this.memoryOf(socket);
      if (memory !== undefined) yield { socket, memory };
    }
  }
}
