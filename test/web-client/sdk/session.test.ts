import { expect, test } from "vitest";
import { CLOSE, type CloseName } from "#protocol";
import {
  createSession,
  type SessionEffect,
  type SessionEvent,
  type SessionModel,
  step,
} from "../../../web-client/sdk/session.ts";
import { Random, seeds } from "../../support/random.ts";

const AT = 1_800_000_000_000;
const GRANT = "a.grant.x";
const RESUME = { session: "weur-1", token: "resume-0" };

type Happening = SessionEvent extends infer Event ? (Event extends SessionEvent ? Omit<Event, "at"> : never) : never;

function happen(model: SessionModel, happening: Happening, at = AT, chance = 0.5): SessionEffect[] {
  return step(model, { ...happening, at } as SessionEvent, chance);
}

function withGrant(): SessionModel {
  return createSession({ grant: GRANT, ticket: undefined, resume: undefined });
}

const granted = (ticket: string) => ({ type: "ticket-granted", session: "weur-1", ticket }) as const;
const welcomed = (resume: string, origin: "online" | "away" = "online") =>
  ({ type: "welcomed", session: "weur-1", resume, origin }) as const;

const dialled = (resume: string) => ({ type: "dial", session: "weur-1", pass: { resume } });

function live(): SessionModel {
  const model = withGrant();
  happen(model, { type: "started" });
  happen(model, granted("ticket-1"));
  happen(model, welcomed("resume-1"));
  return model;
}

test("a link is redeemed, its ticket dialled, and the welcome remembered for a reload", () => {
  const model = withGrant();
  expect(happen(model, { type: "started" })).toEqual([{ type: "redeem", grant: GRANT }]);
  expect(model.state).toEqual({ name: "redeeming" });
  expect(happen(model, granted("ticket-1"))).toEqual([
    { type: "dial", session: "weur-1", pass: { ticket: "ticket-1" } },
  ]);
  expect(model.state).toEqual({ name: "connecting" });
  expect(happen(model, welcomed("resume-1"))).toEqual([{ type: "remember", session: "weur-1", resume: "resume-1" }]);
  expect(model.state).toEqual({ name: "live" });
});

test("R-2 a page that was reloaded shows its resume token and leaves the link alone", () => {
  const model = createSession({ grant: GRANT, ticket: undefined, resume: RESUME });
  expect(happen(model, { type: "started" })).toEqual([dialled("resume-0")]);
});

test("R-2 a resume token that opens no socket buys a ticket instead, or is told why not", () => {
  const model = live();
  happen(model, { type: "socket-lost" });
  happen(model, { type: "wait-over" });
  const refused = { type: "socket-lost", code: CLOSE.ticketRefused.code } as const;
  expect(happen(model, refused)).toEqual([{ type: "renew", session: "weur-1", resume: "resume-1" }]);
  expect(happen(model, granted("ticket-2"))).toEqual([
    { type: "dial", session: "weur-1", pass: { ticket: "ticket-2" } },
  ]);
  happen(model, refused);
  expect(happen(model, { type: "wait-over" })).toEqual([{ type: "renew", session: "weur-1", resume: "resume-1" }]);
  happen(model, granted("ticket-3"));
  happen(model, welcomed("resume-2"));
  happen(model, { type: "socket-lost" });
  expect(happen(model, { type: "wait-over" })).toEqual([dialled("resume-2")]);
});

test("a remembered seat of a session that has ended is forgotten, and the link redeemed", () => {
  const model = createSession({ grant: GRANT, ticket: undefined, resume: RESUME });
  happen(model, { type: "started" });
  expect(happen(model, { type: "socket-lost", code: CLOSE.noSuchSession.code })).toEqual([
    { type: "forget" },
    { type: "redeem", grant: GRANT },
  ]);
});

test("a remembered seat that is gone is forgotten, and the link redeemed", () => {
  const model = createSession({ grant: GRANT, ticket: undefined, resume: RESUME });
  happen(model, { type: "started" });
  happen(model, { type: "socket-lost", code: CLOSE.ticketRefused.code });
  expect(happen(model, { type: "ticket-denied", reason: "seat-expired" })).toEqual([
    { type: "forget" },
    { type: "redeem", grant: GRANT },
  ]);
});

test("a seat that expires during a visit ends it: the link may not be spent twice unasked", () => {
  const model = live();
  happen(model, { type: "socket-lost" });
  happen(model, { type: "wait-over" });
  happen(model, { type: "socket-lost", code: CLOSE.ticketRefused.code });
  expect(happen(model, { type: "ticket-denied", reason: "seat-expired" })).toEqual([
    { type: "hang-up", bye: false },
    { type: "forget" },
  ]);
  expect(model.state).toEqual({ name: "ended", reason: "seat-expired" });
});

test("without anything to show it ends at once", () => {
  const model = createSession({ grant: undefined, ticket: undefined, resume: undefined });
  happen(model, { type: "started" });
  expect(model.state).toEqual({ name: "ended", reason: "no-link" });
});

test("C-1 a lost socket is followed at once by another for the same seat, hardly shaken", () => {
  const model = live();
  expect(happen(model, { type: "socket-lost", code: 1006 }, AT, 0.5)).toEqual([
    { type: "hang-up", bye: false },
    { type: "wait", until: AT + 12.5 },
  ]);
  expect(model.state).toEqual({ name: "reconnecting", attempt: 1, retryAt: AT + 12.5 });
  expect(happen(model, { type: "wait-over" })).toEqual([dialled("resume-1")]);
  expect(model.state).toEqual({ name: "reconnecting", attempt: 1, retryAt: undefined });
  happen(model, welcomed("resume-2"));
  expect(model.state).toEqual({ name: "live" });
});

