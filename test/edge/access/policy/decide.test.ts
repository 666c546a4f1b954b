import { describe, expect, it } from "vitest";
import { RIGHTS } from "#protocol";
import {
  CAPABILITIES,
  type Capability,
  type Circumstances,
  decide,
  EFFECTS,
  type Effect,
  explain,
  type Policy,
  ROLES,
  rightsOf,
  type Standing,
  type Subject,
} from "../../../../edge/access/index.ts";
import { Random, seeds } from "../../../support/random.ts";

const NOW: Circumstances = { at: Date.UTC(2026, 10, 24, 12) };
const LETTERS: Readonly<Record<string, Effect>> = { a: "allow", "?": "ask", "-": "deny" };

/** `a` allow, `?` ask, `-` deny; by the roles of the first line. */
const TABLE = `
                        owner admin support auditor member guest
view                      a     a      a       -       a     a
audio                     a     a      a       -       a     a
touch                     a     a      ?       -       a     a
keyboard                  a     a      ?       -       a     a
clipboard-to-device       a     a      -       -       a     a
clipboard-from-device     a     a      -       -       a     a
file-up                   ?     ?      -       -       ?     -
file-down                 ?     ?      -       -       ?     -
microphone                ?     ?      -       -       ?     ?
camera                    ?     ?      -       -       ?     ?
location                  ?     ?      -       -       ?     ?
motion                    ?     ?      -       -       ?     ?
app-launch                a     a      ?       -       a     a
home-recents              a     a      ?       -       a     a
record                    ?     ?      -       -       -     -
invite                    a     a      -       -       ?     -
`;

const [head = "", ...lines] = TABLE.trim().split("\n");
const STANDINGS = head.trim().split(/ +/) as Standing[];
const cells = lines.flatMap((line) => {
  const [name = "", ...letters] = line.trim().split(/ +/);
  // Safe: the first test below holds the table against both lists.
  return letters.map((letter, index) => [name as Capability, STANDINGS[index] ?? "guest", LETTERS[letter]] as const);
});

function subject(standing: Standing = "member", more: Partial<Subject> = {}): Subject {
  return { standing, groups: [], ...more };
}

let made = 0;
function policy(binding: Policy["binding"], capabilities: Policy["capabilities"], session = {}): Policy {
  made += 1;
  return { id: `p${String(made).padStart(4, "0")}`, binding, capabilities, session };
}

const INSIDE = subject("member", { person: "ada", groups: ["sales", "berlin"], app: "mail", link: "l1" });
/** From the widest to the narrowest. */
const BOUND = [
  { to: "tenant" },
  { to: "group", id: "sales" },
  { to: "person", id: "ada" },
  { to: "app", id: "mail" },
  { to: "link", id: "l1" },
] as const;

describe("without any policy", () => {
  it("the table names every capability and every role", () => {
    expect(lines.map((line) => line.split(" ")[0])).toEqual(CAPABILITIES);
    expect(STANDINGS).toEqual([...ROLES, "guest"]);
    expect(cells).toHaveLength(CAPABILITIES.length * STANDINGS.length);
  });

  it.each(cells)("%s of %s is %s, by the role", (name, standing, effect) => {
    expect(decide([], subject(standing), NOW).capabilities[name]).toEqual({
      effect,
      limits: {},
      because: { by: "role", role: standing },
    });
  });

  it("everybody is let in, without limits", () => {
    expect(decide([], subject("guest"), NOW)).toMatchObject({ refusals: [], session: {} });
  });
});

