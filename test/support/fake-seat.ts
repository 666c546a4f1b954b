import type { WebSocket } from "ws";
import {
  ALIVE,
  type DeviceDescription,
  type FrameHeader,
  type InputMessage,
  PING,
  PONG,
  PROBE,
  PROTOCOL_VERSION,
  readInput,
  type ToViewerMessage,
  toViewerChannel,
  type ViewerMessage,
  viewerChannel,
  writeFrame,
} from "#protocol";

type Welcome = Extract<ToViewerMessage, { type: "welcome" }>;

export const FAKE_DEVICE: DeviceDescription = {
  id: "demo",
  name: "Demo phone",
  model: "Demo",
  kind: "demo",
  width: 180,
  height: 320,
  videoCodecs: ["h264"],
  features: ["touch", "keyboard", "audio", "clipboard", "navigation"],
  apps: [],
};

/** The edge's end of one viewer's socket. */
export class FakeSeat {
  readonly #socket: WebSocket;
  /** What opened it: a ticket, or a resume token. */
  readonly pass: string | undefined;
  /** The picture that whoever came back says to have. */
  readonly seen: string | undefined;
  readonly heard: ViewerMessage[] = [];
  /** Binary messages in the order they came. */
  readonly inputs: Buffer[] = [];
  /** Questions whether the line stands. */
  pings = 0;
  answeredProbes = 0;
  /** As a line that is dead without a word: nothing is answered. */
  dead = false;
  closed: number | undefined;

  constructor(socket: WebSocket, pass: string | undefined, seen: string | undefined) {
    this.#socket = socket;
    this.pass = pass;
    this.seen = seen;
    socket.on("message", (data: Buffer, binary) => {
      if (binary) this.inputs.push(data);
      else this.#heard(data.toString("utf8"));
    });
    socket.on("close", (code) => {
      this.closed = code;
    });
  }

  welcome(changes: Partial<Omit<Welcome, "type">> = {}): void {
    this.tell({
      type: "welcome",
      protocol: PROTOCOL_VERSION,
      session: "weur-1",
      seat: "seat-1",
      rights: ["view", "audio", "touch", "keyboard", "clipboard"],
      resume: "resume-1",
      device: FAKE_DEVICE,
      origin: "online",
      lease: { lease: 1, mine: true, held: true },
      appliedInput: 0,
      at: Date.now() * 1_000,
      ...changes,
    });
  }

  tell(message: ToViewerMessage): void {
    this.#socket.send(toViewerChannel.write(message));
  }

  frame(header: Partial<FrameHeader> & Pick<FrameHeader, "sequence">, payload: Uint8Array): void {
    const keyframe = header.keyframe ?? false;
    const defaults = {
      kind: "video",
      keyframe,
      config: keyframe,
      epoch: 1,
      capturedAtMicros: Date.now() * 1_000,
    } as const;
    this.#socket.send(writeFrame({ ...defaults, ...header }, payload));
  }

  probe(): void {
    this.#socket.send(PROBE);
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  /** As when a network goes away: no close frame. */
  drop(): void {
    this.#socket.terminate();
  }

  heardOf<Type extends ViewerMessage["type"]>(type: Type): Extract<ViewerMessage, { type: Type }>[] {
    return this.heard.filter((message): message is Extract<ViewerMessage, { type: Type }> => message.type === type);
  }

  parsedInputs(): InputMessage[] {
    return this.inputs.map((data) => readInput(Uint8Array.from(data).buffer));
  }

  #heard(text: string): void {
    if (text === PING) {
      this.pings += 1;
      if (!this.dead) this.#socket.send(PONG);
      return;
    }
    if (text === ALIVE) {
      this.answeredProbes += 1;
      return;
    }
    const message = viewerChannel.parse(text);
    this.heard.push(message);
    if (message.type === "clock") this.tell({ type: "clock-reply", sentAt: message.sentAt, at: Date.now() * 1_000 });
  }
}
