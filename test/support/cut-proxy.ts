import { once } from "node:events";
import { createServer, type Server, Socket } from "node:net";

/** A TCP pipe to the edge that the test can cut: every connection at once, as a change of network does. */
export class CutProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #open = true;

  constructor(target: URL) {
    this.#server = createServer((near) => {
      if (!this.#open) return void near.destroy();
      const far = new Socket().connect(Number(target.port), target.hostname);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(socket);
        socket.setNoDelay(true).pipe(other);
        socket.on("error", () => other.destroy());
        socket.on("close", () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
      }
    });
  }

  /** @returns the same address, by way of this pipe */
  async listen(link: URL): Promise<URL> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port was given");
    return new URL(`${link.pathname}${link.hash}`, `http://127.0.0.1:${address.port}`);
  }

  /** Reset what is open, and refuse what comes until `mend()`. */
  cut(): void {
    this.#open = false;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  mend(): void {
    this.#open = true;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}
