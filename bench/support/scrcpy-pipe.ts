import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { AdbServer } from "../../test/support/adb-server.ts";
import { freePort } from "../../test/support/free-port.ts";
import { until } from "../../test/support/until.ts";
import type { Discard } from "./discard.ts";

/** A device that is none, in a process of its own, with 30 pictures a second that cost it nothing. */
export interface DeviceProgram {
  readonly serial: string;
  /** Where its presentation times begin, milliseconds of Unix time. */
  readonly bootedAt: number;
  stop(): Promise<void>;
}

const PROGRAM = join(import.meta.dirname, "../../test/support/android-device/main.ts");
const JAR = "/data/local/tmp/pipe.jar";

export async function startDevice(): Promise<DeviceProgram> {
  const child = spawn(process.execPath, [PROGRAM, "--port", "0", "--reel", "30"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => {
    if (output.length < 1_000) output += data.toString();
  });
  await until("the device", () => /begin at [\d.]+ ms/.test(output), 30_000);
  const serial = /adb connect (\S+)/.exec(output)?.[1];
  const bootedAt = Number(/begin at ([\d.]+) ms/.exec(output)?.[1]);
  if (serial === undefined) throw new Error("the device did not say where it is");
  return { serial, bootedAt, stop: () => ended(child) };
}

/** Start a scrcpy server by adb itself, and pass on what its three sockets bring. Headers are read for their times alone. @returns ends it */
export async function pipeScrcpy(
  adb: AdbServer,
  { serial, bootedAt }: DeviceProgram,
  discard: Discard,
  arrived: (ageMs: number) => void,
): Promise<() => Promise<void>> {
  const port = await freePort();
  await adb.adb(["-s", serial, "push", import.meta.filename, JAR]);
  await adb.adb(["-s", serial, "forward", `tcp:${port}`, "localabstract:scrcpy_00000001"]);
  const server = "com.genymobile.scrcpy.Server 3.3.4 scid=00000001 tunnel_forward=true send_device_meta=false";
  const running = adb.adb(["-s", serial, "shell", `CLASSPATH=${JAR} app_process / ${server}`]);
  const video = await firstSocket(port);
  const rest = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
  for (const socket of rest) socket.on("data", (data) => discard.write(data));
  const meter = new Meter((ptsMicros) =>
    arrived(performance.timeOrigin + performance.now() - bootedAt - ptsMicros / 1_000),
  );
  video.on("data", (data: Buffer) => {
    discard.write(data);
    meter.push(data);
  });
  return async () => {
    for (const socket of [video, ...rest]) socket.destroy();
    await running;
  };
}

/** The one on which the server says its byte. */
async function firstSocket(port: number): Promise<Socket> {
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const [byte] = await Promise.race([once(socket, "data"), once(socket, "close").then(() => [])]);
    if (byte !== undefined) return socket;
  }
}

/** Finds the end of each picture in a stream that goes by: the least that a pipe has to know to be measured. */
class Meter {
  readonly #ended: (ptsMicros: number) => void;
  readonly #head = Buffer.alloc(12);
  #headBytes = 0;
  #bodyBytes = 0;
  #started = false;

  constructor(ended: (ptsMicros: number) => void) {
    this.#ended = ended;
  }

  push(data: Buffer): void {
    let at = 0;
    while (at < data.length) {
      if (this.#bodyBytes > 0) {
        const taken = Math.min(this.#bodyBytes, data.length - at);
        at += taken;
        this.#bodyBytes -= taken;
        if (this.#bodyBytes === 0 && this.#head[0] !== 0x80) {
          this.#ended((this.#head.readUInt32BE(0) & 0x3fff_ffff) * 2 ** 32 + this.#head.readUInt32BE(4));
        }
        continue;
      }
      const taken = data.copy(this.#head, this.#headBytes, at, at + 12 - this.#headBytes);
      at += taken;
      this.#headBytes += taken;
      if (this.#headBytes < 12) continue;
      this.#headBytes = 0;
      if (this.#started) this.#bodyBytes = this.#head.readUInt32BE(8);
      this.#started = true;
    }
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const end = once(child, "exit");
  child.kill("SIGTERM");
  await end;
}
