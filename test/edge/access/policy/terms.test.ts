import { describe, expect, it } from "vitest";
import { type Allowance, RIGHTS, type Right } from "#protocol";
import { decide, type Policy, type Standing, type Terms, termsOf } from "../../../../edge/access/index.ts";

const NOW = { at: Date.UTC(2026, 10, 24, 12) };

function terms(
  capabilities: Policy["capabilities"],
  rights: readonly Right[] = RIGHTS,
  standing: Standing = "member",
): Terms {
  const policy: Policy = { id: "p", binding: { to: "tenant" }, capabilities, session: {} };
  return termsOf(decide([policy], { standing, groups: [] }, NOW), rights);
}

const ALLOW = { effect: "allow" } as const;

describe("the allowance of a seat", () => {
  it.each([
    ["no rule", {}, {}],
    [
      "no clipboard to the device",
      { "clipboard-to-device": { effect: "deny" } },
      { clipboardToDevice: { perMinute: 0 } },
    ],
    [
      "one that is asked for",
      { "clipboard-from-device": { effect: "ask" } },
      { clipboardFromDevice: { perMinute: 0 } },
    ],
    [
      "limits of each way",
      {
        "clipboard-to-device": { ...ALLOW, limits: { maxBytes: 100, perMinute: 6 } },
        "clipboard-from-device": { ...ALLOW, limits: { maxBytes: 5 } },
      },
      { clipboardToDevice: { maxBytes: 100, perMinute: 6 }, clipboardFromDevice: { maxBytes: 5 } },
    ],
    [
      "a clipboard of pictures, which the wire does not carry",
      { "clipboard-to-device": { ...ALLOW, limits: { types: ["image/png"] } } },
      { clipboardToDevice: { perMinute: 0 } },
    ],
    [
      "a clipboard of texts",
      { "clipboard-to-device": { ...ALLOW, limits: { types: ["image/png", "text/plain"] } } },
      {},
    ],
    [
      "no bytes",
      { "clipboard-to-device": { ...ALLOW, limits: { maxBytes: 0 } } },
      { clipboardToDevice: { perMinute: 0 } },
    ],
    [
      "large files, each way for itself",
      { "file-up": { effect: "ask", limits: { maxBytes: 7 } }, "file-down": { ...ALLOW, limits: { maxBytes: 8 } } },
      { fileUpBytes: 7, fileDownBytes: 8 },
    ],
    ["some apps", { "app-launch": { ...ALLOW, limits: { apps: ["notes"] } } }, { apps: ["notes"] }],
    ["no apps", { "app-launch": { effect: "deny", limits: { apps: ["notes"] } } }, { apps: [] }],
    ["apps that are asked for", { "app-launch": { effect: "ask" } }, { apps: [] }],
    ["no way home", { "home-recents": { effect: "deny" } }, { singleApp: true }],
    [
      "coarse places, now and then",
      { location: { effect: "ask", limits: { roundToMetres: 1000, perMinute: 2 } } },
      { location: { gridM: 1000, perMinute: 2 } },
    ],
    ["slow movements", { motion: { ...ALLOW, limits: { maxHz: 5 } } }, { motionHz: 5 }],
  ] satisfies readonly (readonly [string, Policy["capabilities"], Allowance])[])(
    "of %s is said",
    (_, rules, expected) => {
      expect(terms(rules).allowance).toEqual(expected);
    },
  );

  it("says nothing of what the seat has no right to", () => {
    const rules: Policy["capabilities"] = {
      "clipboard-to-device": { ...ALLOW, limits: { perMinute: 1 } },
      "app-launch": { effect: "deny" },
      "home-recents": { effect: "deny" },
      location: { effect: "deny", limits: { roundToMetres: 5 } },
      motion: { effect: "deny", limits: { maxHz: 5 } },
    };
    expect(terms(rules, ["view", "audio"])).toEqual({ rights: ["view", "audio"], allowance: {}, times: {} });
  });

  it("has no right to places of which none may be told", () => {
    expect(terms({ location: { ...ALLOW, limits: { perMinute: 0 } } }).rights).not.toContain("location");
  });

  it("of whoever helps others has no apps and no way home once touching is allowed", () => {
    const { allowance } = terms({ touch: ALLOW, keyboard: ALLOW }, RIGHTS, "support");
    expect(allowance).toEqual({ apps: [], singleApp: true });
  });
});

describe("touching that is asked for", () => {
  const ask = { effect: "ask" } as const;

  it.each([
    ["for both", { touch: ask, keyboard: ask }, ["view", "touch", "keyboard"], true],
    ["for one, with the other denied", { touch: ask, keyboard: { effect: "deny" } }, ["view", "touch"], true],
    ["for one, with the other allowed", { touch: ask, keyboard: ALLOW }, ["view", "keyboard"], undefined],
    ["for none", {}, ["view", "touch", "keyboard"], undefined],
  ] as const)("%s is given where nothing else is", (_, rules, rights, asksToSteer) => {
    const given = terms(rules, ["view", "touch", "keyboard"]);
    expect([given.rights, given.allowance.asksToSteer]).toEqual([rights, asksToSteer]);
  });

  it("is what whoever helps others has, with apps and the way home by the same consent, and no clipboard", () => {
    const given = terms({}, RIGHTS, "support");
    expect(given).toEqual({
      rights: ["view", "audio", "touch", "keyboard"],
      allowance: { asksToSteer: true },
      times: {},
    });
  });
});

it("the times of a seat are those of the session that the policies state", () => {
  const policy: Policy = {
    id: "p",
    binding: { to: "tenant" },
    capabilities: {},
    session: { idleSeconds: 60, lengthSeconds: 3_600, viewers: 3 },
  };
  const decision = decide([policy], { standing: "guest", groups: [] }, NOW);
  expect(termsOf(decision, RIGHTS).times).toEqual({ idleSeconds: 60, lengthSeconds: 3_600 });
});
