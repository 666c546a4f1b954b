import type { ByteStream } from "../byte-stream.ts";

/** Opens a stream to the host that set a tunnel up. */
type Dial = () => ByteStream;

/** A socket that a program of the device listens on. */
interface Listener {
  /** @throws Error when the listener was closed */
  accept(): Promise<ByteStream>;
  close(): void;
}

interface Waiting {
  readonly streams: ByteStream[];
  readonly acceptors: { readonly take: (stream: ByteStream) => void; readonly refuse: (reason: Error) => void }[];
}

const FIRST_FREE_PORT = 40_000;

/** Sockets by name (`localabstract:scrcpy`, `tcp:8080`): those that programs listen on, and those of `adb reverse`. */
export class Sockets {
  readonly #listening = new Map<string, Waiting>();
  readonly #tunnels = new Map<string, { readonly remote: string; readonly dial: Dial }>();
  #ports = FIRST_FREE_PORT;

  /** @throws Error when somebody listens there already */
  listen(name: string): Listener {
    if (this.#listening.has(name)) throw new Error("Address already in use");
    const waiting: Waiting = { streams: [], acceptors: [] };
    this.#listening.set(name, waiting);
    return {
      accept: () =>
        new Promise((take, refuse) => {
          const stream = waiting.streams.shift();
          if (stream === undefined) waiting.acceptors.push({ take, refuse });
          else take(stream);
        }),
      close: () => {
        if (this.#listening.get(name) === waiting) this.#listening.delete(name);
        for (const stream of waiting.streams) stream.close();
        for (const { refuse } of waiting.acceptors) refuse(new Error("the socket was closed"));
      },
    };
  }

  /** A host connects to a program of the device. @returns false when none listens */
  arrive(name: string, stream: ByteStream): boolean {
    const waiting = this.#listening.get(name);
    if (waiting === undefined) return false;
    const acceptor = waiting.acceptors.shift();
    if (acceptor === undefined) waiting.streams.push(stream);
    else acceptor.take(stream);
    return true;
  }

  /** A program of the device connects. @throws Error when nobody listens */
  connect(name: string): ByteStream {
    const tunnel = this.#tunnels.get(name);
    if (tunnel === undefined) throw new Error("Connection refused");
    return tunnel.dial();
  }

  /** @returns the name, with a port where it asked for any; undefined when it is taken and may not be taken over */
  addTunnel(name: string, remote: string, dial: Dial, mayReplace: boolean): string | undefined {
    let bound = name;
    if (name === "tcp:0") {
      this.#ports += 1;
      bound = `tcp:${this.#ports}`;
    }
    if (this.#listening.has(bound) || (this.#tunnels.has(bound) && !mayReplace)) return undefined;
    this.#tunnels.set(bound, { remote, dial });
    return bound;
  }

  removeTunnel(name: string): boolean {
    return this.#tunnels.delete(name);
  }

  removeTunnels(): void {
    this.#tunnels.clear();
  }

  tunnels(): readonly (readonly [name: string, remote: string])[] {
    return [...this.#tunnels].map(([name, { remote }]) => [name, remote] as const);
  }
}