test("C-1 waits grow from 25 ms and 0.2 s to 5 s and no further", () => {
  const model = live();
  const ceilings: number[] = [];
  for (let attempt = 0; attempt < 8; attempt++) {
    happen(model, { type: "socket-lost" }, AT, 0.999_999);
    if (model.state.name === "reconnecting") ceilings.push(Math.round((model.state.retryAt ?? 0) - AT));
    happen(model, { type: "wait-over" });
    happen(model, granted("ticket"));
  }
  expect(ceilings).toEqual([25, 200, 400, 800, 1600, 3200, 5000, 5000]);
});

test.each([
  ["that held for 2 s begins the waits anew", 2_000, 1],
  ["that did not hold lets them grow", 1_999, 4],
])("a connection %s", (_, heldMs, attempt) => {
  const model = live();
  for (let loss = 0; loss < 3; loss++) {
    happen(model, { type: "socket-lost" });
    happen(model, { type: "wait-over" });
    happen(model, granted("ticket"));
    happen(model, welcomed("resume"));
  }
  happen(model, { type: "socket-lost" }, AT + heldMs);
  expect(model.state).toMatchObject({ name: "reconnecting", attempt });
});

test("a first dial that gets no answer is made again with the same ticket, since the link may buy no other", () => {
  const model = withGrant();
  happen(model, { type: "started" });
  happen(model, granted("ticket-1"));
  happen(model, { type: "socket-lost" });
  expect(happen(model, { type: "wait-over" })).toEqual([
    { type: "dial", session: "weur-1", pass: { ticket: "ticket-1" } },
  ]);
});

test("a ticket that was refused is not shown again", () => {
  const model = withGrant();
  happen(model, { type: "started" });
  happen(model, granted("ticket-1"));
  happen(model, { type: "socket-lost", code: CLOSE.ticketRefused.code });
  expect(happen(model, { type: "wait-over" })).toEqual([{ type: "redeem", grant: GRANT }]);
});

test("a refused ticket ends a session that has nothing else to show", () => {
  const model = createSession({ grant: undefined, ticket: { session: "weur-1", token: "t" }, resume: undefined });
  expect(happen(model, { type: "started" })).toEqual([{ type: "dial", session: "weur-1", pass: { ticket: "t" } }]);
  happen(model, { type: "socket-lost", code: CLOSE.ticketRefused.code });
  expect(model.state).toEqual({ name: "ended", reason: "ticket-refused" });
});

test.each((Object.keys(CLOSE) as CloseName[]).map((name) => [name, CLOSE[name].after] as const))(
  "C-1 after a close as %s the client does this: %s",
  (name, after) => {
    const model = live();
    happen(model, { type: "socket-lost", code: CLOSE[name].code });
    expect(model.state.name).toBe(after === "stop" ? "ended" : "reconnecting");
    expect(model.state).not.toMatchObject({ reason: "refused" });
  },
);

test("S-2 a seat that was continued elsewhere is still remembered, so that a reload takes it back", () => {
  const model = live();
  expect(happen(model, { type: "socket-lost", code: CLOSE.seatReplaced.code })).toEqual([
    { type: "hang-up", bye: false },
  ]);
  expect(model.state).toEqual({ name: "ended", reason: "seat-replaced" });
});

test("an origin that is away and back again changes the state, and no socket", () => {
  const model = live();
  expect(happen(model, { type: "origin-changed", origin: "away" })).toEqual([]);
  expect(model.state).toEqual({ name: "waiting-for-origin" });
  happen(model, { type: "origin-changed", origin: "online" });
  expect(model.state).toEqual({ name: "live" });
});

test("a returning network ends a wait, and disturbs nothing that is under way", () => {
  const model = live();
  expect(happen(model, { type: "woken" })).toEqual([]);
  happen(model, { type: "socket-lost" });
  expect(happen(model, { type: "woken" })).toEqual([dialled("resume-1")]);
  expect(happen(model, { type: "woken" })).toEqual([]);
});

test("a page that is put away hangs up without leaving, and takes its seat back when it is shown", () => {
  const model = live();
  expect(happen(model, { type: "put-away" })).toEqual([{ type: "hang-up", bye: false }]);
  expect(happen(model, { type: "woken" })).toEqual([dialled("resume-1")]);
});

test("closing says good-bye and forgets the seat; nothing changes after that", () => {
  const model = live();
  expect(happen(model, { type: "close-asked" })).toEqual([{ type: "hang-up", bye: true }, { type: "forget" }]);
  expect(happen(model, { type: "woken" })).toEqual([]);
  expect(happen(model, welcomed("late"))).toEqual([]);
  expect(model.state).toEqual({ name: "ended", reason: "closed" });
});

test.each(seeds(1))("whatever happens, there is always either an end or something to wait for (seed %i)", (seed) => {
  const random = new Random(seed);
  const happenings: readonly Happening[] = [
    { type: "started" },
    granted("ticket"),
    { type: "request-failed" },
    welcomed("resume"),
    { type: "origin-changed", origin: "away" },
    { type: "socket-lost" },
    { type: "socket-lost", code: 1006 },
    { type: "socket-lost", code: CLOSE.ticketRefused.code },
    { type: "wait-over" },
    { type: "woken" },
    { type: "put-away" },
  ];
  for (let run = 0; run < 200; run++) {
    const model = withGrant();
    happen(model, { type: "started" });
    let at = AT;
    for (let turn = 0; turn < 40; turn++) {
      at += random.int(0, 20_000);
      happen(model, random.pick(happenings), at, random.next());
      const { state } = model;
      const waits = state.name === "reconnecting" && !model.busy;
      expect([model.busy, waits, state.name === "ended"].filter(Boolean), `after ${turn} turns`).toHaveLength(1);
    }
  }
});
