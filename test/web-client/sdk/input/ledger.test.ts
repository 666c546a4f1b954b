import { expect, test } from "vitest";
import type { InputBody, Pointer } from "#protocol";
import {
  createInputLedger,
  holdLease,
  type InputLedger,
  MAX_UNAPPLIED,
  noteApplied,
  recordInput,
} from "../../../../web-client/sdk/input/ledger.ts";

const pointer = (phase: Pointer["phase"]): Pointer => ({ id: 0, phase, x: 0.5, y: 0.5, pressure: 1 });
const touch = (phase: Pointer["phase"]): InputBody => ({ kind: "touch", pointers: [pointer(phase)] });
const text = (words: string): InputBody => ({ kind: "text", text: words });
const sequences = (messages: readonly { readonly sequence: number }[]) => messages.map(({ sequence }) => sequence);

function holding(lease: number): InputLedger {
  const ledger = createInputLedger();
  holdLease(ledger, lease, 0);
  return ledger;
}

test("I-5 inputs are numbered from 1 under each lease", () => {
  const ledger = holding(7);
  expect(recordInput(ledger, touch("down"), 3)).toMatchObject({ lease: 7, sequence: 1, epoch: 3 });
  expect(recordInput(ledger, touch("up"), 3)).toMatchObject({ lease: 7, sequence: 2 });
  holdLease(ledger, 8, 0);
  expect(recordInput(ledger, text("a"), 3)).toMatchObject({ lease: 8, sequence: 1 });
});

test("I-5 after a reconnect what was not applied is sent again, in order, but for moves", () => {
  const ledger = holding(7);
  for (const body of [touch("down"), touch("move"), touch("up"), text("a"), touch("move"), text("b")]) {
    recordInput(ledger, body, 0);
  }
  noteApplied(ledger, 7, 1);
  expect(sequences(holdLease(ledger, 7, 3))).toEqual([4, 6]);
});

test("I-5 a move that was applied vouches for everything before it", () => {
  const ledger = holding(7);
  for (const body of [touch("down"), touch("move")]) recordInput(ledger, body, 0);
  noteApplied(ledger, 7, 2);
  expect(holdLease(ledger, 7, 2)).toEqual([]);
});

test("L-1 a new lease forgets what was sent under the last", () => {
  const ledger = holding(7);
  recordInput(ledger, text("a"), 0);
  expect(holdLease(ledger, 8, 0)).toEqual([]);
  expect(holdLease(ledger, 8, 0)).toEqual([]);
});

test("an acknowledgement under another lease changes nothing", () => {
  const ledger = holding(7);
  recordInput(ledger, text("a"), 0);
  noteApplied(ledger, 6, 100);
  expect(sequences(holdLease(ledger, 7, 0))).toEqual([1]);
});

test("a page that was reloaded counts on far above what may still be on its way", () => {
  const ledger = createInputLedger();
  holdLease(ledger, 7, 57);
  expect(recordInput(ledger, text("a"), 0)?.sequence).toBe(57 + 65_536);
});

test("I-6 a full ledger refuses presses and takes releases, up to what may be sent at once", () => {
  const ledger = holding(7);
  for (let count = 0; count < MAX_UNAPPLIED; count++) recordInput(ledger, text("a"), 0);
  expect(recordInput(ledger, touch("down"), 0)).toBeUndefined();
  expect(recordInput(ledger, text("a"), 0)).toBeUndefined();
  expect(recordInput(ledger, touch("up"), 0)?.sequence).toBe(MAX_UNAPPLIED + 1);
  expect(recordInput(ledger, { kind: "key", down: false, repeat: false, keycode: 66, meta: 0 }, 0)).toBeDefined();
  for (let count = 0; count < 1_000; count++) recordInput(ledger, touch("up"), 0);
  expect(ledger.unapplied.length).toBe(240);
});
