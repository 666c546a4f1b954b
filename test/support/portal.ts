import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("../../examples/portal/server.ts", import.meta.url));
const START_DEADLINE_MS = 20_000;

/** The example's portal, run as its reader would run it, on a port and so an origin of its own. */
export class Portal {
  readonly origin: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, origin: string) {
    this.#process = process;
    this.origin = origin;
  }

  /** @throws Error with what it said, when it does not listen in time */
  static async start(edge: string, key: string): Promise<Portal> {
    const env = { ...process.env, NEARGLASS_EDGE: edge, NEARGLASS_KEY: key, PORT: "0" };
    const child = spawn(process.execPath, [SERVER], { env, stdio: ["ignore", "pipe", "pipe"] });
    const deadline = AbortSignal.timeout(START_DEADLINE_MS);
    let said = "";
    const origin = await new Promise<string>((resolve, reject) => {
      const fail = () => reject(new Error(`the portal does not listen:\n${said}`));
      const read = (text: string) => {
        said += text;
        const found = /^portal on (\S+)$/m.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      };
      child.stdout.setEncoding("utf8").on("data", read);
      child.stderr.setEncoding("utf8").on("data", read);
      child.once("exit", fail);
      deadline.addEventListener("abort", fail, { once: true });
    }).catch((error: unknown) => {
      child.kill();
      throw error;
    });
    return new Portal(child, origin);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, "exit");
    this.#process.kill();
    await exited;
  }
}
