import { type Child, type ChildOptions, startChild } from "./child.ts";
import { Failure } from "./failure.ts";

/** Starts programs for a command, and sees to it that none outlives it. */
export interface House {
  readonly verbose: boolean;
  /** Aborted when the command is to end. */
  readonly signal: AbortSignal;
  /** Start what stands as long as the command does: its end is the command's end. */
  stand(program: Program): void;
  /** Start what comes to an end by itself. @throws Failure with what it said when it failed */
  run(program: Program): Promise<void>;
}

type Program = Omit<ChildOptions, "verbose">;

/**
 * Run a command that starts programs and then stands until an interrupt. Ends the process: with 0 when asked to,
 * with 1 and one clear line when something failed or a program died.
 */
export async function runHouse(command: (house: House) => Promise<void>): Promise<never> {
  const verbose = process.argv.includes("--verbose");
  const children: Child[] = [];
  const ending = new AbortController();
  const died = Promise.withResolvers<never>();
  const asked = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => asked.resolve());
  const start = (program: Program): Child => {
    if (ending.signal.aborted) throw new Failure("stopping");
    const child = startChild({ ...program, verbose });
    children.push(child);
    return child;
  };
  const house: House = {
    verbose,
    signal: ending.signal,
    stand: (program) => {
      const child = start(program);
      void child.ended.then((end) => died.reject(new Failure(`${program.name} ${end.words}`)));
    },
    run: async (program) => {
      const child = start(program);
      const end = await child.ended;
      if (end.code !== 0) throw new Failure(`${program.name} ${end.words}`);
      children.splice(children.indexOf(child), 1);
    },
  };
  const code = await Promise.race([asked.promise, died.promise, command(house).then(() => died.promise)]).then(
    () => 0,
    (error: unknown) => {
      complain(error, children);
      return 1;
    },
  );
  ending.abort();
  // The last started depends on those before it.
  for (const child of children.reverse()) await child.stop();
  return process.exit(code);
}

function complain(error: unknown, children: readonly Child[]): void {
  for (const child of children) {
    const said = child.output().trim();
    if (said !== "") console.error(`--- ${child.name} said last:\n${said}\n---`);
  }
  if (error instanceof Failure) console.error(`error: ${error.message}`);
  else console.error("error: a mistake of this command:", error);
}
