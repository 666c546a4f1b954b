import type { Adb } from "@yume-chan/adb";
import { within } from "../adb/deadline.ts";
import type { RateSettings } from "../rate-plan.ts";
import { AudioStream } from "./audio-stream.ts";
import { type DeviceMessageListener, DeviceMessageReader } from "./device-message-reader.ts";
import { MediaReader } from "./media-reader.ts";
import { ScrcpyServer } from "./server.ts";
import type { ServerProgram } from "./server-program.ts";
import { framingOf } from "./server-version.ts";
import { type VideoListener, VideoStream } from "./video-stream.ts";

/** What one run of a server tells. */
export interface RunListener extends Omit<VideoListener, "begun">, DeviceMessageListener {
  codec: VideoListener["begun"];
  /** One Opus packet, behind `FRAME_HEADER_BYTES` of room in a buffer of its own. */
  sound(ptsMicros: number, data: Uint8Array): void;
  /** Once: it is over without being closed. A DeviceFault is not to be tried again. */
  ended(error: Error): void;
}

/** A server that runs. */
export interface Run {
  readonly audible: boolean;
  /** One control message. */
  say(message: Uint8Array): void;
  close(): Promise<void>;
}

/** An encoder that has not opened by then will not. */
const BEGIN_DEADLINE_MS = 10_000;

/**
 * Start a server and wait until it says what it will send.
 * @throws DeviceFault, or Error in words for the host's operator
 */
export async function startRun(
  adb: Adb,
  program: ServerProgram,
  start: { readonly rate: RateSettings; readonly audio: boolean },
  listener: RunListener,
): Promise<Run> {
  const framing = framingOf(program.version);
  const videoBegun = Promise.withResolvers<void>();
  const audioBegun = Promise.withResolvers<boolean>();
  const early = Promise.withResolvers<never>();
  early.promise.catch(() => {});
  let begun = false;
  const video = new MediaReader(
    new VideoStream(framing, {
      begun: (codec) => {
        listener.codec(codec);
        videoBegun.resolve();
      },
      size: (size) => listener.size(size),
      unit: (unit) => listener.unit(unit),
    }),
  );
  const audio = new MediaReader(
    new AudioStream(framing, {
      begun: (audible) => audioBegun.resolve(audible),
      packet: (ptsMicros, data) => listener.sound(ptsMicros, data),
    }),
  );
  const messages = new DeviceMessageReader(listener);
  const server = new ScrcpyServer(adb, {
    video: (chunk) => video.push(chunk),
    audio: (chunk) => audio.push(chunk),
    control: (chunk) => messages.push(chunk),
    ended: (error) => {
      if (begun) listener.ended(error);
      else early.reject(error);
    },
  });
  await server.start(program, start.rate, start.audio);
  try {
    const beginning = Promise.all([videoBegun.promise, start.audio ? audioBegun.promise : false]);
    const both = await within(BEGIN_DEADLINE_MS, Promise.race([beginning, early.promise]));
    if (both === undefined) throw new Error("the device's encoder did not begin in time");
    begun = true;
    return { audible: both[1], say: (message) => server.say(message), close: () => server.close() };
  } catch (error) {
    await server.close();
    throw error;
  }
}
