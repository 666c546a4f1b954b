import { expect, it } from "vitest";
import { type PlacementCandidate, placeLease } from "../../../edge/fleet/placement.ts";

function candidate(name: string, state: PlacementCandidate["state"], usedAt?: number): PlacementCandidate {
  const [host = "", id = ""] = name.split("/");
  return { host, id, state, usedAt };
}

function placed(devices: readonly PlacementCandidate[], wanted?: string): string {
  const placement = placeLease(devices, wanted);
  return placement.placed ? `${placement.device.host}/${placement.device.id}` : placement.refusal;
}

it.each([
  ["the only free one", [candidate("a/1", "leased"), candidate("a/2", "offline"), candidate("a/3", "free", 5)], "a/3"],
  ["one never used before one that was", [candidate("a/1", "free", 1), candidate("a/2", "free")], "a/2"],
  ["the first of those never used", [candidate("a/1", "free"), candidate("a/2", "free")], "a/1"],
  [
    "the one that has rested longest",
    [candidate("a/1", "free", 30), candidate("a/2", "free", 10), candidate("b/1", "free", 20)],
    "a/2",
  ],
  ["none when all are taken", [candidate("a/1", "leased"), candidate("a/2", "offline")], "no-free-device"],
  ["none when there is none", [], "no-free-device"],
])("any device: %s", (_words, devices, expected) => {
  expect(placed(devices)).toBe(expected);
});

it.each([
  ["a/1", "a/1"],
  ["a/2", "no-free-device"],
  ["a/3", "device-offline"],
  ["b/1", "no-such-device"],
  ["a", "no-such-device"],
  ["", "no-such-device"],
])("the device %j: %s", (wanted, expected) => {
  const devices = [
    candidate("a/1", "free", 9),
    candidate("a/2", "leased"),
    candidate("a/3", "offline"),
    candidate("c/1", "free"),
  ];
  expect(placed(devices, wanted)).toBe(expected);
});

it("S-14 an app is shown by a device that has it, and by no other", () => {
  const devices = [candidate("a/1", "free"), candidate("a/2", "free"), candidate("a/3", "leased")];
  const withApp = (...ids: readonly string[]) => {
    return (wanted?: string) => {
      const placement = placeLease(devices, wanted, ({ id }) => ids.includes(id));
      return placement.placed ? placement.device.id : placement.refusal;
    };
  };
  expect([withApp("2", "3")(), withApp("3")(), withApp()()]).toEqual(["2", "no-free-device", "no-such-app"]);
  expect([withApp("2")("a/2"), withApp("2")("a/1"), withApp("2")("a/9")]).toEqual([
    "2",
    "no-such-app",
    "no-such-device",
  ]);
});
