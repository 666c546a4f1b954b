import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { within } from "../adb/deadline.ts";

const LOOPBACK = "127.0.0.1";
const DEADLINE_MS = 3_000;
/** An answer is some lines. */
const MAX_ANSWER_CHARS = 64 * 1024;
const MAX_WORDS = 100;
const CLOSED = "the emulator closed its console";

/** It said no: to this one command, and takes others. */
export class ConsoleRefusal extends Error {}

interface Waiting {
  resolve(answer: string): void;
  reject(error: Error): void;
}

/**
 * The Android Emulator's console: a command a line, answered by lines of which the last is `OK` or begins with `KO`. What is said to it is
 * in no error: it may be the token.
 */
export class Console {
  readonly #socket: Socket;
  /** Whose answers are to come, in order. */
  readonly #waiting: Waiting[] = [];
  #held = "";

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => this.#heard(text));
    socket.on("error", () => {});
    socket.on("close", () => this.#fail(new Error(CLOSED)));
  }

  /**
   * @param token of this machine's consoles; undefined when there is none
   * @throws Error in words for the host's operator
   */
  static async open(port: number, token: string | undefined): Promise<Console> {
    const socket = connect({ host: LOOPBACK, port, noDelay: true });
    const opened = new Console(socket);
    try {
      const greeting = opened.#answer();
      greeting.catch(() => {});
      await once(socket, "connect", { signal: AbortSignal.timeout(DEADLINE_MS) }).catch(() => {
        throw new Error(`nobody answers at its console, ${LOOPBACK}:${port}`);
      });
      if (!(await greeting).includes("Authentication required")) return opened;
      if (token === undefined) throw new Error("its console wants a token, and the file of it cannot be read");
      await opened.command(`auth ${token}`).catch(() => {
        throw new Error("its console refuses the token in the file");
      });
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  /** @returns what it says before its `OK` @throws Error when it refuses, is gone or does not answer */
  async command(line: string): Promise<string> {
    const answer = this.#answer();
    this.#socket.write(`${line}\r\n`);
    return await answer;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #answer(): Promise<string> {
    if (this.#socket.destroyed) throw new Error(CLOSED);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#waiting.push({ resolve, reject });
    const answer = await within(DEADLINE_MS, promise);
    if (answer !== undefined) return answer;
    // What it says later would be taken for the answer to something else.
    this.close();
    throw new Error("the emulator's console does not answer");
  }

  #heard(text: string): void {
    this.#held += text;
    for (let end = ENDING.exec(this.#held); end !== null; end = ENDING.exec(this.#held)) {
      const [whole, words = "", last = ""] = end;
      this.#held = this.#held.slice(whole.length);
      const waiting = this.#waiting.shift();
      if (last === "OK") waiting?.resolve(words);
      else waiting?.reject(new ConsoleRefusal(`the emulator's console says ${last.slice(0, MAX_WORDS)}`));
    }
    if (this.#held.length > MAX_ANSWER_CHARS) this.close();
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** All up to the first line that ends an answer, and that line. */
const ENDING = /^((?:(?!OK\r?\n|KO)[^\n]*\n)*)(OK|KO[^\r\n]*)\r?\n/;
