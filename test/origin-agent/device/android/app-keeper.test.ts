import { beforeEach, expect, it } from "vitest";
import { AppKeeper } from "../../../../origin-agent/device/android/app-keeper.ts";

const APP = "org.example.notes";
const LAUNCHER = "com.android.launcher3";

let at: number;
let front: () => Promise<string | undefined>;
let next: (() => void) | undefined;
let seen: string[];
let keeper: AppKeeper;

beforeEach(() => {
  at = 5_000;
  next = undefined;
  seen = [];
  front = async () => LAUNCHER;
  keeper = new AppKeeper(APP, {
    front: () => front(),
    bring: () => seen.push("bring"),
    changed: (inFront) => seen.push(inFront ? "in front" : "left"),
    now: () => at,
    after: (delayMs, run) => {
      next = () => {
        at += delayMs;
        run();
      };
      return () => {
        next = undefined;
      };
    },
  });
});

/** Everything that was promised has happened. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

async function look(app: string | undefined | Error): Promise<void> {
  front = async () => {
    if (app instanceof Error) throw app;
    return app;
  };
  if (next === undefined) keeper.start();
  else next();
  await settle();
}

it("S-14 an app is brought to the front, and back when it is left", async () => {
  for (const app of [LAUNCHER, APP, APP, LAUNCHER]) await look(app);
  expect(seen).toEqual(["bring", "in front", "left"]);
  for (let again = 0; again < 3; again += 1) await look(LAUNCHER);
  await look(APP);
  expect(seen).toEqual(["bring", "in front", "left", "bring", "in front"]);
});

it("S-14 an app that is on its way is not called again for a second", async () => {
  for (let looked = 0; looked < 9; looked += 1) await look(LAUNCHER);
  expect(seen).toEqual(["bring", "bring", "bring"]);
});

it("S-14 what cannot be seen to be in front counts as left", async () => {
  for (const app of [APP, new Error("no answer")]) await look(app);
  expect(seen).toEqual(["in front", "left", "bring"]);
  expect(keeper.inFront).toBe(false);
});

it("S-14 behind a lock screen nothing changes, and an app that was not there yet is called once", async () => {
  for (let looked = 0; looked < 9; looked += 1) await look(undefined);
  expect(seen).toEqual(["bring"]);
  for (const app of [APP, undefined, undefined]) await look(app);
  expect(seen).toEqual(["bring", "in front"]);
});

it("looks no more once it is closed, nor tells what it was just told", async () => {
  await look(APP);
  next?.();
  keeper.close();
  await settle();
  expect([next, seen]).toEqual([undefined, ["in front"]]);
});