describe("one policy", () => {
  const everywhere = CAPABILITIES.flatMap((name) => STANDINGS.map((standing) => [name, standing] as const));

  it.each(everywhere)("on %s decides it for a %s, and nothing else", (name, standing) => {
    for (const effect of EFFECTS) {
      const one = policy({ to: "tenant" }, { [name]: { effect } });
      const decision = decide([one], subject(standing), NOW);
      const because = { by: "policy", binding: { to: "tenant" }, policies: [one.id] };
      expect(decision.capabilities[name]).toEqual({ effect, limits: {}, because });
      const others = CAPABILITIES.filter((other) => other !== name);
      const without = decide([], subject(standing), NOW);
      for (const other of others) expect(decision.capabilities[other]).toEqual(without.capabilities[other]);
    }
  });

  it.each(BOUND)("bound to %o is about whoever is in it, and nobody else", (binding) => {
    const one = policy(binding, { record: { effect: "allow" } });
    expect(decide([one], INSIDE, NOW).capabilities.record.effect).toBe("allow");
    const stranger = subject("member", { person: "bob", groups: ["hr"], app: "chat", link: "l2" });
    expect(decide([one], stranger, NOW).capabilities.record.effect).toBe(binding.to === "tenant" ? "allow" : "deny");
    expect(decide([one], subject(), NOW).capabilities.record.effect).toBe(binding.to === "tenant" ? "allow" : "deny");
  });
});

describe("several policies", () => {
  const pairs = BOUND.flatMap((wide, index) => BOUND.slice(index + 1).map((narrow) => [wide, narrow] as const));

  it.each(pairs)("the narrower wins: %o is overruled by %o, whatever each says", (wide, narrow) => {
    for (const [first, second] of [
      ["deny", "allow"],
      ["allow", "deny"],
      ["deny", "ask"],
    ] as const) {
      const [a, b] = [policy(wide, { camera: { effect: first } }), policy(narrow, { camera: { effect: second } })];
      for (const both of [
        [a, b],
        [b, a],
      ]) {
        expect(decide(both, INSIDE, NOW).capabilities.camera).toMatchObject({
          effect: second,
          because: { binding: narrow, policies: [b.id] },
        });
      }
    }
  });

  it("of one binding the strictest holds: deny beats ask, ask beats allow", () => {
    const of = (...effects: Effect[]) =>
      decide(
        effects.map((effect) => policy({ to: "tenant" }, { view: { effect } })),
        INSIDE,
        NOW,
      ).capabilities.view.effect;
    expect([of("allow", "deny"), of("deny", "ask"), of("ask", "allow"), of("allow", "allow")]).toEqual([
      "deny",
      "deny",
      "ask",
      "allow",
    ]);
  });

  it("of two groups the strictest limits hold, and both are named", () => {
    const sales = policy(
      { to: "group", id: "sales" },
      { "clipboard-to-device": { effect: "allow", limits: { maxBytes: 500, types: ["text/plain", "image/png"] } } },
    );
    const berlin = policy(
      { to: "group", id: "berlin" },
      { "clipboard-to-device": { effect: "ask", limits: { maxBytes: 900, types: ["text/plain"], perMinute: 3 } } },
    );
    expect(decide([berlin, sales], INSIDE, NOW).capabilities["clipboard-to-device"]).toEqual({
      effect: "ask",
      limits: { maxBytes: 500, types: ["text/plain"], perMinute: 3 },
      because: { by: "policy", binding: { to: "group", id: "sales" }, policies: [sales.id, berlin.id] },
    });
  });

  it("a coarser grid, a lower rate and fewer apps are the stricter", () => {
    const limits = (one: object) => ({
      location: { effect: "allow" as const, limits: one },
      motion: { effect: "allow" as const, limits: one },
      "app-launch": { effect: "allow" as const, limits: one },
    });
    const left = policy({ to: "tenant" }, limits({ roundToMetres: 100, maxHz: 60, apps: ["mail", "chat"] }));
    const right = policy({ to: "tenant" }, limits({ roundToMetres: 1_000, maxHz: 10, apps: ["chat", "maps"] }));
    const { location, motion, ...rest } = decide([left, right], INSIDE, NOW).capabilities;
    expect([location.limits.roundToMetres, motion.limits.maxHz, rest["app-launch"].limits.apps]).toEqual([
      1_000,
      10,
      ["chat"],
    ]);
  });

  it.each(seeds(7))("decide the same in whatever order they are stored (seed %i)", (seed) => {
    const random = new Random(seed);
    for (let round = 0; round < 200; round += 1) {
      const some = Array.from({ length: 8 }, () => {
        const limits = { maxBytes: random.int(1, 9) };
        const session = random.chance(0.5) ? { viewers: random.int(1, 4), countries: ["DE"] } : {};
        const capabilities = { [random.pick(CAPABILITIES)]: { effect: random.pick(EFFECTS), limits } };
        return policy(random.pick(BOUND), capabilities, session);
      });
      const shuffled = [...some].sort(() => random.next() - 0.5);
      expect(decide(shuffled, INSIDE, NOW)).toEqual(decide(some, INSIDE, NOW));
    }
  });
});

