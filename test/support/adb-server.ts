import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADB } from "../../tools/gate/adb.ts";
import { findTool, toolMissing } from "../../tools/gate/tool.ts";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

interface AdbRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A real ADB server with a port, keys and files of its own, so that none of this machine's is touched. */
export class AdbServer {
  readonly port: number;
  readonly #home: string;
  #child: ChildProcess;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(port: number, home: string) {
    this.port = port;
    this.#home = home;
    this.#environment = {
      PATH: process.env.PATH,
      HOME: home,
      TMPDIR: home,
      ADB_MDNS: "0",
      ANDROID_ADB_SERVER_PORT: String(port),
      ADB_SERVER_SOCKET: `tcp:127.0.0.1:${port}`,
    };
    this.#child = this.#spawn();
  }

  static async start(): Promise<AdbServer> {
    const server = new AdbServer(await freePort(), await mkdtemp(join(tmpdir(), "adb-")));
    try {
      await server.#listening();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** End the server, and start it again where it was: it knows no device then. */
  async restart(): Promise<void> {
    await this.#end();
    this.#child = this.#spawn();
    await this.#listening();
  }

  /** Run `adb` with these arguments. */
  async adb(args: readonly string[], input: string | Uint8Array = ""): Promise<AdbRun> {
    const child = spawn(adbPath(), args, { env: this.#environment });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (data: Buffer) => out.push(data));
    child.stderr.on("data", (data: Buffer) => err.push(data));
    // A program that has ended does not read what is left.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const [code] = await once(child, "close");
    return { code, out: Buffer.concat(out).toString("utf8"), err: Buffer.concat(err).toString("utf8") };
  }

  /** Connect to a device and wait until it can be used. What the server lost it would look for only after ten seconds. */
  async connect(serial: string): Promise<void> {
    await until(`${serial} is a device`, async () => {
      if ((await this.state(serial)) === "offline") await this.adb(["disconnect", serial]);
      await this.adb(["connect", serial]);
      return (await this.state(serial)) === "device";
    });
  }

  /** Tell it of an emulator, by the port of its ADB: what an emulator says when it starts. */
  async emulatorStarted(port: number): Promise<void> {
    const socket = connect(this.port, "127.0.0.1");
    await once(socket, "connect");
    const request = `host:emulator:${port}`;
    socket.end(`${request.length.toString(16).padStart(4, "0")}${request}`);
    await until(
      `emulator-${port - 1} is a device`,
      async () => (await this.state(`emulator-${port - 1}`)) === "device",
    );
  }

  /** `device`, `offline`, `unauthorized`, or undefined when the server does not know it. */
  async state(serial: string): Promise<string | undefined> {
    const { out } = await this.adb(["devices"]);
    return out
      .split("\n")
      .find((line) => line.startsWith(`${serial}\t`))
      ?.split("\t")[1];
  }

  async stop(): Promise<void> {
    await this.#end();
    await rm(this.#home, { recursive: true, force: true });
  }

  #spawn(): ChildProcess {
    // It takes no other name of the loopback here.
    const args = ["-L", `tcp:localhost:${this.port}`, "nodaemon", "server"];
    return spawn(adbPath(), args, { env: this.#environment, stdio: "ignore" });
  }

  async #listening(): Promise<void> {
    await until("the ADB server listens", () => listens(this.port));
  }

  async #end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await ended;
  }
}

function adbPath(): string {
  const path = findTool(ADB, process.env);
  if (path === undefined) throw new Error(toolMissing(ADB, process.env));
  return path;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
