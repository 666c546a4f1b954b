import { expect, test } from "vitest";
import { CLOSE } from "#protocol";
import { encodeColours } from "../support/painted-pictures.ts";
import { until } from "../support/until.ts";
import { BLUE, browserWorld, GRANT, GREEN, RED, saysOver, showsColour, statsOf, TALL } from "./browser-world.ts";

const { startEdge, openPage, openLive } = browserWorld();

test("a lost connection is taken up again without a reload: same seat, same picture, what was typed is sent again", async () => {
  const { edge, page, seat } = await openLive();
  await page.locator("#keyboard").click();
  await page.keyboard.type("abc");
  await until("all is sent", () => seat.inputs.length === 3);
  // Only the first arrived at the device.
  seat.tell({ type: "input-ack", lease: 1, sequence: 1 });
  seat.drop();
  const next = await edge.seat(1);
  expect(edge.redeemed).toEqual([GRANT]);
  expect({ resumed: edge.resumed, renewed: edge.renewed, pass: next.pass }).toEqual({
    resumed: ["resume-1"],
    renewed: [],
    pass: "resume-1",
  });
  next.welcome({ resume: "resume-2", appliedInput: 1 });
  await until("the rest is sent again", () => next.inputs.length === 2);
  expect(next.parsedInputs()).toMatchObject([
    { text: "b", sequence: 2 },
    { text: "c", sequence: 3 },
  ]);
  const [green] = await encodeColours(TALL, [GREEN]);
  if (green === undefined) throw new Error("nothing was encoded");
  next.frame({ sequence: 2, keyframe: true }, green.data);
  await showsColour(page, GREEN);
  await saysOver(page, undefined);
  expect((await statsOf(page)).reconnects).toBe(1);
});

test("a finger that is down when the connection is lost is lifted after it is back", async () => {
  const { edge, page, seat } = await openLive();
  await page.mouse.move(600, 400);
  await page.mouse.down();
  await until("it is down", () => seat.inputs.length === 1);
  seat.drop();
  const next = await edge.seat(1);
  next.welcome({ appliedInput: 0 });
  await until("it is sent again and lifted", () => next.inputs.length === 2);
  expect(next.parsedInputs()).toMatchObject([
    { sequence: 1, pointers: [{ phase: "down" }] },
    { sequence: 2, pointers: [{ phase: "cancel" }] },
  ]);
});

test("S-6 S-8 after a lost connection the picture goes on where it was, without a keyframe", async () => {
  const { edge, page, seat } = await openLive();
  const [red, green, blue] = await encodeColours(TALL, [RED, GREEN, BLUE]);
  if (red === undefined || green === undefined || blue === undefined) throw new Error("nothing was encoded");
  seat.frame({ sequence: 2, keyframe: true }, red.data);
  seat.frame({ sequence: 3 }, green.data);
  await showsColour(page, GREEN);
  seat.drop();
  const next = await edge.seat(1);
  expect(next.seen).toBe("3");
  next.welcome({ resume: "resume-2" });
  next.frame({ sequence: 4 }, blue.data);
  await showsColour(page, BLUE);
  expect(await statsOf(page)).toMatchObject({ framesDecoded: 4, framesDropped: 0, keyframesRequested: 0 });
});

test("S-8 a page whose picture has a gap says of none that it could go on from it", async () => {
  const { edge, page, seat } = await openLive();
  const [, green] = await encodeColours(TALL, [RED, GREEN]);
  if (green === undefined) throw new Error("nothing was encoded");
  seat.frame({ sequence: 3 }, green.data);
  await until("it has come", async () => (await statsOf(page)).framesReceived === 2);
  seat.drop();
  expect((await edge.seat(1)).seen).toBeUndefined();
});

test("a reload goes on with the same seat, from a keyframe, and leaves the link unspent", async () => {
  const { edge, page } = await openLive();
  await page.reload();
  const next = await edge.seat(1);
  expect(next.seen).toBeUndefined();
  expect(edge.redeemed).toEqual([GRANT]);
  expect(edge.resumed).toEqual(["resume-1"]);
  next.welcome();
  const [red] = await encodeColours(TALL, [RED]);
  if (red === undefined) throw new Error("nothing was encoded");
  next.frame({ sequence: 1, keyframe: true }, red.data);
  await showsColour(page, RED);
  expect(new URL(page.url()).hash).toBe(`#${GRANT}`);
});

