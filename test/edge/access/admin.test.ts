import { expect, it } from "vitest";
import { isAdmin } from "../../../edge/access/index.ts";

it.each([
  ["right", "right", true],
  ["wrong", "right", false],
  ["righ", "right", false],
  ["right ", "right", false],
  ["", "right", false],
  ["", "", false],
  ["", undefined, false],
  ["undefined", undefined, false],
])("%j opens the door of %j: %s", async (given, token, expected) => {
  expect(await isAdmin(given, token)).toBe(expected);
});
