import { BrokenPipe, type ByteStream, ExactReader } from "../byte-stream.ts";
import type { System } from "../shell/process.ts";
import { runShell } from "../shell/run.ts";

/** The kinds of packets of shell v2: a byte, the length in four bytes, the lowest first, and the data. */
const PACKET = { stdin: 0, stdout: 1, stderr: 2, exit: 3, closeStdin: 4, windowSize: 5 } as const;
const MAX_PACKET_BYTES = 1024 * 1024;
const PROMPT = "glassfish:/ $ ";

/** `shell:` as it was before version 2, and `exec:`: one stream for all that is said, and no exit code. */
export async function serveRawShell(stream: ByteStream, line: string, system: System, isExec: boolean): Promise<void> {
  const write = (said: string | Uint8Array) => stream.write(Buffer.from(said));
  // A program that was started by `exec:` outlives its stream, and finds out when it writes.
  const signal = isExec ? system.android.down : AbortSignal.any([stream.gone, system.android.down]);
  await run(line, system, { stdin: stream, out: write, err: write, signal });
  stream.close();
}

/** `shell,v2:`: what is said is told apart, standard input can end, and the exit code comes last. */
export async function serveShellV2(stream: ByteStream, line: string, system: System): Promise<void> {
  const signal = AbortSignal.any([stream.gone, system.android.down]);
  const input = new ShellInput(stream);
  const says = (kind: number) => (said: string | Uint8Array) => stream.write(shellPacket(kind, Buffer.from(said)));
  const status = await run(line, system, { stdin: input, out: says(PACKET.stdout), err: says(PACKET.stderr), signal });
  await stream.write(shellPacket(PACKET.exit, Uint8Array.of(status))).catch(ignoreBrokenPipe);
  stream.close();
}

type Ends = Pick<Parameters<typeof runShell>[1], "stdin" | "out" | "err" | "signal">;

async function run(line: string, system: System, ends: Ends): Promise<number> {
  const around = { ...ends, system, environment: new Map([["PATH", "/system/bin"]]) };
  try {
    return line === "" ? await interactive(around) : await runShell(line, around);
  } catch (error) {
    ignoreBrokenPipe(error);
    return 141;
  }
}

/** Line by line, until the input ends or `exit` is said. */
async function interactive(around: Parameters<typeof runShell>[1]): Promise<number> {
  let [held, status] = ["", 0];
  await around.out(PROMPT);
  for (let piece = await around.stdin.read(); piece !== undefined; piece = await around.stdin.read()) {
    held += Buffer.from(piece).toString("utf8").replaceAll("\r", "\n");
    for (let end = held.indexOf("\n"); end !== -1; end = held.indexOf("\n")) {
      const line = held.slice(0, end).trim();
      held = held.slice(end + 1);
      const exit = /^exit(?: (\d+))?$/.exec(line);
      if (exit !== null) return exit[1] === undefined ? status : Number(exit[1]) & 0xff;
      status = await runShell(line, around);
      await around.out(PROMPT);
    }
  }
  return status;
}

/** Standard input out of the packets of shell v2. */
class ShellInput {
  readonly #reader: ExactReader;
  #ended = false;

  constructor(stream: ByteStream) {
    this.#reader = new ExactReader(stream);
  }

  async read(): Promise<Uint8Array | undefined> {
    while (!this.#ended) {
      const packet = await this.#packet();
      if (packet === undefined || packet.kind === PACKET.closeStdin) this.#ended = true;
      else if (packet.kind === PACKET.stdin) return packet.data;
    }
    return undefined;
  }

  async #packet(): Promise<{ readonly kind: number; readonly data: Uint8Array } | undefined> {
    try {
      const head = await this.#reader.exactly(5);
      const length = head.readUInt32LE(1);
      if (length > MAX_PACKET_BYTES) return undefined;
      return { kind: head.readUInt8(0), data: await this.#reader.exactly(length) };
    } catch (error) {
      ignoreBrokenPipe(error);
      return undefined;
    }
  }
}

function shellPacket(kind: number, data: Uint8Array): Buffer {
  const packet = Buffer.alloc(5 + data.length);
  packet.writeUInt8(kind, 0);
  packet.writeUInt32LE(data.length, 1);
  packet.set(data, 5);
  return packet;
}

function ignoreBrokenPipe(error: unknown): void {
  if (!(error instanceof BrokenPipe)) throw error;
}
