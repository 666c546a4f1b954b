import { posix } from "node:path";
import { parseSync } from "vite";
import { text } from "./tree.ts";

export interface Module {
  readonly path: string;
  /** Files of ours that it imports in any way, relative to the root, and `#protocol`. */
  readonly imports: readonly string[];
  /** Everything else that it imports, as written. */
  readonly packages: readonly string[];
  readonly hasDefaultExport: boolean;
  /** Its syntax tree. */
  readonly program: unknown;
}

/** How everybody but the protocol itself names it. */
export const PROTOCOL = "#protocol";

const read = new Map<string, Module>();

export function moduleAt(path: string): Module {
  const known = read.get(path);
  if (known !== undefined) return known;
  const module = parseModule(path, text(path));
  read.set(path, module);
  return module;
}

export function parseModule(path: string, source: string): Module {
  const { program, module, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const exported = module.staticExports.flatMap(({ entries }) => entries);
  const specifiers = new Set([
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...exported.flatMap(({ moduleRequest }) => (moduleRequest === null ? [] : [moduleRequest.value])),
    ...dynamicImports(program),
  ]);
  const own = [...specifiers].filter(isOurs);
  return {
    path,
    imports: own.map((specifier) => (specifier === PROTOCOL ? PROTOCOL : resolve(path, specifier))),
    packages: [...specifiers].filter((specifier) => !isOurs(specifier)),
    hasDefaultExport: exported.some(({ exportName }) => exportName.kind === "Default"),
    program,
  };
}

function isOurs(specifier: string): boolean {
  return specifier.startsWith(".") || specifier === PROTOCOL;
}

/** `?worker` and the like ask the bundler for another form of the same file. */
function resolve(path: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(path), specifier.replace(/\?.*$/, "")));
}

/** `import("x")`, as a value and as a type, and `new URL("x", import.meta.url)`, which is how workers are named. */
function dynamicImports(program: unknown): string[] {
  const found: string[] = [];
  walk(program, (node) => {
    const source = node.type === "ImportExpression" || node.type === "TSImportType" ? node.source : undefined;
    const place = node.type === "NewExpression" && isNamed(node.callee, "URL") ? firstOf(node.arguments) : undefined;
    for (const literal of [source, place]) {
      const value = isNode(literal) ? literal.value : undefined;
      const isFile = literal === source || (typeof value === "string" && /^\.{1,2}\/.*\.ts$/.test(value));
      if (typeof value === "string" && isFile) found.push(value);
    }
  });
  return found;
}

/** A node of the syntax tree: its kind, and fields that depend on it. */
export type Node = { readonly type: string; readonly [field: string]: unknown };

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

export function isNamed(value: unknown, name: string): boolean {
  return isNode(value) && value.type === "Identifier" && value.name === name;
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}

/** Visit every node, from the outside in. */
export function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) for (const element of value) walk(element, visit);
  if (!isNode(value)) return;
  visit(value);
  for (const field of Object.values(value)) if (typeof field === "object" && field !== null) walk(field, visit);
}
