import { expect, it } from "vitest";
import { isFileName } from "#protocol";
import { freeName } from "../../../origin-agent/device/free-name.ts";

it.each([
  ["notes.txt", [], "notes.txt"],
  ["notes.txt", ["notes.txt"], "notes (1).txt"],
  ["notes.txt", ["notes.txt", "notes (1).txt"], "notes (2).txt"],
  ["notes", ["notes"], "notes (1)"],
  [".bashrc", [".bashrc"], ".bashrc (1)"],
  ["a.tar.gz", ["a.tar.gz"], "a.tar (1).gz"],
  ["a. what stands here is no ending", ["a. what stands here is no ending"], "a. what stands here is no ending (1)"],
])("U-2 %j beside %j is kept as %j", (name, taken, free) => {
  expect(freeName(name, new Set(taken))).toBe(free);
});

it.each(["ä".repeat(127), `${"😀".repeat(62)}.json`])("U-2 a long name is cut between characters: %j", (name) => {
  const free = freeName(name, new Set([name]));
  expect(free).toMatch(/ \(1\)(\.json)?$/);
  expect(isFileName(free)).toBe(true);
});
