import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** Somewhere on the loopback to send bytes to, where nobody looks at them. */
export class Discard {
  readonly #server: Server;
  readonly #socket: Socket;

  private constructor(server: Server, socket: Socket) {
    this.#server = server;
    this.#socket = socket;
  }

  static async start(): Promise<Discard> {
    const server = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port was given");
    const socket = connect(address.port, "127.0.0.1");
    await once(socket, "connect");
    return new Discard(server, socket);
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
    this.#server.close();
  }
}
