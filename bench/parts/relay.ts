import { readFrameHeader, viewerChannel, writeFrame } from "#protocol";
import { BenchEdge, inTime } from "../support/edge.ts";
import type { Report } from "../support/report.ts";
import { median, percentile, spread } from "../support/statistics.ts";

const REPEATS = 7;
const FRAMES_PER_REPEAT = 600;
const WARM_UP_FRAMES = 200;
/** 2 Mbit/s at 30 fps. */
const FRAME_BYTES = 8_333;
/** Faster than 30 fps so that the run is short, and slow enough that no frame meets the one before. */
const FRAME_INTERVAL_MS = 5;
/** Ten acknowledgements a second, as a page sends them: both paths together make about 80 frames of each. */
const ACK_INTERVAL_FRAMES = 8;

/** A way for a frame from one socket to another: sends the next and gives the milliseconds it took. */
type Path = () => Promise<number>;

/** The time that the Session object adds to a frame, beside a plain broadcast in the same workerd. */
export async function relay(): Promise<Report> {
  const edge = new BenchEdge();
  await edge.start();
  try {
    const session = await sessionPath(edge);
    const broadcast = await broadcastPath(edge);
    await interleaved(session, broadcast, WARM_UP_FRAMES);
    const ratios: Record<"p50" | "p99", number[]> = { p50: [], p99: [] };
    const figures: Record<"session" | "broadcast", number[]> = { session: [], broadcast: [] };
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const [a, b] = await interleaved(session, broadcast, FRAMES_PER_REPEAT);
      ratios.p50.push(median(a) / median(b));
      ratios.p99.push(percentile(a, 0.99) / percentile(b, 0.99));
      figures.session.push(median(a));
      figures.broadcast.push(median(b));
    }
    return {
      part: `relay: one viewer on loopback, ${FRAME_BYTES} bytes a frame, ${REPEATS} interleaved repeats of ${FRAMES_PER_REPEAT}`,
      rows: [
        { what: "frame latency p50, Session object", figure: median(figures.session), unit: "ms" },
        { what: "frame latency p50, 15-line broadcast", figure: median(figures.broadcast), unit: "ms" },
        {
          what: "p50 against the broadcast",
          figure: median(ratios.p50),
          unit: "x",
          bar: 1.2,
          note: `± ${spread(ratios.p50).toFixed(2)}`,
        },
        {
          what: "p99 against the broadcast",
          figure: median(ratios.p99),
          unit: "x",
          bar: 1.2,
          note: `± ${spread(ratios.p99).toFixed(2)}`,
        },
      ],
    };
  } finally {
    await edge.stop();
  }
}

async function sessionPath(edge: BenchEdge): Promise<Path> {
  const name = `local-${crypto.randomUUID()}`;
  await edge.openSession(name);
  const origin = await edge.origin(name);
  const viewer = await edge.viewer(name);
  return path(origin, viewer, (video) => {
    if (video % ACK_INTERVAL_FRAMES === 0) viewer.send(viewerChannel.write({ type: "ack", video, queued: 0 }));
  });
}

async function broadcastPath(edge: BenchEdge): Promise<Path> {
  const name = crypto.randomUUID();
  return path(await edge.broadcast(name), await edge.broadcast(name), () => {});
}

function path(sender: WebSocket, receiver: WebSocket, acknowledge: (sequence: number) => void): Path {
  let next = 0;
  let arrived: () => void = () => {};
  receiver.addEventListener("message", ({ data }) => {
    if (data instanceof ArrayBuffer && readFrameHeader(data).sequence === next) arrived();
  });
  return async () => {
    const message = frame(next);
    let begun = 0;
    await inTime(`Frame ${next}`, receiver, (came) => {
      arrived = came;
      begun = performance.now();
      sender.send(message);
    });
    const took = performance.now() - begun;
    acknowledge(next);
    next += 1;
    await new Promise((resolve) => setTimeout(resolve, FRAME_INTERVAL_MS));
    return took;
  };
}

function frame(sequence: number): ArrayBuffer {
  const header = {
    kind: "video",
    keyframe: sequence === 0,
    config: sequence === 0,
    epoch: 0,
    sequence,
    capturedAtMicros: 0,
  } as const;
  return writeFrame(header, new Uint8Array(FRAME_BYTES));
}

/** One frame each, in turn: whatever else the machine does meets both alike. */
async function interleaved(a: Path, b: Path, frames: number): Promise<[number[], number[]]> {
  const samples: [number[], number[]] = [[], []];
  for (let index = 0; index < frames; index += 1) {
    if (index % 2 === 0) {
      samples[0].push(await a());
      samples[1].push(await b());
    } else {
      samples[1].push(await b());
      samples[0].push(await a());
    }
  }
  return samples;
}
