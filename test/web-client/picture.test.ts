import { expect, test } from "vitest";
import { encodeColours } from "../support/painted-pictures.ts";
import { tap } from "../support/phone-page.ts";
import { until } from "../support/until.ts";
import { BLUE, browserWorld, GRANT, GREEN, RED, showsColour, statsOf, TALL, WIDE, wordsOver } from "./browser-world.ts";

const { startEdge, openPage, openLive } = browserWorld();

test("a link shows the device: every picture is decoded, painted and counted", async () => {
  const edge = await startEdge();
  const page = await openPage(edge);
  const seat = await edge.seat();
  expect(edge.redeemed).toEqual([GRANT]);
  expect(seat.pass).toBe("ticket-1");
  expect(seat.heard[0]).toEqual({ type: "hello", protocol: 1, client: "nearglass-web", videoCodecs: ["h264"] });
  seat.welcome();
  const units = await encodeColours(TALL, [RED, GREEN, BLUE]);
  let bytes = 0;
  for (const [sequence, { keyframe, data }] of units.entries()) {
    seat.frame({ sequence, keyframe }, data);
    bytes += 16 + data.byteLength;
  }
  await showsColour(page, BLUE);
  // The first answers may be slow, and then clocks are compared badly until a quicker one comes (K-1).
  await until("the age of the picture is known", async () => ((await statsOf(page)).frameAgeMs ?? 0) > 0);
  const stats = await statsOf(page);
  expect(stats).toMatchObject({
    state: "live",
    framesReceived: 3,
    framesDecoded: 3,
    framesQueued: 0,
    keyframesReceived: 1,
    keyframesRequested: 0,
    bytesReceived: bytes,
    width: 180,
    height: 320,
    decoderErrors: 0,
    reconnects: 0,
  });
  expect(stats.framesPainted + stats.framesDropped).toBe(3);
  expect(stats.codec).toMatch(/^avc1\.6400[0-9A-F]{2}$/);
  expect(stats.rttMs).toBeGreaterThan(0);
  expect(stats.frameAgeMs).toBeGreaterThan(0);
  expect(await wordsOver(page)).toBeUndefined();
  expect(await page.title()).toBe("Demo phone · Nearglass");
});

test("W-2 the first frame is acknowledged at once, later ones in batches, and nothing while nothing comes", async () => {
  const { page, seat } = await openLive();
  expect(seat.heardOf("ack")[0]).toMatchObject({ video: 1 });
  const [, ...greens] = await encodeColours(TALL, [RED, ...Array.from({ length: 20 }, () => GREEN)]);
  for (const [index, { data }] of greens.entries()) seat.frame({ sequence: 2 + index }, data);
  await until("the last is acknowledged", () => seat.heardOf("ack").at(-1)?.video === 21);
  expect(seat.heardOf("ack").length).toBeLessThan(8);
  await until("the clocks are compared", () => seat.heardOf("clock").length === 5);
  await until("how it did is reported", () => seat.heardOf("quality").length === 1);
  const before = seat.heard.length;
  // What is proved is that nothing comes: that takes as long as it is watched.
  await page.waitForTimeout(700);
  expect(seat.heard.length).toBe(before);
});

test("a unit whose predecessor is missing is not decoded; a keyframe is asked for and goes on from there", async () => {
  const { page, seat } = await openLive();
  const [red, , green] = await encodeColours(TALL, [RED, BLUE, GREEN]);
  const [blue] = await encodeColours(TALL, [BLUE]);
  if (red === undefined || green === undefined || blue === undefined) throw new Error("nothing was encoded");
  await until("a keyframe is asked for", () => {
    // Gaps go on until the second after the start is over, before which nothing is asked.
    seat.frame({ sequence: 3 + 2 * seat.heardOf("ack").length }, green.data);
    return seat.heardOf("keyframe-request").length > 0;
  });
  const stats = await statsOf(page);
  expect(stats.framesDecoded).toBe(1);
  expect(stats.framesDropped).toBeGreaterThan(0);
  seat.frame({ sequence: 100_000, keyframe: true }, blue.data);
  await showsColour(page, BLUE);
});

