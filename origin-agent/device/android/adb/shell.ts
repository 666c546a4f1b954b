import { type Adb, escapeArg } from "@yume-chan/adb";

/** Longer answers are of nothing that is asked for here. */
const MAX_ANSWER_CHARS = 1024 * 1024;
const COMMAND_DEADLINE_MS = 15_000;

/** Words that mean the same with quotes and without. Those with `=` stand bare, where they may be set for a command. */
const PLAIN = /^[\w./:=,+-]+$/;

/**
 * The line that a shell in the device takes apart again into exactly these arguments. ADB has no way to pass a list, so what is not
 * plain is quoted.
 * @throws RangeError for an argument with a NUL, which no program can be given
 */
export function commandLine(args: readonly string[]): string {
  const words = args.map((arg) => {
    if (arg.includes("\0")) throw new RangeError("an argument with a NUL");
    return PLAIN.test(arg) ? arg : escapeArg(arg);
  });
  return words.join(" ");
}

/**
 * Run a command in the device. Only its output is of interest.
 * @throws Error when the device cannot be reached or does not answer
 */
export async function run(adb: Adb, args: readonly string[]): Promise<string> {
  const socket = await adb.createSocket(`exec:${commandLine(args)}`);
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    void socket.close();
  }, COMMAND_DEADLINE_MS);
  const decoder = new TextDecoder();
  const reader = socket.readable.getReader();
  let answer = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      // Half an answer is none.
      if (isLate) throw new Error("a command in the device does not come to an end");
      if (done) return answer + decoder.decode();
      answer += decoder.decode(value, { stream: true });
      if (answer.length > MAX_ANSWER_CHARS) throw new Error("a command in the device does not come to an end");
    }
  } finally {
    clearTimeout(late);
    await socket.close();
  }
}
