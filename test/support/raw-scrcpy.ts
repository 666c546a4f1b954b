import type { Adb, AdbSocket } from "@yume-chan/adb";
import { BufferedReadableStream, Consumable, WritableStream } from "@yume-chan/stream-extra";
import { pushServer } from "./scrcpy-viewer.ts";
import { until } from "./until.ts";

const SCID = "0badcafe";
const PATH = "/data/local/tmp/raw-server.jar";

/** A client of scrcpy's server that reads bytes as they are, for versions and faults that no library reads. */
export class RawScrcpy {
  readonly video: BufferedReadableStream;
  readonly control: BufferedReadableStream;
  /** The exit code, once the server has ended. */
  exitCode: number | undefined;
  output = "";
  readonly #sockets: readonly AdbSocket[];
  readonly #exited: Promise<unknown>;

  private constructor(
    sockets: readonly [video: AdbSocket, control: AdbSocket],
    video: BufferedReadableStream,
    exited: Promise<unknown>,
  ) {
    this.#sockets = sockets;
    this.video = video;
    this.control = new BufferedReadableStream(sockets[1].readable);
    this.#exited = exited;
  }

  /** Video and control alone, through sockets that the device listens on. */
  static async start(adb: Adb, version: string, ...options: readonly string[]): Promise<RawScrcpy> {
    await pushServer(adb, PATH);
    const args = [`scid=${SCID}`, "tunnel_forward=true", "audio=false", ...options];
    const process = await adb.subprocess.shellProtocol?.spawn([
      ...[`CLASSPATH=${PATH}`, "app_process", "/", "com.genymobile.scrcpy.Server", version, ...args],
    ]);
    if (process === undefined) throw new Error("the device has no shell v2");
    let output = "";
    let client: RawScrcpy | undefined;
    const keep = new WritableStream<Uint8Array>({
      write: (said) => {
        output += Buffer.from(said).toString("utf8");
        if (client !== undefined) client.output = output;
      },
    });
    const reading = process.stdout.pipeTo(keep);
    const exited = process.exited.then((code) => {
      if (client !== undefined) client.exitCode = code;
    });
    // The errors have a stream of their own, and nobody here asks for them.
    void process.stderr.pipeTo(new WritableStream()).catch(() => {});
    const first = await connected(adb);
    const video = new BufferedReadableStream(first.readable);
    // The dummy byte.
    await video.readExactly(1);
    client = new RawScrcpy([first, await connected(adb)], video, Promise.allSettled([reading, exited]));
    return client;
  }

  /** So many bytes of the video, in hexadecimal. */
  async hex(bytes: number): Promise<string> {
    return Buffer.from(await this.video.readExactly(bytes)).toString("hex");
  }

  async send(message: ArrayBuffer): Promise<void> {
    const writer = this.#sockets[1]?.writable.getWriter();
    await writer?.write(new Consumable(new Uint8Array(message)));
    writer?.releaseLock();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) await socket.close();
    await this.#exited;
  }
}

/** The server needs a moment to listen. */
async function connected(adb: Adb): Promise<AdbSocket> {
  let socket: AdbSocket | undefined;
  await until("the server listens", async () => {
    socket = await adb.createSocket(`localabstract:scrcpy_${SCID}`).catch(() => undefined);
    return socket !== undefined;
  });
  if (socket === undefined) throw new Error("no socket");
  return socket;
}
