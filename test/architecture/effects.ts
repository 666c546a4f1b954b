import { isNamed, isNode, type Node, walk } from "./module.ts";

/** Names by which code reaches for a clock, a timer, chance, a socket, storage or the world. */
const REACHING = new Set([
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "requestAnimationFrame"],
  ...["fetch", "WebSocket", "EventSource", "XMLHttpRequest", "Worker", "MessageChannel"],
  ...["performance", "crypto", "localStorage", "sessionStorage", "indexedDB", "caches"],
  ...["globalThis", "process", "Deno", "navigator", "document", "console", "eval", "Promise"],
]);

/** Fields that hold types, which do nothing. */
const TYPES = new Set([
  "typeAnnotation",
  "returnType",
  "typeParameters",
  "typeArguments",
  "superTypeArguments",
  "implements",
]);

/** Everything in a syntax tree that an effect-free room may not do. */
export function effectsIn(program: unknown): readonly string[] {
  const found: string[] = [];
  walk(program, (node) => {
    const effect = effectOf(node);
    if (effect !== undefined) found.push(effect);
  });
  for (const name of references(program)) if (REACHING.has(name)) found.push(name);
  return found;
}

function effectOf(node: Node): string | undefined {
  if (node.type === "AwaitExpression") return "await";
  if (node.async === true) return "async";
  if (node.type === "NewExpression" && isNamed(node.callee, "Date") && isEmpty(node.arguments)) return "new Date()";
  if (node.type === "CallExpression" && isNamed(node.callee, "Date")) return "Date()";
  if (node.type !== "MemberExpression") return undefined;
  if (isNamed(node.object, "Date") && isNamed(node.property, "now")) return "Date.now";
  if (isNamed(node.object, "Math") && isNamed(node.property, "random")) return "Math.random";
  return undefined;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Names that stand for a value of somewhere else: not keys, not what follows a dot, not types. */
function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== "object" || value === null) return [];
  if (isNode(value) && /^TS(Type|Interface)/.test(value.type)) return [];
  if (isNode(value) && value.type === "Identifier") return typeof value.name === "string" ? [value.name] : [];
  return Object.entries(value).flatMap(([field, child]) => {
    const isKey = (field === "property" || field === "key") && isNode(value) && value.computed !== true;
    return isKey || TYPES.has(field) ? [] : references(child);
  });
}

/** Names of the runtimes, which only the files that adapt to one may say. */
export function runtimeNamesIn(program: unknown): readonly string[] {
  return references(program).filter((name) => name === "Deno" || name === "process");
}
