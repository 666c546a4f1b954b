import { type Adb, AdbNoneProtocolSpawner, AdbServerClient } from "@yume-chan/adb";
import { AdbScrcpyClient, AdbScrcpyOptions3_3_3 } from "@yume-chan/adb-scrcpy";
import { AdbServerNodeTcpConnector } from "@yume-chan/adb-server-node-tcp";
import type { ScrcpyMediaStreamPacket } from "@yume-chan/scrcpy";
import { ReadableStream, WritableStream } from "@yume-chan/stream-extra";
import type { AdbServer } from "./adb-server.ts";
import { type DecodedPicture, H264Decoder } from "./h264-decoder.ts";

const PATH = "/data/local/tmp/scrcpy-server.jar";

/** A device through a real ADB server. */
export async function adbOf(server: AdbServer, serial: string): Promise<Adb> {
  const client = new AdbServerClient(new AdbServerNodeTcpConnector({ host: "127.0.0.1", port: server.port }));
  return await client.createAdb({ serial });
}

/** Any file passes for the server: the double checks that one was pushed. */
export async function pushServer(adb: Adb, path = PATH): Promise<void> {
  const file = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(Buffer.alloc(100_000, "jar"));
      controller.close();
    },
  });
  await AdbScrcpyClient.pushServer(adb, file, path);
}

type Options = AdbScrcpyOptions3_3_3.Init<true>;

/** Tango's client of scrcpy 3.3.4 with all of its streams read, and the pictures decoded. */
export class ScrcpyViewer {
  readonly client: AdbScrcpyClient<AdbScrcpyOptions3_3_3<true>>;
  /** The newest, as it was decoded. */
  picture: DecodedPicture | undefined;
  readonly packets: ScrcpyMediaStreamPacket[] = [];
  readonly audio: ScrcpyMediaStreamPacket[] = [];
  readonly clipboards: string[] = [];
  /** Output reports of plugged-in devices. */
  readonly reports: { readonly id: number; readonly data: Uint8Array }[] = [];
  /** What ended the video, when it has ended. */
  videoEnd: "end" | Error | undefined;
  readonly output: string[] = [];
  readonly #decoder = new H264Decoder();
  readonly #read: Promise<unknown>;

  private constructor(client: AdbScrcpyClient<AdbScrcpyOptions3_3_3<true>>, options: AdbScrcpyOptions3_3_3<true>) {
    this.client = client;
    const into = <Item>(items: Item[]) => new WritableStream<Item>({ write: (item) => void items.push(item) });
    this.#read = Promise.all([
      this.#readVideo(),
      this.#readAudio(),
      ended(options.clipboard?.pipeTo(into(this.clipboards))),
      ended(options.uHidOutput?.pipeTo(into(this.reports))),
      ended(client.output.pipeTo(into(this.output))),
    ]);
  }

  static async start(adb: Adb, options: Partial<Options> = {}, version = "3.3.4"): Promise<ScrcpyViewer> {
    await pushServer(adb);
    const init = { videoCodecOptions: undefined, ...options };
    const wanted = new AdbScrcpyOptions3_3_3<true>(init, { version, spawner: shellSpawner(adb) });
    return new ScrcpyViewer(await AdbScrcpyClient.start(adb, PATH, wanted), wanted);
  }

  get controller() {
    if (this.client.controller === undefined) throw new Error("started without control");
    return this.client.controller;
  }

  /** The luma at a place of the newest picture. */
  lumaAt(x: number, y: number): number | undefined {
    return this.picture?.luma[Math.round(y) * this.picture.width + Math.round(x)];
  }

  async touch(action: 0 | 1 | 2, pointerId: bigint, x: number, y: number, size = this.picture): Promise<void> {
    await this.controller.injectTouch({
      action,
      pointerId,
      pointerX: x,
      pointerY: y,
      videoWidth: size?.width ?? 0,
      videoHeight: size?.height ?? 0,
      pressure: action === 1 ? 0 : 1,
      actionButton: 0,
      buttons: 0,
    });
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.#read;
    this.#decoder.close();
  }

  async #readVideo(): Promise<void> {
    const video = await this.client.videoStream;
    let config: Uint8Array = new Uint8Array();
    const show = (packet: ScrcpyMediaStreamPacket) => {
      this.packets.push(packet);
      if (packet.type === "configuration") config = packet.data;
      else this.picture = this.#decoder.decode(packet.keyframe ? Buffer.concat([config, packet.data]) : packet.data);
    };
    this.videoEnd = await ended(video.stream.pipeTo(new WritableStream({ write: show })));
  }

  async #readAudio(): Promise<void> {
    const audio = await this.client.audioStream;
    if (audio?.type !== "success") return;
    await ended(audio.stream.pipeTo(new WritableStream({ write: (packet) => void this.audio.push(packet) })));
  }
}

async function ended(reading: Promise<void> | undefined): Promise<"end" | Error> {
  try {
    await reading;
    return "end";
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * Starts the server by shell v2. With `exec:`, which is Tango's own way, the server goes on when its client closes:
 * adbd sends no signal, and the client leaves its sockets open.
 */
function shellSpawner(adb: Adb): AdbNoneProtocolSpawner {
  return new AdbNoneProtocolSpawner(async (command, signal) => {
    const shell = adb.subprocess.shellProtocol;
    if (shell === undefined) throw new Error("the device has no shell v2");
    const process = await shell.spawn(command, signal);
    void ended(process.stderr.pipeTo(new WritableStream()));
    return {
      stdin: process.stdin,
      output: process.stdout,
      exited: process.exited.then(() => {}),
      kill: () => process.kill(),
    };
  });
}