test("a decoder that fails is made anew, in software for good, and starts at the next keyframe", async () => {
  const { page, seat } = await openLive();
  const [red, green] = await encodeColours(TALL, [RED, GREEN]);
  if (red === undefined || green === undefined) throw new Error("nothing was encoded");
  const damaged = Uint8Array.from(red.data, (byte, at) => (at > 60 ? byte ^ 0x5a : byte));
  await until("the decoder has failed", async () => {
    seat.frame({ sequence: 2, keyframe: true }, damaged);
    return (await statsOf(page)).decoderErrors > 0;
  });
  seat.frame({ sequence: 3, keyframe: true }, red.data);
  seat.frame({ sequence: 4 }, green.data);
  await showsColour(page, GREEN);
  expect((await statsOf(page)).acceleration).toBe("prefer-software");
});

test("W-3 of a replay that overlaps what was shown, the past is not shown again", async () => {
  const { page, seat } = await openLive();
  const units = await encodeColours(TALL, [RED, GREEN, BLUE]);
  const replay = () => {
    for (const [index, { keyframe, data }] of units.entries()) seat.frame({ sequence: 10 + index, keyframe }, data);
  };
  replay();
  await showsColour(page, BLUE);
  const { framesPainted } = await statsOf(page);
  replay();
  await until("all are decoded", async () => (await statsOf(page)).framesDecoded === 7);
  expect((await statsOf(page)).framesPainted).toBe(framesPainted);
});

test("a rotated device is shown in its new shape", async () => {
  const { page, seat } = await openLive();
  const [wide] = await encodeColours(WIDE, [GREEN]);
  if (wide === undefined) throw new Error("nothing was encoded");
  seat.tell({ type: "display", epoch: 2, ...WIDE, rotation: 90, codec: "h264" });
  seat.frame({ sequence: 2, epoch: 2, keyframe: true }, wide.data);
  await showsColour(page, GREEN);
  expect(await statsOf(page)).toMatchObject({ width: 320, height: 180 });
});

test("T-2 a picture coded smaller within its epoch fills the same canvas, and is touched at the same places", async () => {
  const { page, seat } = await openLive({}, { display: { epoch: 1, ...TALL, rotation: 0, codec: "h264" } });
  const small = await encodeColours({ width: TALL.width / 2, height: TALL.height / 2 }, [GREEN, BLUE]);
  const large = await encodeColours(TALL, [RED]);
  const shape = () => page.evaluate(() => document.querySelector("nearglass-view")?.canvas?.width);
  let sequence = 2;
  for (const { keyframe, data } of small) seat.frame({ sequence: sequence++, keyframe }, data);
  await showsColour(page, BLUE);
  expect(await statsOf(page)).toMatchObject({ width: 180, height: 320, decoderErrors: 0, keyframesRequested: 0 });
  expect(await shape()).toBe(180);
  await tap(page, { x: 135, y: 80 });
  await until("the touch", () => seat.inputs.length > 0);
  const touch = seat.parsedInputs()[0];
  const finger = touch?.kind === "touch" ? touch.pointers[0] : undefined;
  expect(finger?.x).toBeCloseTo(135 / 180, 2);
  expect(finger?.y).toBeCloseTo(80 / 320, 2);
  expect(touch?.epoch).toBe(1);
  for (const { keyframe, data } of large) seat.frame({ sequence: sequence++, keyframe }, data);
  await showsColour(page, RED);
  expect(await statsOf(page)).toMatchObject({ width: 180, height: 320, framesDecoded: 4, decoderErrors: 0 });
});

test("neither grant nor ticket nor resume token stands in any URL", async () => {
  const { edge, page } = await openLive();
  await page.reload();
  await edge.seat(1);
  expect(edge.urls.join("\n")).not.toMatch(/head\.claims|ticket-|resume-/);
  expect(edge.urls).toContain("/api/v1/sessions/weur-1/viewer");
});

test("a first keyframe that is damaged is asked for again, though nothing follows it", async () => {
  const edge = await startEdge();
  const [red] = await encodeColours(TALL, [RED]);
  const [green] = await encodeColours(TALL, [GREEN]);
  if (red === undefined || green === undefined) throw new Error("nothing was encoded");
  const damaged = Uint8Array.from(red.data, (byte, at) => (at > 60 ? byte ^ 0x5a : byte));
  const page = await openPage(edge);
  const seat = await edge.seat();
  seat.welcome();
  seat.frame({ sequence: 1, keyframe: true }, damaged);
  await until("a keyframe is asked for", () => seat.heardOf("keyframe-request").length > 0);
  seat.frame({ sequence: 2, keyframe: true }, green.data);
  await showsColour(page, GREEN);
});
