import { describe, expect, it } from "vitest";
import { type Occupancy, placeSeat } from "../../../edge/session/seat-place.ts";

const EMPTY: Occupancy = { region: "weur", homeSeats: 0, mirrors: [] };

describe("the place of a seat", () => {
  it.each([
    ["weur", "weur"],
    ["weur", "eeur"],
    ["weur", "me"],
    ["afr", "eeur"],
    ["enam", "wnam"],
    ["apac-ne", "apac-se"],
  ] as const)("G-1 is the home in %s for a person in %s", (region, near) => {
    expect(placeSeat({ ...EMPTY, region }, near)).toEqual({ at: "home" });
  });

  it.each([
    ["weur", "enam"],
    ["enam", "sam"],
    ["apac", "oc"],
    ["weur", "apac-ne"],
  ] as const)("G-1 is a mirror where the home is in %s and the person in %s", (region, near) => {
    expect(placeSeat({ ...EMPTY, region }, near)).toEqual({ at: "mirror", region: near, number: 1 });
  });

  it("G-1 is the home for somebody of whom nothing is known, and in a session without a region", () => {
    expect(placeSeat(EMPTY, undefined)).toEqual({ at: "home" });
    expect(placeSeat({ ...EMPTY, region: undefined }, "oc")).toEqual({ at: "home" });
  });

  it("G-1 is a mirror beside the home when that has 50 seats, and the next when that one is full", () => {
    const full = { ...EMPTY, homeSeats: 50 };
    expect(placeSeat(full, "weur")).toEqual({ at: "mirror", region: "weur", number: 1 });
    const mirrors = [{ region: "weur", number: 1, seats: 50 }] as const;
    expect(placeSeat({ ...full, mirrors }, undefined)).toEqual({ at: "mirror", region: "weur", number: 2 });
  });

  it("G-1 is the home, or any mirror with room, when ten mirrors are all there may be", () => {
    const mirrors = Array.from({ length: 10 }, (_, index) => ({ region: "oc", number: index + 1, seats: 50 }) as const);
    expect(placeSeat({ ...EMPTY, mirrors }, "sam")).toEqual({ at: "home" });
    const full = { ...EMPTY, homeSeats: 50 };
    expect(placeSeat({ ...full, mirrors }, "sam")).toEqual({ at: "full" });
    const room = [...mirrors.slice(0, 9), { region: "oc", number: 10, seats: 49 } as const];
    expect(placeSeat({ ...full, mirrors: room }, "sam")).toEqual({ at: "mirror", region: "oc", number: 10 });
  });
});
