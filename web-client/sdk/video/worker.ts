import { sequenceDistance } from "#protocol";
import { nowMicros } from "../now.ts";
import { UnitDecoder } from "./decoder.ts";
import type { FromVideoWorker, ToVideoWorker, VideoCounters, VideoUnit } from "./messages.ts";
import { type DecodedPicture, Painter } from "./painter.ts";
import { createUnitGate, judgeUnit, needKeyframe, untilNextRequest } from "./unit-gate.ts";

// The worker that decodes and paints, so that a busy page holds no picture up.

const counters = { settled: 0, decoded: 0, painted: 0, dropped: 0, decoderErrors: 0 } satisfies VideoCounters;
let gate = createUnitGate(performance.now());
let painter: Painter | undefined;
/** The newest picture that came to the painter; older ones of a replay are not shown again. */
let newest: number | undefined;
/** A timer is set that asks for a keyframe. */
let asking = false;

const decoder = new UnitDecoder({
  decoded,
  configured: (codec, acceleration) => tell({ type: "codec", codec, acceleration }),
  failed: (lostUnits) => {
    counters.decoderErrors += 1;
    drop(lostUnits);
    wantKeyframe(needKeyframe(gate, performance.now()));
  },
  unsupported: (codec) => tell({ type: "unsupported", codec }),
});

addEventListener("message", ({ data }: MessageEvent<ToVideoWorker>) => {
  switch (data.type) {
    case "canvas":
      painter = new Painter(data.canvas, painted);
      // A browser may take a canvas's memory while nobody sees it; what comes back is empty.
      data.canvas.addEventListener("contextrestored", () => wantKeyframe(needKeyframe(gate, performance.now())));
      return;
    case "unit":
      return arrived(data.unit);
    case "display":
      return painter?.setDisplay(data.display);
    case "restart":
      gate = createUnitGate(performance.now());
      newest = undefined;
  }
});

function arrived(unit: VideoUnit): void {
  const { feed, ask } = judgeUnit(gate, unit, decoder.waiting, performance.now());
  if (feed) return decoder.decode(unit);
  drop(1);
  wantKeyframe(ask);
}

/** Too early is not never: on a screen that stands still no further unit would ask again. */
function wantKeyframe(now: boolean): void {
  if (now) return tell({ type: "keyframe-needed" });
  if (asking) return;
  asking = true;
  setTimeout(
    () => {
      asking = false;
      if (gate.last === undefined) wantKeyframe(needKeyframe(gate, performance.now()));
    },
    untilNextRequest(gate, performance.now()),
  );
}

function decoded(picture: DecodedPicture): void {
  counters.decoded += 1;
  counters.settled += 1;
  if (painter === undefined || (newest !== undefined && sequenceDistance(picture.sequence, newest) <= 0)) {
    counters.dropped += 1;
    picture.frame.close();
    return tell({ type: "settled", counters });
  }
  newest = picture.sequence;
  counters.dropped += painter.show(picture);
}

function painted({ frame: _, ...rest }: DecodedPicture, width: number, height: number): void {
  counters.painted += 1;
  tell({ type: "painted", picture: { ...rest, paintedAtMicros: nowMicros(), width, height }, counters });
}

function drop(units: number): void {
  counters.settled += units;
  counters.dropped += units;
  tell({ type: "settled", counters });
}

function tell(message: FromVideoWorker): void {
  // Safe: this file is started as a worker only, where the global `postMessage` takes a message alone.
  (postMessage as (message: FromVideoWorker) => void)(message);
}
