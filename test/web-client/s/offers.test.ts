import { describe, expect, it } from "vitest";
import { type DeviceDescription, FEATURES, RIGHTS, type Right } from "#protocol";
import { CONTROLS, cannot, whyNot } from "../../../web-client/s/offers.ts";

const PHONE: DeviceDescription = {
  id: "demo",
  name: "Phone",
  model: "Phone",
  kind: "android",
  width: 720,
  height: 1280,
  videoCodecs: ["h264"],
  features: [...FEATURES],
  apps: [{ id: "notes", name: "Notes" }],
};

function may(rights: readonly Right[]) {
  return { rights, allowance: {} };
}

function without(...features: readonly string[]): DeviceDescription {
  return { ...PHONE, features: PHONE.features.filter((feature) => !features.includes(feature)) };
}

describe("what a page offers of a device", () => {
  it("M-13 is everything, of one that can do everything, to a seat that may", () => {
    for (const control of CONTROLS) expect(whyNot(control, PHONE, may(RIGHTS))).toBeUndefined();
    expect(cannot(PHONE)).toBeUndefined();
  });

  it.each([
    ["navigation", ["back", "home", "recents"]],
    ["keyboard", ["keyboard"]],
    ["audio", ["sound"]],
    ["rotation", ["rotate"]],
    ["volume", ["volume-down", "volume-up"]],
    ["screen", ["screen-on", "screen-off"]],
    ["physical-keyboard", ["physical-keyboard"]],
  ])("M-13 is less by its own controls where %s is lacking, and says so", (feature, controls) => {
    const refused = CONTROLS.filter((control) => whyNot(control, without(feature), may(RIGHTS)) !== undefined);
    expect(refused).toEqual(controls);
    for (const control of refused) expect(whyNot(control, without(feature), may(RIGHTS))).toMatch(/device/);
  });

  it("M-13 has no apps where the device names none", () => {
    expect(whyNot("apps", { ...PHONE, apps: [] }, may(RIGHTS))).toMatch(/apps/);
  });

  it("R-1 is not what the link does not allow", () => {
    const refused = (...rights: readonly Right[]) =>
      CONTROLS.filter((control) => whyNot(control, PHONE, may(rights)) !== undefined);
    expect(refused("view")).toEqual(CONTROLS);
    expect(refused("touch")).toEqual([
      ...(["back", "home", "recents", "keyboard", "sound", "volume-down", "volume-up", "physical-keyboard"] as const),
    ]);
    expect(whyNot("rotate", PHONE, may(["view"]))).toBe("Your link does not allow touching");
  });

  it("S-14 has nothing that leads out of the one app of a session", () => {
    const device = { ...PHONE, onlyApp: "notes" };
    const refused = CONTROLS.filter((control) => whyNot(control, device, may(RIGHTS)) !== undefined);
    expect(refused).toEqual(["home", "recents"]);
    expect(whyNot("home", device, may(RIGHTS))).toBe("This session shows one app only");
  });

  it("R-5 has no button that leads out of an app where policies forbid it", () => {
    const held = { rights: RIGHTS, allowance: { singleApp: true } };
    const refused = CONTROLS.filter((control) => whyNot(control, PHONE, held) !== undefined);
    expect(refused).toEqual(["back", "home", "recents"]);
  });

  it("names the hardware of the person that a device can do nothing with", () => {
    expect(cannot(without("gps"))).toBe("This device cannot use your location.");
    expect(cannot(without("gps", "motion", "camera"))).toBe("This device cannot use your location, motion or camera.");
  });
});
