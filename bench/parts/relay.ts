import { setTimeout as pause } from "node:timers/promises";
import type { RawData, WebSocket } from "ws";
import { originChannel, readFrameHeader, viewerChannel } from "#protocol";
import { dial, dialSession } from "../support/dial.ts";
import { BenchEdge } from "../support/edge.ts";
import { NodeRelay, objectRoom, type Room, sessionRoom } from "../support/relays.ts";
import type { Options, Report } from "../support/report.ts";
import { median, over, percentile } from "../support/statistics.ts";
import { FRAME_BYTES, noise, stamped } from "../support/stream.ts";

const REPEATS = 7;
const FRAMES_PER_REPEAT = 400;
const WARM_UP_FRAMES = 200;
/** Faster than 30 fps so that the run is short, and slow enough that no frame meets the one before. */
const FRAME_INTERVAL_MS = 4;
/** Ten acknowledgements a second, as a page sends them: the paths together make about 60 frames of each. */
const ACK_INTERVAL_FRAMES = 6;
/** Nothing on loopback takes a hundredth of it. */
const DEADLINE_MS = 10_000;

/** A way for a frame from one socket to another: sends the next and gives the milliseconds it took. */
type Path = () => Promise<number>;

/** The time that the Session object adds to a frame, beside a plain broadcast in the same workerd and one in Node. */
export async function relay(_options: Options): Promise<Report> {
  const edge = new BenchEdge();
  await edge.start();
  const node = await NodeRelay.start();
  try {
    const session = await sessionPath(edge, (await sessionRoom(edge)).name);
    const broadcast = await plainPath(objectRoom(edge, "broadcast", "none"));
    const plain = await plainPath(await node.room("broadcast"));
    const paths = [session, broadcast, plain];
    await interleaved(paths, WARM_UP_FRAMES);
    const repeats: { readonly p50: number; readonly p99: number }[][] = [];
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const samples = await interleaved(paths, FRAMES_PER_REPEAT);
      repeats.push(samples.map((times) => ({ p50: median(times), p99: percentile(times, 0.99) })));
    }
    const figures = (path: number, share: "p50" | "p99") =>
      repeats.map((repeat) => repeat[path]?.[share] ?? Number.NaN);
    const ratio = (path: number, share: "p50" | "p99") =>
      over(figures(0, share).map((figure, index) => figure / (figures(path, share)[index] ?? Number.NaN)));
    return {
      part: `relay: a frame's time through the relay, one viewer on loopback, ${REPEATS} interleaved repeats of ${FRAMES_PER_REPEAT} frames`,
      rows: [
        { what: "p50, Session object", unit: "ms", ...over(figures(0, "p50")) },
        { what: "p50, 15-line object (B1)", unit: "ms", ...over(figures(1, "p50")) },
        { what: "p50, Node broadcast (B3)", unit: "ms", ...over(figures(2, "p50")) },
        { what: "p50 against B1", unit: "x", bar: 1.2, ...ratio(1, "p50") },
        { what: "p99 against B1", unit: "x", bar: 1.2, ...ratio(1, "p99") },
        { what: "p99 against B3", unit: "x", bar: 2, ...ratio(2, "p99") },
      ],
    };
  } finally {
    node.stop();
    await edge.stop();
  }
}

async function sessionPath(edge: BenchEdge, name: string): Promise<Path> {
  const { socket: origin } = await dialSession(edge.base(), name, { role: "origin", session: name });
  origin.send(originChannel.write({ type: "hello", protocol: 1, agent: "bench", resumed: false }));
  await said(origin, "welcome");
  const size = { width: 720, height: 1280, rotation: 0, codec: "h264" } as const;
  origin.send(originChannel.write({ type: "display", epoch: 0, ...size }));
  const { claims } = await (await fetch(`${edge.base()}/admit?name=${name}`)).json();
  const { socket: viewer } = await dialSession(edge.base(), name, claims);
  viewer.send(viewerChannel.write({ type: "hello", protocol: 1, client: "bench", videoCodecs: ["h264"] }));
  await said(viewer, "welcome");
  const send = path(origin, viewer, (video) => {
    if (video % ACK_INTERVAL_FRAMES === 0)
      viewer.send(viewerChannel.write({ type: "ack", video, queued: 0, receivedAt: Date.now() * 1_000 }));
  });
  origin.on("message", (data, isBinary) => {
    if (!isBinary && String(data).includes('"type":"keyframe-request"')) send.restart();
  });
  return send.next;
}

async function plainPath(room: Room): Promise<Path> {
  const [from, to] = [room.origin(), room.viewer()];
  if (from.kind !== "plain" || to.kind !== "plain") throw new Error("a baseline has plain sockets");
  return path((await dial(from.url)).socket, (await dial(to.url)).socket, () => {}).next;
}

/** `restart`: the machine stood still, and the relay took the viewer for slow: it goes on with a keyframe. */
function path(
  sender: WebSocket,
  receiver: WebSocket,
  acknowledge: (sequence: number) => void,
): { readonly next: Path; readonly restart: () => void } {
  let next = 0;
  let keyframe = true;
  let arrived: (came: boolean) => void = () => {};
  receiver.on("message", (data) => {
    if (data instanceof ArrayBuffer && data.byteLength > FRAME_BYTES && readFrameHeader(data).sequence === next)
      arrived(true);
  });
  const send: Path = async () => {
    const message = stamped({ kind: "video", keyframe, epoch: 0, sequence: next }, noise(Math.ceil(FRAME_BYTES)));
    keyframe = false;
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const late = setTimeout(() => reject(new Error(`frame ${next} did not come`)), DEADLINE_MS);
    arrived = resolve;
    const begun = performance.now();
    sender.send(message);
    const came = await promise;
    const took = performance.now() - begun;
    clearTimeout(late);
    acknowledge(next);
    next += 1;
    await pause(FRAME_INTERVAL_MS);
    return came ? took : await send();
  };
  const restart = () => {
    keyframe = true;
    arrived(false);
  };
  return { next: send, restart };
}

async function said(socket: WebSocket, type: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const late = setTimeout(() => reject(new Error(`no ${type} came`)), DEADLINE_MS);
  const listen = (data: RawData, isBinary: boolean): void => {
    if (!isBinary && String(data).includes(`"type":"${type}"`)) resolve();
  };
  socket.on("message", listen);
  await promise;
  clearTimeout(late);
  socket.off("message", listen);
}

/** One frame each, in turn and from another first each time: whatever else the machine does meets all alike. */
async function interleaved(paths: readonly Path[], frames: number): Promise<number[][]> {
  const samples: number[][] = paths.map(() => []);
  for (let index = 0; index < frames; index += 1) {
    for (let turn = 0; turn < paths.length; turn += 1) {
      const chosen = (index + turn) % paths.length;
      const send = paths[chosen];
      if (send !== undefined) samples[chosen]?.push(await send());
    }
  }
  return samples;
}