test("a reload after the seat is gone redeems the link again", async () => {
  const { edge, page } = await openLive();
  edge.onResume = () => "ticketRefused";
  edge.onRenew = () => ({ status: 401, problem: "resume-refused" });
  await page.reload();
  await edge.seat(1);
  expect(edge.redeemed).toEqual([GRANT, GRANT]);
});

test("R-2 a socket that is refused to a resume token is bought a ticket for: same seat, link unspent", async () => {
  const { edge, seat } = await openLive();
  edge.onResume = () => "ticketRefused";
  seat.drop();
  const next = await edge.seat(1);
  expect(next.pass).toBe("ticket-2");
  expect(edge.renewed).toEqual([{ session: "weur-1", resume: "resume-1" }]);
  expect(edge.redeemed).toEqual([GRANT]);
});

test("M-2 a line that dies while pictures come is left within seconds, and one that only falls silent is asked once", async () => {
  const { edge, seat } = await openLive();
  await until("the hush is looked into", () => seat.pings === 1);
  seat.tell({ type: "origin", state: "online" });
  await until("the next one too", () => seat.pings === 2);
  expect(edge.seats).toHaveLength(1);
  seat.dead = true;
  seat.tell({ type: "origin", state: "online" });
  await edge.seat(1);
  expect([seat.pings, edge.resumed]).toEqual([3, ["resume-1"]]);
});

test("M-12 a page answers at once when it is asked whether it is there", async () => {
  const { edge, seat } = await openLive();
  seat.probe();
  await until("it answers", () => seat.answeredProbes === 1);
  expect(edge.seats).toHaveLength(1);
});

test("M-2 a line that died in a silence is found out by the first touch", async () => {
  const { edge, page, seat } = await openLive();
  await until("the hush is looked into", () => seat.pings === 1);
  seat.dead = true;
  // So seldom that the page's ledger of what was not applied cannot fill up: then nothing more is sent.
  let clickedAt = Number.NEGATIVE_INFINITY;
  await until("it has been silent for long enough", async () => {
    if (performance.now() - clickedAt < 250) return seat.pings > 1;
    clickedAt = performance.now();
    await page.mouse.click(600, 400);
    return seat.pings > 1;
  });
  const next = await edge.seat(1);
  next.welcome({ appliedInput: 0 });
  await until("the touches are sent again", () => next.inputs.length >= 2);
});

test.each(["online", "offline", "pageshow", "visibilitychange"])(
  "M-2 at the event %s a line that died in a silence is found out",
  async (event) => {
    const { edge, page, seat } = await openLive();
    await until("the hush is looked into", () => seat.pings === 1);
    seat.dead = true;
    // Not once only: while the answer is on its way another question would not be asked.
    await until("it is asked again", async () => {
      await page.evaluate((name) => {
        (name === "visibilitychange" ? document : globalThis).dispatchEvent(new Event(name));
      }, event);
      return seat.pings > 1;
    });
    await edge.seat(1);
    expect(seat.pings).toBe(2);
  },
);

test("Q-1 how the session did is told when the screen has come to rest, and before leaving", async () => {
  const { page, seat } = await openLive();
  const [, green] = await encodeColours(TALL, [RED, GREEN]);
  if (green === undefined) throw new Error("nothing was encoded");
  await until("the clocks are compared", () => seat.heardOf("clock").length === 5);
  seat.frame({ sequence: 2 }, green.data);
  await showsColour(page, GREEN);
  await until("a report", () => seat.heardOf("quality").length === 1);
  const [report] = seat.heardOf("quality");
  const counts = { received: 2, decoded: 2, painted: 2, dropped: 0, keyframesRequested: 0, freezes: 0, frozenMs: 0 };
  expect(report).toMatchObject(counts);
  expect([report?.receivedAge, report?.decodedAge, report?.paintedAge, report?.rttMs]).not.toContain(undefined);
  await page.evaluate(() => document.querySelector("nearglass-view")?.session?.close());
  await until("good-bye", () => seat.heardOf("bye").length === 1);
  // Nothing had come since.
  expect(seat.heardOf("quality")).toHaveLength(1);
});

