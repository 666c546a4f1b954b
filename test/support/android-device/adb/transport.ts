import type { Socket } from "node:net";
import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import type { ByteStream } from "../byte-stream.ts";
import { GARBAGE, HUGE_BYTES, type LastingFaults } from "../faults.ts";
import { type Access, type Answer, AUTH, Handshake } from "./handshake.ts";
import { type AdbPacket, COMMAND, PacketReader, writePacket } from "./packet.ts";
import { AdbStream, type StreamLine } from "./stream.ts";

const VERSION = 0x0100_0001;
const MAX_DATA = 1024 * 1024;
/** A host that does not say how much it takes gets what the first version allowed. */
const LEAST_DATA = 4 * 1024;

/** What a connection needs of the device behind it. */
interface TransportHost {
  readonly faults: LastingFaults;
  readonly access: () => Access;
  /** `device::` with properties and features. */
  readonly banner: () => string;
  readonly connected: (hostBanner: string) => void;
  /** Serve what the host asks for. @returns false when there is no such service */
  readonly serve: (service: string, stream: ByteStream, transport: Transport) => boolean;
  readonly ended: (transport: Transport) => void;
}

/** One connection of an ADB server: the handshake, and the streams that it opens and is asked to open. */
export class Transport {
  readonly #socket: Socket;
  readonly #host: TransportHost;
  readonly #reader = new PacketReader(MAX_DATA);
  readonly #handshake: Handshake;
  readonly #streams = new Map<number, AdbStream>();
  readonly #line: StreamLine;
  #maxData = LEAST_DATA;
  #hostBanner = "";
  /** The host was let in. */
  #online = false;
  #lastId = 0;
  #sent: Promise<void> = Promise.resolve();

  constructor(socket: Socket, host: TransportHost) {
    this.#socket = socket;
    this.#host = host;
    this.#handshake = new Handshake(host.access);
    this.#line = this.#newLine();
    socket.setNoDelay(true);
    socket.on("data", (data) => this.#received(data));
    // A host that resets the connection has ended it; "close" follows.
    socket.on("error", () => {});
    socket.on("close", () => this.#ended());
  }

  /** The key that waits for the owner's word, when there is one. */
  get offeredKey(): string | undefined {
    return this.#handshake.offeredKey;
  }

  /** The owner lets the host in. */
  authorize(): void {
    if (this.#handshake.offeredKey !== undefined) this.#act({ kind: "connect" });
  }

  /** Ask the host for a service of its own: the far end of `adb reverse`. */
  open(service: string): AdbStream {
    const stream = this.#newStream();
    this.#send(writePacket(COMMAND.open, stream.localId, 0, Buffer.from(`${service}\0`)));
    return stream;
  }

  drop(): void {
    this.#socket.destroy();
  }

  breakWith(fault: "garbage" | "huge-length"): void {
    if (fault === "garbage") return this.#send(GARBAGE);
    const packet = writePacket(COMMAND.write, 1, 1);
    packet.writeUInt32LE(HUGE_BYTES, 12);
    this.#send(packet);
  }

  #received(data: Uint8Array): void {
    try {
      for (const packet of this.#reader.read(data)) this.#packet(packet);
    } catch {
      // As adbd does with a host that breaks the protocol.
      this.drop();
    }
  }

  #packet(packet: AdbPacket): void {
    const { command, first, second, data } = packet;
    switch (command) {
      case COMMAND.connect:
        this.#online = false;
        this.#loseStreams();
        this.#maxData = Math.min(MAX_DATA, Math.max(LEAST_DATA, second));
        this.#hostBanner = Buffer.from(data).toString("utf8");
        return this.#act(this.#handshake.connected());
      case COMMAND.auth:
        return this.#act(this.#handshake.auth(packet));
      case COMMAND.open:
        // Whoever was not let in is not answered.
        if (!this.#online) return;
        // A name ends with the first zero, as everything does that C reads.
        return this.#open(first, Buffer.from(data).toString("utf8").replace(/\0.*$/s, ""));
      case COMMAND.okay:
        return this.#streams.get(second)?.confirmed(first);
      case COMMAND.write:
        return this.#streams.get(second)?.received(data);
      case COMMAND.close:
        return this.#streams.get(second)?.lost();
      default:
        throw new Error("an unknown command");
    }
  }

  #act(answer: Answer): void {
    switch (answer.kind) {
      case "connect":
        this.#online = true;
        this.#send(writePacket(COMMAND.connect, VERSION, MAX_DATA, Buffer.from(this.#host.banner())));
        return this.#host.connected(this.#hostBanner);
      case "token":
        return this.#send(writePacket(COMMAND.auth, AUTH.token, 0, answer.token));
      case "silence":
        return;
    }
  }

  #open(remoteId: number, service: string): void {
    const stream = this.#newStream(remoteId);
    // What a service writes at once is sent a moment later, after this confirmation.
    if (this.#host.serve(service, stream, this)) return this.#send(writePacket(COMMAND.okay, stream.localId, remoteId));
    this.#streams.delete(stream.localId);
    this.#send(writePacket(COMMAND.close, 0, remoteId));
  }

  #newStream(remoteId?: number): AdbStream {
    this.#lastId += 1;
    const stream = new AdbStream(this.#line, this.#lastId, remoteId);
    this.#streams.set(stream.localId, stream);
    return stream;
  }

  #newLine(): StreamLine {
    const { faults } = this.#host;
    const maxData = () => this.#maxData;
    return {
      get maxData() {
        return maxData();
      },
      send: (command, first, second, data) => this.#send(writePacket(command, first, second, data)),
      beforeOkay: async () => {
        if (faults.okayDelayMs > 0) await pause(faults.okayDelayMs);
      },
      pieceBytes: () => (faults.crumbs === "streams" ? 1 : Number.POSITIVE_INFINITY),
      forget: (localId) => this.#streams.delete(localId),
    };
  }

  #send(packet: Uint8Array): void {
    this.#sent = this.#sent.then(() => this.#put(packet));
  }

  async #put(packet: Uint8Array): Promise<void> {
    if (this.#host.faults.crumbs !== "transport") {
      this.#socket.write(packet);
      return;
    }
    for (let at = 0; at < packet.length && !this.#socket.destroyed; at += 1) {
      this.#socket.write(packet.subarray(at, at + 1));
      await turn();
    }
  }

  #loseStreams(): void {
    for (const stream of [...this.#streams.values()]) stream.lost();
    this.#streams.clear();
  }

  #ended(): void {
    this.#loseStreams();
    this.#host.ended(this);
  }
}
