import type { Permission } from "./permissions.ts";

/** The program's own surroundings: what Deno and Node give in different ways. */
export interface Runtime {
  /** Name and version, for the first line of the log. */
  readonly name: string;
  /** The command line after the program. */
  readonly args: readonly string[];
  env(name: string): string | undefined;
  /** @throws Error when the file cannot be read */
  readText(path: string): Promise<string>;
  /** @throws Error when the file cannot be read */
  readBytes(path: string): Promise<Uint8Array>;
  /** The program is asked to end: an interrupt from the keyboard, or a termination. */
  onStop(stop: () => void): void;
  exit(code: number): never;
  /** One line for the operator. */
  log(line: string): void;
  /** One line about what went wrong. */
  complain(line: string): void;
  /** What this process may do, held against what it needs; undefined where nothing limits it. */
  permissions(needed: readonly Permission[]): string | undefined;
}
