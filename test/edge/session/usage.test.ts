import { describe, expect, it } from "vitest";
import { createRelay, LENDING_LIMITS, type RelayEffect, type RelayEvent } from "../../../edge/relay/index.ts";
import { UsageBook } from "../../../edge/session/usage.ts";
import { device } from "../support/fleet-world.ts";

const AT = 1_000_000;
const CAMERA = { kind: "camera", width: 640, height: 480, frameRate: 15 } as const;

function scene() {
  const state = createRelay("s", { ...device("demo"), apps: [{ id: "notes", name: "Notes" }] }, AT);
  const book = new UsageBook(state);
  /** What a seat says goes on to the device, or not. */
  const said = (
    message: Extract<RelayEvent, { type: "viewer-said" }>["message"] &
      Extract<RelayEffect, { type: "tell-origin" }>["message"],
    at: number,
    seat = "a",
    passes = true,
  ) =>
    book.happened({ type: "viewer-said", at, seat, message }, passes ? [{ type: "tell-origin", message }] : [], state);
  return { state, book, said };
}

describe("what a seat uses", () => {
  it("is counted, with the bytes of what was copied and nothing of what is in them", () => {
    const { book, said, state } = scene();
    expect([book.take(), book.dueAt]).toEqual([[], undefined]);
    said({ type: "clipboard", text: "häll" }, AT);
    said({ type: "clipboard", text: "refused" }, AT + 1, "a", false);
    said({ type: "clipboard", text: "ok" }, AT + 2);
    said({ type: "clipboard", text: "x" }, AT + 3, "b");
    const taken = { type: "tell-seat", seat: "a", message: { type: "clipboard", text: "from" } } as const;
    book.happened({ type: "origin-said", at: AT + 4, message: { type: "clipboard", text: "from" } }, [taken], state);
    expect(book.dueAt).toBe(AT + 5_000);
    expect(book.take()).toEqual([
      { action: "clipboard.sent", seat: "a", times: 2, bytes: 7, from: AT, until: AT + 2 },
      { action: "clipboard.sent", seat: "b", times: 1, bytes: 1, from: AT + 3, until: AT + 3 },
      { action: "clipboard.taken", seat: "a", times: 1, bytes: 4, from: AT + 4, until: AT + 4 },
    ]);
    expect([book.take(), book.dueAt]).toEqual([[], undefined]);
  });

  it("of apps has those that the device has told of: any other name could be any text", () => {
    const { book, said } = scene();
    said({ type: "open-app", app: "notes" }, AT);
    said({ type: "open-app", app: "my password" }, AT + 1);
    expect(book.take()).toEqual([
      { action: "app.opened", seat: "a", times: 2, apps: ["notes"], from: AT, until: AT + 1 },
    ]);
  });

  it("is the lease, when it goes from one to another, and not when its holder gets it anew", () => {
    const { book, state } = scene();
    const woke = (at: number) => book.happened({ type: "woke", at }, [], state);
    Object.assign(state.lease, { holder: "a", number: 1 });
    woke(AT);
    state.lease.number = 2;
    woke(AT + 1);
    state.lease.holder = "b";
    woke(AT + 2);
    state.lease.holder = undefined;
    woke(AT + 3);
    expect(book.take()).toEqual([
      { action: "lease.taken", seat: "a", times: 1, from: AT, until: AT },
      { action: "lease.taken", seat: "b", times: 1, from: AT + 2, until: AT + 2, before: "a" },
    ]);
  });

  it("is hardware, with its beginning and its end, also over a sleep and at the end of the session", () => {
    const { book, state } = scene();
    const until = AT + LENDING_LIMITS.camera.lifeMs;
    const lent = {
      phase: "lent",
      seat: "a",
      codec: "vp8",
      until,
      dueAt: AT,
      sequence: undefined,
      decodable: false,
    } as const;
    const bytes = { tokens: 0, at: AT };
    const loan = { purpose: "Camera", want: CAMERA, standing: { ...lent, bytes } };
    // Safe: what a loan has besides is nothing to the book.
    state.hardware.set("camera", loan as never);
    book.happened({ type: "woke", at: AT + 1 }, [], state);
    expect(book.take()).toEqual([{ action: "hardware.lent", seat: "a", kind: "camera", times: 1, from: AT, until }]);
    const awake = new UsageBook(state);
    awake.happened({ type: "woke", at: AT + 9 }, [], state);
    expect(awake.take()).toEqual([]);
    state.hardware.clear();
    awake.happened({ type: "woke", at: AT + 10 }, [], state);
    const ended = { action: "hardware.ended", seat: "a", kind: "camera", times: 1, from: AT } as const;
    expect(awake.take()).toEqual([{ ...ended, until: AT + 10 }]);
    book.closed(AT + 20);
    expect(book.take()).toEqual([{ ...ended, until: AT + 20 }]);
  });

  it("that could not be told is told with the next", () => {
    const { book, said } = scene();
    said({ type: "clipboard", text: "one" }, AT);
    const uses = book.take();
    said({ type: "clipboard", text: "three" }, AT + 2);
    book.putBack(uses, AT + 3);
    expect(book.take()).toEqual([{ action: "clipboard.sent", seat: "a", times: 2, bytes: 8, from: AT, until: AT + 2 }]);
  });
});
