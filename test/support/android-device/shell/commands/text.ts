import { FileError } from "../../system/files.ts";
import { complain, type Process, type Program, say } from "../process.ts";

/** toybox, as far as command lines of a host use it: programs of text in and text out. */
export const TEXT_PROGRAMS: Readonly<Record<string, Program>> = {
  echo: (process) => {
    const bare = process.args[0] === "-n";
    const words = (bare ? process.args.slice(1) : process.args).join(" ");
    return say(process, bare ? words : `${words}\n`);
  },
  printf: (process) => say(process, printed(process.args)),
  true: () => 0,
  ":": () => 0,
  false: () => 1,
  cat,
  grep,
  head: (process) => cut(process, (lines, count) => lines.slice(0, count)),
  tail: (process) => cut(process, (lines, count) => lines.slice(-count)),
  wc: async (process) => {
    const data = await input(process);
    return await say(process, process.args[0] === "-c" ? `${data.length}\n` : `${linesOf(data).length}\n`);
  },
};

/** `%s` and `\n` alone. */
function printed([format = "", ...values]: readonly string[]): string {
  const left = [...values];
  return format.replace(/%s|\\n/g, (sign) => (sign === "\\n" ? "\n" : (left.shift() ?? "")));
}

/** Piece by piece, so that what is sent comes back at once. */
async function cat(process: Process): Promise<number> {
  const paths = process.args.filter((arg) => arg !== "-");
  if (paths.length === 0) {
    for (let piece = await process.stdin.read(); piece !== undefined; piece = await process.stdin.read())
      await process.out(piece);
    return 0;
  }
  let status = 0;
  for (const path of paths) {
    try {
      await process.out(process.system.android.files.read(path));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      status = await complain(process, `cat: ${path}: ${error.message}\n`);
    }
  }
  return status;
}

async function grep(process: Process): Promise<number> {
  const flags = process.args.filter((arg) => arg.startsWith("-")).join("");
  const [pattern = ""] = process.args.filter((arg) => !arg.startsWith("-"));
  const wanted = expression(flags.includes("F") ? literal(pattern) : pattern, flags.includes("i"));
  if (wanted === undefined) return await complain(process, `grep: bad REGEX '${pattern}'\n`, 2);
  const found = linesOf(await input(process)).filter((line) => wanted.test(line) !== flags.includes("v"));
  if (flags.includes("c")) await process.out(`${found.length}\n`);
  else if (!flags.includes("q")) await process.out(found.map((line) => `${line}\n`).join(""));
  return found.length > 0 ? 0 : 1;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function expression(pattern: string, ignoreCase: boolean): RegExp | undefined {
  try {
    return new RegExp(pattern, ignoreCase ? "i" : "");
  } catch {
    return undefined;
  }
}

async function cut(
  process: Process,
  take: (lines: readonly string[], count: number) => readonly string[],
): Promise<number> {
  const count = /\d+/.exec(process.args.join(" "))?.[0] ?? "10";
  return await say(
    process,
    take(linesOf(await input(process)), Number(count))
      .map((line) => `${line}\n`)
      .join(""),
  );
}

async function input(process: Process): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (let piece = await process.stdin.read(); piece !== undefined; piece = await process.stdin.read())
    pieces.push(piece);
  return Buffer.concat(pieces);
}

function linesOf(data: Buffer): string[] {
  const text = data.toString("utf8");
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
