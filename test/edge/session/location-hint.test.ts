import { expect, it } from "vitest";
import { locationHintFor, newSessionId, SESSION_ID } from "../../../edge/session/index.ts";

it.each([
  ["San Francisco", { continent: "NA", country: "US", longitude: "-122.41940" }, "wnam"],
  ["Chicago", { continent: "NA", country: "US", longitude: "-87.62980" }, "enam"],
  ["Mexico City", { continent: "NA", country: "MX", longitude: "-99.13320" }, "wnam"],
  ["somewhere in North America", { continent: "NA", country: "US" }, "enam"],
  ["Sao Paulo", { continent: "SA", country: "BR", longitude: "-46.63330" }, "sam"],
  ["Lisbon", { continent: "EU", country: "PT", longitude: "-9.13930" }, "weur"],
  ["Berlin", { continent: "EU", country: "DE", longitude: "13.40500" }, "weur"],
  ["Warsaw", { continent: "EU", country: "PL", longitude: "21.01220" }, "eeur"],
  ["somewhere in Europe", { continent: "EU" }, "weur"],
  ["Tokyo", { continent: "AS", country: "JP", longitude: "139.65030" }, "apac-ne"],
  ["Singapore", { continent: "AS", country: "SG", longitude: "103.81980" }, "apac-se"],
  ["Mumbai", { continent: "AS", country: "IN", longitude: "72.87770" }, "apac"],
  ["Dubai", { continent: "AS", country: "AE", longitude: "55.27080" }, "me"],
  ["Tbilisi", { continent: "AS", country: "GE", longitude: "44.82710" }, "eeur"],
  ["somewhere in Asia", { continent: "AS" }, "apac"],
  ["Lagos", { continent: "AF", country: "NG", longitude: "3.37920" }, "afr"],
  ["Sydney", { continent: "OC", country: "AU", longitude: "151.20930" }, "oc"],
  ["a station in the ice", { continent: "AN", country: "AQ" }, "weur"],
  ["Tor", { country: "T1" }, "weur"],
  ["nowhere known", {}, "weur"],
])("a session opened in %s is made where it is near", (_place, whereabouts, hint) => {
  expect(locationHintFor(whereabouts)).toBe(hint);
});

it("a session's id carries its region, whatever the region", () => {
  const uuid = crypto.randomUUID();
  for (const hint of ["wnam", "apac", "apac-ne", "apac-se", "me"] as const) {
    expect(SESSION_ID.exec(newSessionId(hint, uuid, "acme"))?.[1]).toBe(hint);
  }
  for (const other of [uuid, `mars-${uuid}`, `weur-${uuid}x`, "weur-", `apac-xx-${uuid}`])
    expect(other).not.toMatch(SESSION_ID);
});
