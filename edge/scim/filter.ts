import { ScimFault } from "./fault.ts";
import { type AttributePath, readAttributePath } from "./path.ts";

const OPERATORS = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"] as const;
export type Operator = (typeof OPERATORS)[number];

/** A filter of RFC 7644 section 3.4.2.2, read: plain data, which objects can be handed. */
export type Filter =
  | { readonly kind: "and" | "or"; readonly left: Filter; readonly right: Filter }
  | { readonly kind: "not"; readonly of: Filter }
  | { readonly kind: "present"; readonly path: AttributePath }
  | {
      readonly kind: "compare";
      readonly path: AttributePath;
      readonly operator: Operator;
      readonly value: string | number | boolean | null;
    }
  /** One value of a list for which all of it holds: `emails[type eq "work"]`. */
  | { readonly kind: "values"; readonly path: AttributePath; readonly of: Filter };

export const MAX_FILTER_CHARS = 1_024;
const MAX_DEPTH = 16;

/** Strings as in JSON, brackets, and words: attributes with their schema, operators, numbers. */
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|([()[\]])|([^\s"()[\]]+))/y;

/** @throws ScimFault when it is none, or longer and deeper than anybody needs */
export function parseFilter(text: string): Filter {
  const reader = new Reader(text);
  const filter = readOr(reader, 0);
  if (reader.peek() !== undefined) throw fault();
  return filter;
}

/** The filter in the brackets of a path, from behind the first. */
export function readBracketed(text: string): { readonly filter: Filter; readonly rest: string } {
  const reader = new Reader(text);
  const filter = readOr(reader, 0);
  reader.expect("]");
  return { filter, rest: text.slice(reader.at) };
}

class Reader {
  readonly #text: string;
  /** Up to where it was read. */
  at = 0;

  constructor(text: string) {
    if (text.length > MAX_FILTER_CHARS) throw new ScimFault("invalidFilter", "The filter is too long.");
    this.#text = text;
  }

  peek(): string | undefined {
    TOKEN.lastIndex = this.at;
    const [, text, bracket, word] = TOKEN.exec(this.#text) ?? [];
    const token = text ?? bracket ?? word;
    if (token === undefined && this.#text.slice(this.at).trim() !== "") throw fault();
    return token;
  }

  next(): string {
    const token = this.peek();
    if (token === undefined) throw fault();
    this.at = TOKEN.lastIndex;
    return token;
  }

  isNext(word: string): boolean {
    return this.peek()?.toLowerCase() === word;
  }

  expect(token: string): void {
    if (this.next().toLowerCase() !== token) throw fault();
  }
}

function readOr(reader: Reader, depth: number): Filter {
  if (depth > MAX_DEPTH) throw new ScimFault("invalidFilter", "The filter is nested too deeply.");
  let left = readAnd(reader, depth);
  while (reader.isNext("or")) {
    reader.expect("or");
    left = { kind: "or", left, right: readAnd(reader, depth) };
  }
  return left;
}

function readAnd(reader: Reader, depth: number): Filter {
  let left = readOne(reader, depth);
  while (reader.isNext("and")) {
    reader.expect("and");
    left = { kind: "and", left, right: readOne(reader, depth) };
  }
  return left;
}

function readOne(reader: Reader, depth: number): Filter {
  if (reader.isNext("not")) {
    reader.expect("not");
    reader.expect("(");
    const of = readOr(reader, depth + 1);
    reader.expect(")");
    return { kind: "not", of };
  }
  if (reader.isNext("(")) {
    reader.expect("(");
    const inner = readOr(reader, depth + 1);
    reader.expect(")");
    return inner;
  }
  return readAttribute(reader, depth);
}

function readAttribute(reader: Reader, depth: number): Filter {
  const path = readAttributePath(reader.next(), "invalidFilter");
  if (reader.isNext("[")) {
    reader.expect("[");
    const of = readOr(reader, depth + 1);
    reader.expect("]");
    return { kind: "values", path, of };
  }
  const word = reader.next().toLowerCase();
  if (word === "pr") return { kind: "present", path };
  const operator = OPERATORS.find((one) => one === word);
  if (operator === undefined) throw fault();
  return { kind: "compare", path, operator, value: readValue(reader.next(), operator) };
}

function readValue(token: string, operator: Operator): string | number | boolean | null {
  if (!/^("|-?\d|true$|false$|null$)/.test(token)) throw fault();
  const value = parseJson(token);
  const orders = operator !== "eq" && operator !== "ne";
  if (orders && (typeof value === "boolean" || value === null)) throw fault();
  if (["co", "sw", "ew"].includes(operator) && typeof value !== "string") throw fault();
  return value;
}

function parseJson(token: string): string | number | boolean | null {
  try {
    // Safe: the token begins like one of these, and has no brackets.
    return JSON.parse(token) as string | number | boolean | null;
  } catch {
    throw fault();
  }
}

function fault(): ScimFault {
  return new ScimFault("invalidFilter", "The filter is not one of RFC 7644, section 3.4.2.2.");
}