describe("the explanation", () => {
  it("holds the decision, what was weighed, and what was overruled by what", () => {
    const tenant = policy({ to: "tenant" }, { camera: { effect: "deny" }, audio: { effect: "deny" } });
    const sales = policy({ to: "group", id: "sales" }, { camera: { effect: "allow" } });
    const berlin = policy({ to: "group", id: "berlin" }, { camera: { effect: "deny" } });
    const other = policy({ to: "group", id: "hr" }, { camera: { effect: "allow" } });
    const all = [tenant, sales, berlin, other];
    const { capabilities, considered } = explain(all, INSIDE, NOW);
    expect(capabilities.camera).toEqual({
      effect: "deny",
      limits: {},
      because: { by: "policy", binding: { to: "group", id: "berlin" }, policies: [berlin.id] },
      overruled: [
        { by: "policy", policy: sales.id, binding: sales.binding, effect: "allow" },
        { by: "policy", policy: tenant.id, binding: tenant.binding, effect: "deny" },
        { by: "role", role: "member", effect: "ask" },
      ],
    });
    expect(capabilities.view).toMatchObject({ because: { by: "role", role: "member" }, overruled: [] });
    expect(considered.map(({ policy: id }) => id)).toEqual([sales.id, berlin.id, tenant.id]);
    const decided = decide(all, INSIDE, NOW).capabilities;
    for (const name of CAPABILITIES) expect(capabilities[name]).toMatchObject(decided[name]);
  });
});

describe("the rights of a seat", () => {
  it("are those that were wished for and are allowed", () => {
    expect(rightsOf(decide([], subject("member"), NOW), RIGHTS)).toEqual(RIGHTS);
    expect(rightsOf(decide([], subject("member"), NOW), ["view"])).toEqual(["view"]);
    expect(rightsOf(decide([], subject("support"), NOW), RIGHTS)).toEqual(["view", "audio", "touch", "keyboard"]);
    expect(rightsOf(decide([], subject("auditor"), NOW), RIGHTS)).toEqual([]);
  });

  it.each(["clipboard-to-device", "clipboard-from-device"] as const)(
    "have the clipboard without %s, as the wire has one right for both ways, and not without both",
    (name) => {
      const both = { "clipboard-to-device": { effect: "deny" }, "clipboard-from-device": { effect: "deny" } } as const;
      for (const effect of ["ask", "deny"] as const) {
        const one = policy({ to: "tenant" }, { [name]: { effect } });
        expect(rightsOf(decide([one], subject(), NOW), RIGHTS)).toEqual(RIGHTS);
        const two = policy({ to: "tenant" }, { ...both, [name]: { effect } });
        const others = RIGHTS.filter((right) => right !== "clipboard");
        expect(rightsOf(decide([two], subject(), NOW), RIGHTS)).toEqual(others);
      }
    },
  );

  it.each(["location", "motion", "camera", "microphone", "file-up", "file-down"] as const)(
    "U-1 have %s where it is to be asked for, as the page has the person's word each time, and not where it is denied",
    (name) => {
      const ruled = (effect: "ask" | "deny") => policy({ to: "tenant" }, { [name]: { effect } });
      expect(rightsOf(decide([ruled("ask")], subject(), NOW), [name])).toEqual([name]);
      expect(rightsOf(decide([ruled("deny")], subject(), NOW), [name])).toEqual([]);
    },
  );
});
