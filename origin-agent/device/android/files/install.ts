import type { Adb } from "@yume-chan/adb";
import type { WritableStreamDefaultWriter } from "@yume-chan/stream-extra";
import { FileRefusal, type FileSink } from "../../files.ts";
import { closeQuietly, type Flow } from "../adb/flow.ts";
import { commandLine } from "../adb/shell.ts";

/** A large app is checked for a while once all of it is there. */
const ANSWER_MS = 80_000;
const MOST_ANSWER_CHARS = 4_096;

/** An app is streamed into the package manager; only its size stands in the command. @throws FileRefusal */
export async function beginInstall(adb: Adb, name: string, size: number): Promise<FileSink> {
  const line = commandLine(["cmd", "package", "install", "-r", "-S", String(size)]);
  const flow = await adb.createSocket(`exec:${line}`).catch(() => undefined);
  if (flow === undefined) throw new FileRefusal("device-failed");
  return new Install(flow, name);
}

class Install implements FileSink {
  readonly #flow: Flow;
  readonly #name: string;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** All that the package manager says, up to its end. */
  readonly #answer: Promise<string>;
  #over = false;

  constructor(flow: Flow, name: string) {
    this.#flow = flow;
    this.#name = name;
    // Safe: pieces are given away as they are, which this stream takes too.
    this.#writer = flow.writable.getWriter() as WritableStreamDefaultWriter<Uint8Array>;
    this.#answer = readAnswer(flow);
    void this.#answer.then(() => {
      this.#over = true;
    });
  }

  async write(piece: Uint8Array): Promise<void> {
    // It has said its last word before it had all of the file.
    if (this.#over) throw refusalOf(await this.#answer);
    await Promise.race([this.#writer.write(piece), this.#answer]).catch(() => {
      throw new FileRefusal("device-failed");
    });
    if (this.#over) throw refusalOf(await this.#answer);
  }

  async finish(): Promise<string> {
    const late = setTimeout(() => this.abort(), ANSWER_MS);
    const answer = await this.#answer;
    clearTimeout(late);
    await closeQuietly(this.#flow);
    if (!/^Success\b/m.test(answer)) throw refusalOf(answer);
    return this.#name;
  }

  abort(): void {
    void closeQuietly(this.#flow);
  }
}

/** Never rejects. */
async function readAnswer(flow: Flow): Promise<string> {
  const decoder = new TextDecoder();
  const reader = flow.readable.getReader();
  let answer = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || answer.length > MOST_ANSWER_CHARS) return answer;
      answer += decoder.decode(value, { stream: true });
    }
  } catch {
    return answer;
  }
}

/** `Failure [INSTALL_FAILED_...: words]`: the name of the failure is for the person, the words may hold anything. */
function refusalOf(answer: string): FileRefusal {
  const [, name] = /\bFailure \[(INSTALL_[A-Z_]+)/.exec(answer) ?? [];
  if (name === "INSTALL_FAILED_INSUFFICIENT_STORAGE" || /no space left/i.test(answer))
    return new FileRefusal("device-full");
  return name === undefined ? new FileRefusal("device-failed") : new FileRefusal("app-refused", name);
}
