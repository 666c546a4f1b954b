import * as z from "zod/mini";
import { isMicros, isUint32, micros, uint32 } from "./parse.ts";

/**
 * Everything of a kind up to a sequence has arrived; about 10 a second while frames come (W-2).
 * `receivedAt` is when that video frame arrived, on the viewer's own clock: only differences mean anything.
 * `queued` counts frames that wait for the decoder.
 */
export const ack = z.object({
  video: z.optional(uint32),
  audio: z.optional(uint32),
  receivedAt: z.optional(micros),
  queued: uint32,
  decodedAt: z.optional(micros),
  paintedAt: z.optional(micros),
});

/** What the schema would make of it; undefined where it would refuse. Ten a second of every viewer are too many for a schema. */
export function readAck(value: { readonly [Field in keyof z.output<typeof ack>]?: unknown }) {
  const { video, audio, receivedAt, queued, decodedAt, paintedAt } = value;
  if (!isUint32(queued)) return undefined;
  if (video !== undefined && !isUint32(video)) return undefined;
  if (audio !== undefined && !isUint32(audio)) return undefined;
  if (receivedAt !== undefined && !isMicros(receivedAt)) return undefined;
  if (decodedAt !== undefined && !isMicros(decodedAt)) return undefined;
  if (paintedAt !== undefined && !isMicros(paintedAt)) return undefined;
  return { type: "ack", video, audio, receivedAt, queued, decodedAt, paintedAt } as const;
}
