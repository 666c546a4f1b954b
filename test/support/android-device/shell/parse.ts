/** A piece of a word, before it is expanded. Quoted pieces are not split at blanks. */
type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string; readonly quoted: boolean }
  | { readonly kind: "output"; readonly script: Script; readonly quoted: boolean };

export type Word = readonly Part[];

interface Redirection {
  readonly from: 0 | 1 | 2;
  readonly mode: "read" | "write" | "append" | "join";
  readonly to: Word;
}

export interface SimpleCommand {
  readonly assignments: readonly { readonly name: string; readonly value: Word }[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
}

export interface Pipeline {
  readonly negated: boolean;
  readonly commands: readonly SimpleCommand[];
  /** Whether it runs, by how the one before it ended. */
  readonly runs: "always" | "after-success" | "after-failure";
}

export type Script = readonly Pipeline[];

/** As the shell words it before it ends with code 1. */
export class ShellSyntaxError extends Error {}

const BLANK = /[ \t]/;
const ENDS_WORD = /[ \t\n;&|<>()]/;
const NAME = /^[A-Za-z_]\w*/;

/** What a command line of Android's mksh means; the part of its grammar that remote commands are written in. */
export function parseScript(source: string): Script {
  const parser = new Parser(source);
  const script = parser.script();
  if (!parser.atEnd) throw new ShellSyntaxError(`syntax error: unexpected '${parser.peek()}'`);
  return script;
}

class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get atEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  peek(): string {
    return this.#source[this.#at] ?? "";
  }

  script(): Script {
    const pipelines: Pipeline[] = [];
    let runs: Pipeline["runs"] = "always";
    for (;;) {
      this.#skip(/[ \t\n;]/);
      if (this.atEnd || this.peek() === ")") return pipelines;
      pipelines.push({ ...this.#pipeline(), runs });
      this.#blanks();
      if (this.#takes("&&")) runs = "after-success";
      else if (this.#takes("||")) runs = "after-failure";
      else if (this.#takes(";") || this.#takes("\n") || this.#takes("&")) runs = "always";
      else if (!this.atEnd && this.peek() !== ")")
        throw new ShellSyntaxError(`syntax error: unexpected '${this.peek()}'`);
    }
  }

  #pipeline(): Omit<Pipeline, "runs"> {
    const negated = this.#source.startsWith("! ", this.#at);
    if (negated) this.#at += 2;
    const commands = [this.#command()];
    for (;;) {
      this.#blanks();
      if (this.peek() !== "|" || this.#source.startsWith("||", this.#at)) return { negated, commands };
      this.#at += 1;
      this.#skip(/[ \t\n]/);
      commands.push(this.#command());
    }
  }

  #command(): SimpleCommand {
    const [assignments, words, redirections]: [SimpleCommand["assignments"][number][], Word[], Redirection[]] = [
      [],
      [],
      [],
    ];
    for (;;) {
      this.#blanks();
      const redirection = this.#redirection();
      if (redirection !== undefined) {
        redirections.push(redirection);
        continue;
      }
      if (this.atEnd || ENDS_WORD.test(this.peek())) break;
      const name = words.length === 0 ? this.#assigned() : undefined;
      if (name === undefined) words.push(this.#word());
      else assignments.push({ name, value: this.#word() });
    }
    if (assignments.length + words.length + redirections.length === 0)
      throw new ShellSyntaxError(`syntax error: unexpected '${this.peek() || "EOF"}'`);
    return { assignments, words, redirections };
  }

  /** The name before `=`, which is taken. */
  #assigned(): string | undefined {
    const name = NAME.exec(this.#source.slice(this.#at))?.[0];
    if (name === undefined || this.#source[this.#at + name.length] !== "=") return undefined;
    this.#at += name.length + 1;
    return name;
  }

  #redirection(): Redirection | undefined {
    const match = /^([012]?)(>>|>&|<|>)/.exec(this.#source.slice(this.#at));
    if (match === null) return undefined;
    const sign = match[2];
    this.#at += match[0].length;
    this.#blanks();
    const mode = sign === ">>" ? "append" : sign === ">&" ? "join" : sign === "<" ? "read" : "write";
    const from = match[1] === "2" ? 2 : mode === "read" ? 0 : 1;
    return { from, mode, to: this.#word() };
  }

  #word(): Word {
    const parts: Part[] = [];
    while (!this.atEnd && !ENDS_WORD.test(this.peek())) {
      const sign = this.peek();
      if (sign === "'") parts.push(this.#singleQuoted());
      else if (sign === '"') parts.push(...this.#doubleQuoted());
      else if (sign === "$" || sign === "`") parts.push(this.#expansion(false));
      else if (sign === "\\") parts.push(this.#escaped());
      else parts.push({ kind: "text", text: this.#one() });
    }
    return parts;
  }

  #singleQuoted(): Part {
    const end = this.#source.indexOf("'", this.#at + 1);
    if (end === -1) throw new ShellSyntaxError("no closing quote");
    const text = this.#source.slice(this.#at + 1, end);
    this.#at = end + 1;
    return { kind: "text", text };
  }

  #doubleQuoted(): Part[] {
    this.#at += 1;
    // Empty quotes are a word all the same.
    const parts: Part[] = [{ kind: "text", text: "" }];
    while (this.peek() !== '"') {
      if (this.atEnd) throw new ShellSyntaxError("no closing quote");
      const next = this.#source[this.#at + 1] ?? "";
      if (this.peek() === "$" || this.peek() === "`") parts.push(this.#expansion(true));
      else if (this.peek() === "\\" && '$`"\\\n'.includes(next)) parts.push(this.#escaped());
      else parts.push({ kind: "text", text: this.#one() });
    }
    this.#at += 1;
    return parts;
  }

  #escaped(): Part {
    this.#at += 1;
    const text = this.atEnd ? "\\" : this.#one();
    return { kind: "text", text: text === "\n" ? "" : text };
  }

  #expansion(quoted: boolean): Part {
    if (this.#takes("`")) {
      const end = this.#source.indexOf("`", this.#at);
      if (end === -1) throw new ShellSyntaxError("no closing quote");
      const script = parseScript(this.#source.slice(this.#at, end));
      this.#at = end + 1;
      return { kind: "output", script, quoted };
    }
    this.#at += 1;
    if (this.#takes("(")) {
      const script = this.script();
      if (!this.#takes(")")) throw new ShellSyntaxError("no closing quote");
      return { kind: "output", script, quoted };
    }
    const match = /^(?:\{(\w+|\?)\}|([A-Za-z_]\w*|[?0-9$#]))/.exec(this.#source.slice(this.#at));
    if (match === null) return { kind: "text", text: "$" };
    this.#at += match[0].length;
    return { kind: "variable", name: match[1] ?? match[2] ?? "", quoted };
  }

  /** One character, of one or two UTF-16 units. */
  #one(): string {
    const character = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    this.#at += character.length;
    return character;
  }

  #takes(sign: string): boolean {
    if (!this.#source.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  #blanks(): void {
    this.#skip(BLANK);
    if (this.peek() === "#" && /[\s;]|^$/.test(this.#source[this.#at - 1] ?? "")) this.#skip(/[^\n]/);
  }

  #skip(what: RegExp): void {
    while (!this.atEnd && what.test(this.peek())) this.#at += 1;
  }
}
