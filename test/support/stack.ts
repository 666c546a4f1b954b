import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { localSecrets } from "../../tools/secrets.ts";
import { freePort } from "./free-port.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const START_DEADLINE_MS = 90_000;

/** The whole on this machine, started by the very command that a newcomer uses. */
export class Stack {
  /** The printed link: all who open it meet in one session. */
  readonly link: URL;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, link: URL) {
    this.#process = process;
    this.link = link;
  }

  /** @throws Error with what it said, when it prints no link in time */
  static async start(...args: readonly string[]): Promise<Stack> {
    const child = spawn(process.execPath, [`${ROOT}tools/start.ts`, ...args], {
      cwd: ROOT,
      env: { ...process.env, PORT: String(await freePort()) },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    const deadline = AbortSignal.timeout(START_DEADLINE_MS);
    const link = await new Promise<URL>((resolve, reject) => {
      const fail = () => reject(new Error(`npm start printed no link:\n${said}`));
      const read = (text: string) => {
        said += text;
        const found = /^open (\S+)$/m.exec(said)?.[1];
        if (found !== undefined) resolve(new URL(found));
      };
      child.stdout.setEncoding("utf8").on("data", read);
      child.stderr.setEncoding("utf8").on("data", read);
      child.once("exit", fail);
      deadline.addEventListener("abort", fail, { once: true });
    }).catch((error: unknown) => {
      child.kill("SIGINT");
      throw error;
    });
    return new Stack(child, link);
  }

  /** A call with the right of the administrator, for links of another kind than the printed one. */
  async api(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: object): Promise<Response> {
    return await fetch(new URL(path, this.link.origin), {
      method,
      headers: { authorization: `Bearer ${(await localSecrets()).adminToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Interrupt it as Ctrl-C does. @returns the exit code */
  async stop(): Promise<number | null> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return this.#process.exitCode;
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGINT");
    await exited;
    return this.#process.exitCode;
  }
}
