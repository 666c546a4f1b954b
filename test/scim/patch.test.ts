import { describe, expect, it } from "vitest";
import { asResource, patch, readPatch, ScimFault } from "../../edge/scim/index.ts";

const SCHEMA = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const ADA = {
  userName: "ada",
  active: true,
  name: { givenName: "Ada", familyName: "Lovelace" },
  emails: [
    { value: "a@work.example", type: "work", primary: true },
    { value: "a@home.example", type: "home" },
  ],
  members: [{ value: "p1" }, { value: "p2" }],
};

function patched(...operations: readonly object[]): Record<string, unknown> {
  const body = asResource(JSON.parse(JSON.stringify({ schemas: [SCHEMA], Operations: operations })));
  return patch(ADA, readPatch(body));
}

function faultOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ScimFault) return error.type;
    throw error;
  }
  return "none";
}

describe("a patch", () => {
  it.each([
    ["replaces an attribute", { op: "replace", path: "userName", value: "bob" }, { userName: "bob" }],
    ["takes its words in any case", { op: "Replace", path: "USERNAME", value: "bob" }, { userName: "bob" }],
    ["adds one that was not there", { op: "add", path: "title", value: "Countess" }, { title: "Countess" }],
    [
      "replaces a part",
      { op: "replace", path: "name.givenName", value: "A." },
      { name: { givenName: "A.", familyName: "Lovelace" } },
    ],
    [
      "keeps the parts that are not named",
      { op: "replace", path: "name", value: { givenName: "A." } },
      { name: { givenName: "A.", familyName: "Lovelace" } },
    ],
    ["makes the whole of a part that was not there", { op: "add", path: "x.y", value: 1 }, { x: { y: 1 } }],
    [
      "without a path sets many",
      { op: "replace", value: { active: false, "name.givenName": "A." } },
      { active: false, name: { givenName: "A.", familyName: "Lovelace" } },
    ],
    [
      "adds to a list what is not in it",
      { op: "add", path: "members", value: [{ value: "p2" }, { value: "p3" }] },
      { members: [{ value: "p1" }, { value: "p2" }, { value: "p3" }] },
    ],
    [
      "adds one value to a list",
      { op: "add", path: "members", value: { value: "p3" } },
      { members: [{ value: "p1" }, { value: "p2" }, { value: "p3" }] },
    ],
    ["replaces a list", { op: "replace", path: "members", value: [{ value: "p9" }] }, { members: [{ value: "p9" }] }],
    [
      "removes one of a list by a filter",
      { op: "remove", path: 'members[value eq "p1"]' },
      { members: [{ value: "p2" }] },
    ],
    [
      "removes some of a list by their values",
      { op: "remove", path: "members", value: [{ value: "p1" }] },
      { members: [{ value: "p2" }] },
    ],
    [
      "replaces a part of some",
      { op: "replace", path: 'emails[type eq "work"].value', value: "b@work.example" },
      {
        emails: [
          { value: "b@work.example", type: "work", primary: true },
          { value: "a@home.example", type: "home" },
        ],
      },
    ],
    [
      "adds a value that its filter describes",
      { op: "add", path: 'emails[type eq "other"].value', value: "o@x.example" },
      { emails: [...ADA.emails, { type: "other", value: "o@x.example" }] },
    ],
    [
      "removes a part of some",
      { op: "remove", path: 'emails[type eq "work"].primary' },
      {
        emails: [
          { value: "a@work.example", type: "work" },
          { value: "a@home.example", type: "home" },
        ],
      },
    ],
    [
      "goes into an extension",
      { op: "add", path: `${ENTERPRISE}:department`, value: "Engines" },
      { [ENTERPRISE]: { department: "Engines" } },
    ],
    [
      "goes by a name with its schema",
      { op: "replace", path: "urn:ietf:params:scim:schemas:core:2.0:User:active", value: false },
      { active: false },
    ],
    ["removes what is not there, without a word", { op: "remove", path: "title" }, {}],
  ])("%s", (_name, operation, change) => {
    expect(patched(operation)).toEqual({ ...ADA, ...change });
  });

  it("removes an attribute, and a list with its last value", () => {
    expect(patched({ op: "remove", path: "name" })).not.toHaveProperty("name");
    expect(patched({ op: "remove", path: "members[value pr]" })).not.toHaveProperty("members");
    expect(patched({ op: "remove", path: "name.givenName" })).toMatchObject({ name: { familyName: "Lovelace" } });
  });

  it("does one operation after the other, and leaves what it was given", () => {
    const before = JSON.stringify(ADA);
    const after = patched(
      { op: "add", path: "title", value: "x" },
      { op: "replace", path: "title", value: "y" },
      { op: "remove", path: "active" },
    );
    expect(after).toMatchObject({ title: "y" });
    expect(after).not.toHaveProperty("active");
    expect(JSON.stringify(ADA)).toBe(before);
  });

  it.each([
    ["mutability", { op: "replace", path: "id", value: "x" }],
    ["mutability", { op: "add", path: "groups", value: [] }],
    ["mutability", { op: "replace", value: { meta: {} } }],
    ["noTarget", { op: "remove" }],
    ["noTarget", { op: "replace", path: 'emails[type eq "none"].value', value: "x" }],
    ["noTarget", { op: "add", path: 'emails[type co "none"].value', value: "x" }],
    ["invalidValue", { op: "add", path: "title" }],
    ["invalidValue", { op: "add", value: "x" }],
    ["invalidPath", { op: "remove", path: "a.b.c" }],
    ["invalidPath", { op: "remove", path: "__proto__" }],
    ["invalidPath", { op: "add", path: "", value: 1 }],
    ["invalidPath", { op: "remove", path: 'emails[type eq "work"]value' }],
    ["invalidPath", { op: "remove", path: 7 }],
    ["invalidFilter", { op: "remove", path: "emails[type eq" }],
    ["invalidSyntax", { op: "move", path: "title" }],
    ["invalidSyntax", "x"],
  ])("that does not go is %s: %j", (type, operation) => {
    expect(faultOf(() => patched(operation as object))).toBe(type);
  });

  it("has its schema, a list of operations, and no more of either than anybody needs", () => {
    expect(faultOf(() => readPatch({ Operations: [] }))).toBe("invalidSyntax");
    expect(faultOf(() => readPatch({ schemas: [SCHEMA], Operations: {} }))).toBe("invalidSyntax");
    const many = Array.from({ length: 1_001 }, () => ({ op: "remove", path: "x" }));
    expect(faultOf(() => readPatch({ schemas: [SCHEMA], Operations: many }))).toBe("invalidSyntax");
    expect(faultOf(() => asResource(JSON.parse(`${'{"a":'.repeat(40)}1${"}".repeat(40)}`)))).toBe("invalidSyntax");
    for (const none of [null, 1, "x", []]) expect(faultOf(() => asResource(none))).toBe("invalidSyntax");
  });

  it("sets no prototype", () => {
    const value = JSON.parse('{"__proto__":{"admin":true}}');
    expect(faultOf(() => patch({}, [{ op: "add", value }]))).toBe("invalidPath");
    const inside = patch({}, [{ op: "add", path: "name", value }]);
    expect(Reflect.get(Object(inside.name), "admin")).toBeUndefined();
    expect(Object.getPrototypeOf(inside.name)).toBe(Object.prototype);
  });
});
