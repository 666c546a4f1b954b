import type { ByteStream } from "../byte-stream.ts";
import { GARBAGE, HUGE_BYTES, type MediaSocket } from "../faults.ts";
import type { Android } from "../system/android.ts";
import { LAUNCHER } from "../system/packages.ts";
import type { Screen } from "../system/screen.ts";
import { streamAudio } from "./audio.ts";
import { Controller, type Log } from "./controller.ts";
import { disabledHeader, framingOf, packetHeader } from "./framing.ts";
import type { ServerOptions } from "./options.ts";
import { CodecError, VideoStream } from "./video.ts";

const DEVICE_NAME_BYTES = 64;
/** How much of a packet of 1000 bytes comes before the server dies. */
const HALF_PACKET = { says: 1_000, has: 10 } as const;

type Connection = Readonly<Partial<Record<MediaSocket, ByteStream>>>;

interface ServerSurroundings {
  readonly android: Android;
  readonly version: string;
  readonly log: Log;
  /** Aborted when the system kills the process. */
  readonly killed: AbortSignal;
  readonly tone: () => number | undefined;
}

/** A run of scrcpy's server that mirrors a display, after Server.java. */
export class ScrcpyServer {
  readonly options: ServerOptions;
  readonly #around: ServerSurroundings;
  readonly #majorVersion: number;
  readonly #ended = new AbortController();
  #connection: Connection = {};
  #video: VideoStream | undefined;
  #controller: Controller | undefined;

  constructor(options: ServerOptions, around: ServerSurroundings) {
    this.options = options;
    this.#around = around;
    this.#majorVersion = Number.parseInt(around.version, 10);
    around.killed.addEventListener("abort", () => this.kill(), { once: true });
    if (around.killed.aborted) this.kill();
  }

  get video(): VideoStream | undefined {
    return this.#video;
  }

  get controller(): Controller | undefined {
    return this.#controller;
  }

  /** Settles when one of its parts has ended, and with it all. @throws Error when nobody is there to connect to */
  async run(): Promise<void> {
    const { android } = this.#around;
    const screen = this.#screen();
    try {
      this.#connection = await this.#connect();
      if (this.options.sendDeviceMeta) await this.#first()?.write(deviceName(android.identity.model));
      await Promise.race([...this.#parts(screen), aborted(this.#ended.signal)]);
    } finally {
      this.kill();
      this.#video?.stop();
      if (screen !== android.mainScreen) android.removeDisplay(screen.id);
    }
  }

  kill(): void {
    this.#ended.abort();
    for (const socket of Object.values(this.#connection)) socket.close();
  }

  /** Break one of the streams, as no server would. */
  async breakStream(name: MediaSocket, fault: "garbage" | "huge-length" | "half-packet"): Promise<void> {
    const socket = this.#connection[name];
    if (fault === "garbage") return await socket?.write(GARBAGE);
    const says = fault === "huge-length" ? HUGE_BYTES : HALF_PACKET.says;
    const header = name === "control" ? clipboardHeader(says) : packetHeader(0n, says);
    await socket?.write(Buffer.concat([header, Buffer.alloc(HALF_PACKET.has)]));
    if (fault === "half-packet") this.kill();
  }

  #parts(screen: Screen): readonly Promise<void>[] {
    const { options } = this;
    const { android, log, tone } = this.#around;
    const { video, audio, control } = this.#connection;
    const framing = framingOf(this.#majorVersion);
    const uptimeMicros = () => android.uptimeMicros();
    const majorVersion = this.#majorVersion;
    const parts: Promise<void>[] = [];
    if (video !== undefined) {
      this.#video = new VideoStream({ socket: video, framing, majorVersion, screen, options, uptimeMicros, log });
      parts.push(this.#runVideo(this.#video));
    }
    if (control !== undefined) {
      const given = { socket: control, android, screen, options, majorVersion, video: this.#video, log };
      this.#controller = new Controller(given);
      parts.push(this.#controller.run());
    }
    if (audio !== undefined) {
      if (options.audioCodec === "opus")
        parts.push(streamAudio({ socket: audio, framing, options, uptimeMicros, tone }));
      // The double has no encoder for it.
      else parts.push(audio.write(disabledHeader(true)).then(() => aborted(audio.gone)));
    }
    // What ends late, after another part has ended all, has nothing more to say.
    for (const part of parts) part.catch(() => {});
    return parts;
  }

  async #runVideo(video: VideoStream): Promise<void> {
    const { log } = this.#around;
    if (this.options.videoCodec !== "h264") {
      log("ERROR", `Could not create default video encoder for ${this.options.videoCodec}`);
      return;
    }
    try {
      await video.run();
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      log("ERROR", "Video encoding error");
    }
  }

  /** The main display, or one that is made for this run. */
  #screen(): Screen {
    const { android } = this.#around;
    const { newDisplay } = this.options;
    if (newDisplay === undefined) return android.mainScreen;
    const { size, dpi } = android.mainScreen;
    const { width = size.width, height = size.height } = newDisplay;
    const screen = android.addDisplay({ width, height }, newDisplay.dpi ?? dpi);
    this.#around.log("INFO", `New display: ${width}x${height}/${screen.dpi} (id=${screen.id})`);
    screen.show(LAUNCHER);
    return screen;
  }

  async #connect(): Promise<Connection> {
    const { scid, tunnelForward, sendDummyByte } = this.options;
    const wanted = (["video", "audio", "control"] as const).filter((name) => this.options[name]);
    const name = `localabstract:scrcpy${scid === -1 ? "" : `_${scid.toString(16).padStart(8, "0")}`}`;
    const { sockets } = this.#around.android;
    if (!tunnelForward) return Object.fromEntries(wanted.map((socket) => [socket, sockets.connect(name)]));
    const listener = sockets.listen(name);
    const close = () => listener.close();
    this.#ended.signal.addEventListener("abort", close, { once: true });
    const connection: Partial<Record<MediaSocket, ByteStream>> = {};
    // Whoever kills the server meanwhile closes what has come.
    this.#connection = connection;
    try {
      for (const socket of wanted) {
        const stream = await listener.accept();
        if (sendDummyByte && Object.keys(connection).length === 0) await stream.write(Uint8Array.of(0));
        connection[socket] = stream;
      }
      return connection;
    } finally {
      listener.close();
      this.#ended.signal.removeEventListener("abort", close);
    }
  }

  #first(): ByteStream | undefined {
    return this.#connection.video ?? this.#connection.audio ?? this.#connection.control;
  }
}

function deviceName(model: string): Buffer {
  const field = Buffer.alloc(DEVICE_NAME_BYTES);
  // The last byte stays 0.
  field.set(Buffer.from(model).subarray(0, DEVICE_NAME_BYTES - 1));
  return field;
}

/** The head of a device message that carries a clipboard of this length. */
function clipboardHeader(bytes: number): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes, 1);
  return head;
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
