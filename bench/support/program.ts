import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * A program of the bench in a process of its own: so that its CPU is not counted as the relay's, and so that it can stand in
 * another network. Calls cross by Node's own channel, one answer each.
 */

/** What a program can be asked. */
export type Duties = Record<string, (argument: never) => unknown>;

type Argument<Duty> = Duty extends () => unknown
  ? undefined
  : Duty extends (argument: infer Given) => unknown
    ? Given
    : never;
type Answer<Duty> = Duty extends (...given: never[]) => infer Returned ? Awaited<Returned> : never;

interface Call {
  readonly id: number;
  readonly duty: string;
  readonly argument: unknown;
}

type Reply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failed: string }
  | { readonly id: "started" };

const DEADLINE_MS = 30_000;

export class Program<Does extends Duties> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<Reply["id"], (reply: Reply | Error) => void>();
  #calls = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    // Safe: only `serve` writes to this channel.
    child.on("message", (reply: Reply) => this.#waiting.get(reply.id)?.(reply));
    child.once("exit", (code, signal) => {
      for (const end of this.#waiting.values()) end(new Error(`a program of the bench ended with ${code ?? signal}`));
    });
  }

  /**
   * @param within words in front of the command: the network that it is to stand in
   * @param flags of Node
   */
  static async start<Does extends Duties>(
    file: string,
    { within = [], flags = [] }: { readonly within?: readonly string[]; readonly flags?: readonly string[] } = {},
  ): Promise<Program<Does>> {
    const path = fileURLToPath(new URL(`../programs/${file}`, import.meta.url));
    const [command = process.execPath, ...rest] = [...within, process.execPath, ...flags, path];
    const child = spawn(command, rest, { stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "advanced" });
    const program = new Program<Does>(child);
    await program.#replyTo("started", DEADLINE_MS, file);
    return program;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("the program has no process");
    return this.#child.pid;
  }

  async call<Name extends keyof Does & string>(
    duty: Name,
    argument: Argument<Does[Name]>,
    deadlineMs = DEADLINE_MS,
  ): Promise<Answer<Does[Name]>> {
    const id = this.#calls++;
    const call: Call = { id, duty, argument };
    const replied = this.#replyTo(id, deadlineMs, duty);
    this.#child.send(call);
    const reply = await replied;
    if ("failed" in reply) throw new Error(`${duty}: ${reply.failed}`);
    // Safe: the answer of the duty of this name, which `serve` has called.
    return ("answer" in reply ? reply.answer : undefined) as Answer<Does[Name]>;
  }

  stop(): void {
    this.#child.removeAllListeners("exit");
    this.#child.kill("SIGKILL");
  }

  async #replyTo(id: Reply["id"], deadlineMs: number, what: string): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<Reply | Error>();
    const late = setTimeout(() => resolve(new Error(`${what} did not answer in ${deadlineMs} ms`)), deadlineMs);
    this.#waiting.set(id, resolve);
    const reply = await promise;
    clearTimeout(late);
    this.#waiting.delete(id);
    if (reply instanceof Error) throw reply;
    return reply;
  }
}

/** The other side: called once by a program, with what it can do. It ends with its parent. */
export function serve(duties: Duties): void {
  const reply = (message: Reply) => process.send?.(message);
  process.on("message", ({ id, duty, argument }: Call) => {
    // Safe: a call is typed where it is made, by the same duties.
    const does = duties[duty] as ((argument: unknown) => unknown) | undefined;
    const answered = (async () => does?.(argument))();
    void answered.then(
      (answer) => reply({ id, answer }),
      (error: unknown) =>
        reply({ id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.once("disconnect", () => process.exit(0));
  reply({ id: "started" });
}
