import type { Right } from "#protocol";
import type { DownRecord } from "../mirror-link/index.ts";
import type { SocketMemory } from "../relay/index.ts";
import type { SeatOutlet } from "./live-session.ts";

/** A connection that names whichever socket the seat has at its mirror. */
export const ANY_CONNECTION = 0;
/** One that no socket has: mirrors count from 1. */
export const GONE_CONNECTION = 0xffff_ffff;

/** The socket of a seat that sits at a mirror: what is sent on it goes there as records. */
export class RemoteSeat implements SeatOutlet {
  readonly seat: string;
  /** The mirror's number of the socket. */
  connection: number;
  #rights: readonly Right[];
  readonly #say: (record: DownRecord) => void;
  #memory: SocketMemory | null = null;

  /** @param memory what this object knew of the socket before it slept */
  constructor(
    { seat, connection }: { readonly seat: string; readonly connection: number },
    rights: readonly Right[],
    say: (record: DownRecord) => void,
    memory: SocketMemory | null = null,
  ) {
    this.seat = seat;
    this.connection = connection;
    this.#rights = rights;
    this.#say = say;
    this.#memory = memory;
  }

  send(message: string | ArrayBuffer | ArrayBufferView): void {
    if (typeof message === "string") this.#say({ kind: "tell", ...this.#name(), text: message });
  }

  close(code = 1000): void {
    this.#say({ kind: "close", ...this.#name(), code });
  }

  /** The rules note a seat's socket when it was welcomed: from then on the mirror serves it. */
  serializeAttachment(memory: SocketMemory | null): void {
    const welcomed = isWatching(memory) && !isWatching(this.#memory);
    this.#memory = memory;
    if (welcomed) this.#admit();
  }

  permit(rights: readonly Right[]): void {
    this.#rights = rights;
    if (isWatching(this.#memory)) this.#admit();
  }

  #admit(): void {
    const [view, audio] = [this.#rights.includes("view"), this.#rights.includes("audio")];
    this.#say({ kind: "admit", ...this.#name(), view, audio });
  }

  deserializeAttachment(): SocketMemory | null {
    return this.#memory;
  }

  #name(): { readonly seat: string; readonly connection: number } {
    return { seat: this.seat, connection: this.connection };
  }
}

function isWatching(memory: SocketMemory | null): boolean {
  return memory?.role === "viewer" && memory.phase !== "greeting";
}
