import { BenchOrigin, type OriginDial, type OriginRecord } from "../support/origin.ts";
import { h264Painter, noisePainter } from "../support/painter.ts";
import { pictureHashes } from "../support/picture-hashes.ts";
import { serve } from "../support/program.ts";

/** One origin in a process, and perhaps a network, of its own. */

let origin: BenchOrigin | undefined;

function running(): BenchOrigin {
  if (origin === undefined) throw new Error("there is no origin yet");
  return origin;
}

export interface OriginStart {
  readonly dial: OriginDial;
  readonly bitrate: number;
  readonly audio: boolean;
  /** Real H.264, for a decoder to judge. */
  readonly decodable: boolean;
}

const duties = {
  async start({ dial, bitrate, audio, decodable }: OriginStart): Promise<void> {
    const painter = decodable ? h264Painter() : noisePainter;
    origin = new BenchOrigin(dial, painter, { bitrate, audio, keepsUnits: decodable });
    await origin.connect();
    origin.start();
  },
  still: (still: boolean) => running().still(still),
  comeBack: () => running().connect(),
  record: (): OriginRecord => running().record,
  pictures: () => pictureHashes(running().units),
  stop() {
    origin?.stop();
    origin = undefined;
  },
};

export type OriginDuties = typeof duties;
serve(duties);
