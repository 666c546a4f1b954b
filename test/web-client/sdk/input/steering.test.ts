import { beforeEach, expect, test } from "vitest";
import { type InputBody, type InputMessage, type Right, readInput } from "#protocol";
import { Steering } from "../../../../web-client/sdk/input/steering.ts";

const RIGHTS: readonly Right[] = ["view", "touch", "keyboard"];
const MINE = { lease: 4, mine: true, held: true };
const text = (words: string): InputBody => ({ kind: "text", text: words });
const down: InputBody = { kind: "touch", pointers: [{ id: 0, phase: "down", x: 0, y: 0, pressure: 1 }] };

let sent: InputMessage[];
let asked: number;
let forgotten: number;
let refused: string[];
let steering: Steering;

beforeEach(() => {
  sent = [];
  asked = 0;
  forgotten = 0;
  refused = [];
  steering = new Steering({
    send: (message) => sent.push(readInput(message)),
    askForLease: () => asked++,
    notPermitted: (what) => refused.push(what),
    forgetHeld: () => forgotten++,
  });
});

test("I-4 a touch names the geometry that the person saw, and none is ready before a picture", () => {
  steering.welcomed(RIGHTS, MINE, 0);
  expect(steering.ready("touch", 0)).toBe(false);
  steering.showing(9);
  expect(steering.ready("touch", 0)).toBe(true);
  steering.send(down);
  expect(sent).toMatchObject([{ epoch: 9, lease: 4, sequence: 1, kind: "touch" }]);
});

test("another geometry forgets what is held, since the device has lifted it", () => {
  steering.welcomed(RIGHTS, MINE, 0);
  steering.showing(1);
  forgotten = 0;
  steering.showing(1);
  expect(forgotten).toBe(0);
  steering.showing(2);
  expect(forgotten).toBe(1);
});

test("L-3 a seat without the lease asks for it once a second at most, and sends nothing", () => {
  steering.welcomed(RIGHTS, { lease: 4, mine: false, held: true }, 0);
  expect(steering.ready("keyboard", 10_000)).toBe(false);
  expect(steering.ready("keyboard", 10_999)).toBe(false);
  expect(asked).toBe(1);
  steering.ready("keyboard", 11_000);
  expect(asked).toBe(2);
  steering.send(text("a"));
  expect(sent).toEqual([]);
});

test("R-1 a seat without the right is told, and does not ask for the lease", () => {
  steering.welcomed(["view"], { lease: 4, mine: false, held: false }, 0);
  expect(steering.ready("touch", 0)).toBe(false);
  expect({ asked, refused }).toEqual({ asked: 0, refused: ["touch"] });
});

test("I-5 text typed while the connection is away is sent with the next welcome, once", () => {
  steering.welcomed(RIGHTS, MINE, 0);
  steering.send(text("a"));
  steering.applied(4, 1);
  steering.disconnected();
  expect(steering.ready("keyboard", 0)).toBe(true);
  steering.send(text("b"));
  expect(sent).toHaveLength(1);
  steering.welcomed(RIGHTS, MINE, 1);
  expect(sent.slice(1)).toMatchObject([{ kind: "text", text: "b", sequence: 2 }]);
});

test("a picture that stands still because the connection is away takes no touch", () => {
  steering.welcomed(RIGHTS, MINE, 0);
  steering.showing(1);
  steering.disconnected();
  expect(steering.ready("touch", 0)).toBe(false);
});

test("L-4 losing the lease forgets what is held and what was typed", () => {
  steering.welcomed(RIGHTS, MINE, 0);
  steering.send(text("a"));
  forgotten = 0;
  steering.leaseChanged({ lease: 5, mine: false, held: true });
  expect(forgotten).toBe(1);
  steering.leaseChanged({ lease: 6, mine: true, held: true });
  steering.send(text("b"));
  expect(sent.slice(1)).toMatchObject([{ lease: 6, sequence: 1, text: "b" }]);
});

test("R-4 a right that goes takes what is held under it along, and one that comes lets go of nothing", () => {
  steering.welcomed(["view", "touch"], MINE, 0);
  steering.showing(1);
  forgotten = 0;
  steering.permitted(RIGHTS);
  expect([steering.ready("keyboard", 0), forgotten]).toEqual([true, 0]);
  steering.permitted(["view", "keyboard"]);
  expect([steering.ready("touch", 0), forgotten, refused]).toEqual([false, 1, ["touch"]]);
  steering.permitted(["keyboard"]);
  expect(forgotten).toBe(1);
});
