import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { bodyOf, call } from "../support/api.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
interface Tree {
  readonly [name: string]: Json;
}

/** The document with every reference in it replaced by what it names. */
let paths: Tree;

beforeAll(async () => {
  const document = await bodyOf<Tree>(await call("GET", "/api/v1/openapi.json"), 200);
  paths = treeIn(inlined(document, document), "paths");
});

function isTree(value: Json | undefined): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function treeIn(value: Json | undefined, ...names: readonly string[]): Tree {
  const found = names.reduce<Json | undefined>((inner, name) => (isTree(inner) ? inner[name] : undefined), value);
  return isTree(found) ? found : {};
}

function inlined(value: Json, document: Tree): Json {
  if (Array.isArray(value)) return value.map((one) => inlined(one, document));
  if (!isTree(value)) return value;
  const { $ref } = value;
  if (typeof $ref === "string") return inlined(treeIn(document, ...$ref.slice("#/".length).split("/")), document);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inlined(part, document)]));
}

/** Every schema with an example of its own, by where it stands. */
function exampled(value: Json, place: string): (readonly [string, Tree, Json])[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => exampled(one, `${place}/${index}`));
  if (!isTree(value)) return [];
  const { example, examples, schema } = value;
  const own: (readonly [string, Tree, Json])[] = [];
  if (example !== undefined && !isTree(schema)) own.push([place, value, example]);
  if (isTree(schema) && isTree(examples)) {
    for (const [name, one] of Object.entries(examples))
      own.push([`${place}/${name}`, schema, treeIn(one).value ?? one]);
  }
  return [...own, ...Object.entries(value).flatMap(([name, part]) => exampled(part, `${place}/${name}`))];
}

function accepts(schema: Tree, value: Json): boolean {
  // Safe: what the document has is JSON Schema, and what is not makes this throw.
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value).success;
}

/** What a developer would send who has read the document: all that is required, and all that has an example. */
function sample(schema: Tree): Json {
  const { example, default: usual, const: only, enum: some, anyOf, oneOf = anyOf, type } = schema;
  const told = example ?? usual ?? only ?? (Array.isArray(some) ? some[0] : undefined);
  if (told !== undefined) return told;
  if (Array.isArray(oneOf)) return sample(treeIn(oneOf[0]));
  if (type === "array") return [sample(treeIn(schema, "items"))];
  if (type !== "object") throw new Error(`nothing tells what to send: ${JSON.stringify(schema)}`);
  const required = Array.isArray(schema.required) ? schema.required : [];
  const wanted = Object.entries(treeIn(schema, "properties")).filter(
    ([name, property]) => required.includes(name) || treeIn(property).example !== undefined,
  );
  return Object.fromEntries(wanted.map(([name, property]) => [name, sample(treeIn(property))]));
}

interface Operation {
  readonly name: string;
  readonly description: Tree;
}

function operations(): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(treeIn(methods)).map(([method, one]) => ({
      name: `${method.toUpperCase()} ${path}`,
      description: treeIn(one),
    })),
  );
}

/** The bodies that the document shows of an operation, or one that is made of its schema's examples. */
function bodiesOf({ description }: Operation): Json[] {
  const content = treeIn(description, "requestBody", "content", "application/json");
  const shown = Object.values(treeIn(content, "examples")).map((one) => treeIn(one).value ?? null);
  return content.schema === undefined || shown.length > 0 ? shown : [sample(treeIn(content, "schema"))];
}

/** Path and query, out of the parameters' examples. */
function addressOf({ name, description }: Operation): string {
  const parameters = Array.isArray(description.parameters) ? description.parameters : [];
  return parameters.reduce<string>((path, parameter) => {
    const schema = treeIn(parameter, "schema");
    const { in: place, name: of } = treeIn(parameter);
    return place === "path" ? path.replace(`{${String(of)}}`, encodeURIComponent(String(sample(schema)))) : path;
  }, name.split(" ")[1] ?? "");
}

describe("the document", () => {
  it("shows examples that are what it says", () => {
    const all = exampled(paths, "");
    expect(all.length).toBeGreaterThan(200);
    expect(all.filter(([, schema, value]) => !accepts(schema, value)).map(([place]) => place)).toEqual([]);
  });

  it("calls required what is: a field that may be left out is none", () => {
    const links = treeIn(paths, "/api/v1/links", "post", "requestBody", "content", "application/json", "schema");
    expect(accepts(links, {})).toBe(true);
    expect(accepts(links, { forever: true })).toBe(false);
    const person = treeIn(
      paths,
      "/api/v1/tenant/people",
      "post",
      "requestBody",
      "content",
      "application/json",
      "schema",
    );
    expect(person.required).toEqual(["userName", "name"]);
  });

  it("shows requests that the edge takes, and names every answer that it gives to them", async () => {
    const asked: string[] = [];
    for (const operation of operations()) {
      const { name, description } = operation;
      const token = name.endsWith("/bootstrap") ? env.BOOTSTRAP_SECRET : env.ADMIN_TOKEN;
      for (const body of bodiesOf(operation)) {
        const [method = ""] = name.split(" ");
        // Safe: a body is an object, as the document says.
        const options = { token: token ?? "", body: body as object };
        const answer = await call(method, addressOf(operation), options);
        const text = await answer.text();
        expect(Object.keys(treeIn(description, "responses")), `${name}: ${text}`).toContain(String(answer.status));
        expect([400, 413, 415, 500], `${name}: ${text}`).not.toContain(answer.status);
        asked.push(name);
        const { schema } = treeIn(description, "responses", String(answer.status), "content", "application/json");
        if (isTree(schema)) expect(accepts(schema, JSON.parse(text)), `${name}: ${text}`).toBe(true);
      }
    }
    expect(new Set(asked).size).toBe(22);
  });
});
