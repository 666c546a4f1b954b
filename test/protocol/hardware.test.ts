import { describe, expect, it } from "vitest";
import { type HardwareWant, originChannel, RIGHTS, viewerChannel } from "#protocol";
import { faultOf } from "../support/fault.ts";
import { MOVEMENT_TEXT, PLACE_TEXT } from "./samples.ts";

const WANTS: readonly (readonly [HardwareWant, string])[] = [
  [
    { kind: "location", intervalMs: 0, distanceM: 100_000, accuracy: "fine" },
    '{"kind":"location","intervalMs":0,"distanceM":100000,"accuracy":"fine"}',
  ],
  [{ kind: "motion", rateHz: 240 }, '{"kind":"motion","rateHz":240}'],
  [
    { kind: "camera", width: 4096, height: 16, frameRate: 0.1 },
    '{"kind":"camera","width":4096,"height":16,"frameRate":0.1}',
  ],
  [{ kind: "microphone" }, '{"kind":"microphone"}'],
];

it.each(WANTS)("B-2 a wish is this text, both ways: %o", (want, text) => {
  const message = `{"type":"hardware-ask","purpose":"Maps","want":${text}}`;
  expect(originChannel.write({ type: "hardware-ask", purpose: "Maps", want })).toBe(message);
  expect(originChannel.parse(message)).toEqual({ type: "hardware-ask", purpose: "Maps", want });
});

it("B-1 every kind is a right of its own", () => {
  expect(RIGHTS).toEqual(expect.arrayContaining(WANTS.map(([{ kind }]) => kind)));
});

it.each([
  ["of an unknown kind", '{"kind":"fingerprint"}'],
  ["of a kind that is another's field", '{"kind":"location","rateHz":5}'],
  ["for a camera without a side", '{"kind":"camera","width":0,"height":480,"frameRate":15}'],
  ["for motion at no rate", '{"kind":"motion","rateHz":0}'],
  ["for places before they were", '{"kind":"location","intervalMs":-1,"distanceM":0,"accuracy":"fine"}'],
])("B-2 a wish %s is a fault", (_what, want) => {
  expect(faultOf(() => originChannel.parse(`{"type":"hardware-ask","purpose":"Maps","want":${want}}`))).toBe(
    "bad-value",
  );
});

it("B-2 a purpose is a label", () => {
  const ask = (purpose: string) => JSON.stringify({ type: "hardware-ask", purpose, want: { kind: "microphone" } });
  expect(originChannel.parse(ask("p".repeat(64)))).toMatchObject({ purpose: "p".repeat(64) });
  expect(faultOf(() => originChannel.parse(ask("p".repeat(65))))).toBe("bad-value");
});

describe("a sample", () => {
  it.each([
    ["beyond a pole", PLACE_TEXT.replace("-90", "-90.1")],
    ["beyond the date line", PLACE_TEXT.replace("16.37382", "181")],
    ["with an accuracy below 0", PLACE_TEXT.replace('"accuracyM":12', '"accuracyM":-1')],
    ["without an accuracy", PLACE_TEXT.replace('"accuracyM":12,', "")],
    ["of a time that is not whole", PLACE_TEXT.replace("1763956800000000", "0.5")],
    ["with half an acceleration", MOVEMENT_TEXT.replace('"y":0,', "")],
    ["turned further than round", MOVEMENT_TEXT.replace("120", "361")],
    ["of what is no number", MOVEMENT_TEXT.replace("9.8", '"9.8"')],
  ])("B-5 %s is a fault", (_what, text) => {
    expect([PLACE_TEXT, MOVEMENT_TEXT]).not.toContain(text);
    expect(faultOf(() => viewerChannel.parse(text))).toBe("bad-value");
  });

  it("B-5 says what there is of it, and no more", () => {
    expect(viewerChannel.parse('{"type":"motion","at":1,"shoe":44}')).toEqual({ type: "motion", at: 1 });
  });
});