test("Q-1 K-2 what came since the last report is told before good-bye; the figures of each hop are known", async () => {
  const { page, seat } = await openLive();
  expect((await statsOf(page)).captureToEdgeMs).toBeUndefined();
  await until("the clocks are compared", () => seat.heardOf("clock").length === 5);
  seat.tell({ type: "clock-reply", sentAt: Date.now() * 1_000, at: Date.now() * 1_000, edgeAge: { p50: 0, p95: 1 } });
  const [, green] = await encodeColours(TALL, [RED, GREEN]);
  if (green === undefined) throw new Error("nothing was encoded");
  seat.frame({ sequence: 2 }, green.data);
  await showsColour(page, GREEN);
  const stats = await statsOf(page);
  expect(stats).toMatchObject({ captureToEdgeMs: 0, freezeCount: 0, totalFreezesDurationMs: 0 });
  const { edgeToReceivedMs, receivedToDecodedMs, decodedToPaintedMs, frameAgeMs } = stats;
  for (const ms of [edgeToReceivedMs, receivedToDecodedMs, decodedToPaintedMs, frameAgeMs])
    expect(ms).toBeGreaterThanOrEqual(0);
  await page.evaluate(() => document.querySelector("nearglass-view")?.session?.close());
  await until("good-bye", () => seat.heardOf("bye").length === 1);
  expect(seat.heard.slice(-2)).toMatchObject([{ type: "quality", received: 2 }, { type: "bye" }]);
});

test("another link in the same tab is another seat", async () => {
  const { edge, page } = await openLive();
  await page.evaluate(() => {
    location.hash = "#another.link.x";
  });
  await edge.seat(1);
  expect(edge.redeemed).toEqual([GRANT, "another.link.x"]);
  expect([edge.resumed, edge.renewed]).toEqual([[], []]);
});

test("an edge that does not answer is tried again, with words and a countdown", async () => {
  const edge = await startEdge();
  let tries = 0;
  edge.onRedeem = () => {
    tries += 1;
    return tries < 4 ? { status: 500, problem: "internal" } : { status: 201, session: "weur-1", ticket: "ticket-1" };
  };
  const page = await openPage(edge);
  await saysOver(page, "Connection lost");
  await edge.seat();
  expect(tries).toBe(4);
});

test("a device whose side is away is waited for", async () => {
  const { page, seat } = await openLive();
  seat.tell({ type: "origin", state: "away" });
  await saysOver(page, "Waiting for the device");
  seat.tell({ type: "origin", state: "online" });
  await saysOver(page, undefined);
});

test.each([
  ["link-not-valid", 403, "This link is not valid"],
  ["link-expired", 410, "This link has expired"],
  ["link-used-up", 410, "This link was already used"],
  ["link-revoked", 410, "Access was withdrawn"],
  ["no-free-device", 503, "No device is free"],
  ["device-offline", 503, "The device is offline"],
  ["session-full", 409, "The session is full"],
] as const)("a link refused as %s gets words", async (problem, status, words) => {
  const edge = await startEdge();
  edge.onRedeem = () => ({ status, problem });
  const page = await openPage(edge);
  await saysOver(page, words);
  expect(edge.redeemed).toHaveLength(1);
});

test.each([
  ["sessionEnded", "The session has ended"],
  ["seatReplaced", "Continued elsewhere"],
  ["deviceOffline", "The device is offline"],
  ["revoked", "Access was withdrawn"],
  ["versionUnsupported", "This page is out of date"],
] as const)("C-1 a socket closed as %s gets words, and is not opened again", async (name, words) => {
  const { edge, page, seat } = await openLive();
  seat.close(CLOSE[name].code);
  await saysOver(page, words);
  expect(edge.seats).toHaveLength(1);
});

test("a session continued elsewhere is taken back by a button", async () => {
  const { edge, page, seat } = await openLive();
  seat.close(CLOSE.seatReplaced.code);
  await page.getByRole("button", { name: "Continue here" }).click();
  await edge.seat(1);
  expect(edge.redeemed).toEqual([GRANT]);
  expect(edge.resumed).toEqual(["resume-1"]);
});

test("a page without a link says so and asks nobody", async () => {
  const edge = await startEdge();
  const page = await openPage(edge, {}, "/s");
  await saysOver(page, "A link is needed");
  expect(edge.redeemed).toEqual([]);
});

test("the page at / says what this is", async () => {
  const edge = await startEdge();
  const page = await openPage(edge, {}, "/");
  expect(await page.textContent("h1")).toBe("Nearglass");
});
