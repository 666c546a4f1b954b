import { FileError } from "../system/files.ts";
import { PROGRAMS } from "./commands/index.ts";
import { type Pipeline, parseScript, type Script, ShellSyntaxError, type SimpleCommand, type Word } from "./parse.ts";
import { complain, type Process } from "./process.ts";

const NOT_FOUND = 127;
const KILLED = 137;

/** What a command line has around it: everything of a program but its arguments. */
type Surroundings = Omit<Process, "args">;

/** Run a command line as Android's `sh -c` does. @returns the exit code */
export async function runShell(source: string, around: Surroundings): Promise<number> {
  const variables = new Map(around.environment);
  try {
    return await new Shell(variables).run(parseScript(source), around);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    await around.err(`/system/bin/sh: ${error.message}\n`);
    return 1;
  }
}

class Shell {
  readonly #variables: Map<string, string>;
  #status = 0;
  #exited = false;

  constructor(variables: Map<string, string>) {
    this.#variables = variables;
  }

  async run(script: Script, around: Surroundings): Promise<number> {
    for (const pipeline of script) {
      if (this.#exited) break;
      if (around.signal.aborted) return KILLED;
      if (pipeline.runs === "after-success" && this.#status !== 0) continue;
      if (pipeline.runs === "after-failure" && this.#status === 0) continue;
      const status = await this.#pipeline(pipeline, around);
      this.#status = pipeline.negated ? Number(status === 0) : status;
    }
    return this.#status;
  }

  /** One after the other: what the first said is what the next one reads. */
  async #pipeline({ commands }: Pipeline, around: Surroundings): Promise<number> {
    let [stdin, status] = [around.stdin, 0];
    for (const [at, command] of commands.entries()) {
      if (at === commands.length - 1) return await this.#command(command, { ...around, stdin });
      const said: Uint8Array[] = [];
      status = await this.#command(command, { ...around, stdin, out: keptIn(said) });
      stdin = readsOnce(said);
    }
    return status;
  }

  async #command(command: SimpleCommand, around: Surroundings): Promise<number> {
    const args = (await Promise.all(command.words.map((word) => this.#expand(word, around)))).flat();
    const environment = new Map(this.#variables);
    for (const { name, value } of command.assignments)
      environment.set(name, (await this.#expand(value, around)).join(" "));
    if (args.length === 0) {
      for (const [name, value] of environment) this.#variables.set(name, value);
      return 0;
    }
    const redirected = await this.#redirect(command, { ...around, environment });
    if (redirected === undefined) return 1;
    const status = await this.#program(args, redirected.around);
    try {
      redirected.finish();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await around.err(`/system/bin/sh: can't create file: ${error.message}\n`);
      return 1;
    }
    return status;
  }

  async #program([name = "", ...args]: readonly string[], around: Surroundings): Promise<number> {
    if (name === "exit") {
      this.#exited = true;
      return args[0] === undefined ? this.#status : Number(args[0]) & 0xff;
    }
    const { android } = around.system;
    android.record.add({ kind: "command", program: name, args });
    if (name === "sh" && args[0] === "-c") return await runShell(args[1] ?? "", around);
    const program = PROGRAMS[name.replace(/^\/system\/bin\//, "")];
    if (program !== undefined) return await program({ ...around, args });
    return await complain({ ...around, args }, `/system/bin/sh: ${name}: inaccessible or not found\n`, NOT_FOUND);
  }

  /** @returns undefined when a file cannot be read */
  async #redirect(
    { redirections }: SimpleCommand,
    around: Surroundings,
  ): Promise<{ readonly around: Surroundings; readonly finish: () => void } | undefined> {
    const { files } = around.system.android;
    let now = around;
    const ends: (() => void)[] = [];
    for (const { from, mode, to } of redirections) {
      const path = (await this.#expand(to, around)).join(" ");
      if (mode === "join") {
        now = from === 2 ? { ...now, err: now.out } : { ...now, out: now.err };
      } else if (mode === "read") {
        const node = files.find(path);
        if (node?.kind !== "file") {
          await around.err(`/system/bin/sh: can't open ${path}: No such file or directory\n`);
          return undefined;
        }
        now = { ...now, stdin: readsOnce([node.data]) };
      } else {
        const before = mode === "append" ? files.find(path) : undefined;
        const said: Uint8Array[] = before?.kind === "file" ? [before.data] : [];
        now = from === 2 ? { ...now, err: keptIn(said) } : { ...now, out: keptIn(said) };
        if (path !== "/dev/null") ends.push(() => files.write(path, Buffer.concat(said)));
      }
    }
    const finish = () => {
      for (const end of ends) end();
    };
    return { around: now, finish };
  }

  /** A word as the arguments that it comes to: what stands in no quotes is split at blanks. */
  async #expand(word: Word, around: Surroundings): Promise<string[]> {
    const fields: string[] = [];
    let field: string | undefined;
    for (const part of word) {
      if (part.kind === "text") {
        field = (field ?? "") + part.text;
        continue;
      }
      const value = part.kind === "variable" ? this.#variable(part.name) : await this.#outputOf(part.script, around);
      if (part.quoted) {
        field = (field ?? "") + value;
        continue;
      }
      const [first = "", ...others] = value.split(/[ \t\n]+/);
      field = first === "" ? field : (field ?? "") + first;
      for (const other of others) {
        if (field !== undefined) fields.push(field);
        field = other === "" ? undefined : other;
      }
    }
    return field === undefined ? fields : [...fields, field];
  }

  #variable(name: string): string {
    return name === "?" ? String(this.#status) : (this.#variables.get(name) ?? "");
  }

  async #outputOf(script: Script, around: Surroundings): Promise<string> {
    const said: Uint8Array[] = [];
    await new Shell(new Map(this.#variables)).run(script, { ...around, out: keptIn(said) });
    return Buffer.concat(said).toString("utf8").replace(/\n+$/, "");
  }
}

function keptIn(said: Uint8Array[]): Process["out"] {
  return async (words) => {
    said.push(Buffer.from(words));
  };
}

function readsOnce(pieces: readonly Uint8Array[]): Process["stdin"] {
  const left = pieces.filter((piece) => piece.length > 0);
  return { read: async () => left.shift() };
}
