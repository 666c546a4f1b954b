import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const STOP_DEADLINE_MS = 8_000;
/** Enough of what it said last to see why it failed. */
const KEPT_CHARS = 32 * 1024;

export interface ChildOptions {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Pass on what it says, instead of keeping it for the case that it fails. */
  readonly verbose: boolean;
}

export interface ChildEnd {
  /** Undefined when it was killed, or never ran. */
  readonly code: number | undefined;
  /** How it ended, to be put after its name. */
  readonly words: string;
}

export interface Child {
  readonly name: string;
  /** Settles when it has ended, or could not be started; never rejects. */
  readonly ended: Promise<ChildEnd>;
  /** What it said last; empty when everything was passed on. */
  output(): string;
  /** End it with everything that it has started. Settles when all are gone. */
  stop(): Promise<void>;
}

/** Start a program as the head of a process group of its own, so that it can be ended whole, and only by us. */
export function startChild({ name, command, args, env, verbose }: ChildOptions): Child {
  const child = spawn(command, args, {
    detached: true,
    env: { ...process.env, ...env },
    stdio: ["ignore", verbose ? "inherit" : "pipe", verbose ? "inherit" : "pipe"],
  });
  let said = "";
  const keep = (text: string) => {
    said = (said + text).slice(-KEPT_CHARS);
  };
  child.stdout?.setEncoding("utf8").on("data", keep);
  child.stderr?.setEncoding("utf8").on("data", keep);
  const ended = endOf(child);
  return {
    name,
    ended,
    output: () => said,
    stop: async () => {
      signalGroup(child, "SIGTERM");
      const timer = setTimeout(() => signalGroup(child, "SIGKILL"), STOP_DEADLINE_MS);
      await ended;
      clearTimeout(timer);
      // Whatever it left behind in its group.
      signalGroup(child, "SIGKILL");
    },
  };
}

async function endOf(child: ChildProcess): Promise<ChildEnd> {
  try {
    const [code, signal] = await once(child, "exit");
    return { code: code ?? undefined, words: signal === null ? `ended with code ${code}` : `was ended by ${signal}` };
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? error.code : "unknown";
    return { code: undefined, words: `could not be started (${reason})` };
  }
}

function signalGroup(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is empty: all have ended.
  }
}
