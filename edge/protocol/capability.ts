import * as z from "zod/mini";
import { MAX_PICTURE_SIDE } from "./limits.ts";

/** What a seat may do. The edge holds every message against this list (docs/protocol.md, R-1). */
export const RIGHTS = [
  "view",
  "audio",
  "touch",
  "keyboard",
  "clipboard",
  "location",
  "motion",
  "camera",
  "microphone",
  "file-up",
  "file-down",
] as const;
export const right = z.enum(RIGHTS);
export type Right = z.infer<typeof right>;

/** Hardware of the person that a device can make use of, and what it offers by itself (docs/protocol.md, M-13). */
export const FEATURES = [
  "touch",
  "keyboard",
  "audio",
  "clipboard",
  "rotation",
  "navigation",
  "volume",
  "screen",
  "physical-keyboard",
  "gamepad",
  "gps",
  "motion",
  "camera",
  "microphone",
  "file-up",
  "file-down",
  "app-install",
] as const;
const feature = z.enum(FEATURES);
export type Feature = z.infer<typeof feature>;

export const videoCodec = z.enum(["h264", "hevc", "vp8", "vp9", "av1"]);

/** Pixels of one side of a picture. */
export const pictureSide = z.int().check(z.minimum(1), z.maximum(MAX_PICTURE_SIDE));
const shortText = z.string().check(z.minLength(1), z.maxLength(128));

/** One device as its host announces it. Sizes in pixels. */
export const deviceDescription = z.object({
  /** Unique on its host; letters, digits and `._:-`. */
  id: z.string().check(z.regex(/^[\w.:-]{1,64}$/)),
  name: shortText,
  model: shortText,
  /** A real Android, or the drawn demo phone. */
  kind: z.enum(["android", "demo"]),
  width: pictureSide,
  height: pictureSide,
  videoCodecs: z.array(videoCodec).check(z.minLength(1), z.maxLength(8)),
  features: z.array(feature).check(z.maxLength(FEATURES.length)),
  apps: z.array(z.object({ id: shortText, name: shortText })).check(z.maxLength(512)),
  /** The one of `apps` that is shown, in a session for one app (docs/protocol.md, S-14). */
  onlyApp: z.optional(shortText),
});
export type DeviceDescription = z.infer<typeof deviceDescription>;

/** How the pictures of one epoch are to be read. Sizes in pixels; rotation in degrees clockwise. */
export const displayGeometry = z.object({
  epoch: z.int().check(z.minimum(0), z.maximum(0xffff)),
  width: pictureSide,
  height: pictureSide,
  rotation: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]),
  codec: videoCodec,
});
export type DisplayGeometry = z.infer<typeof displayGeometry>;

/** The audio of a session; Opus packets of 48 kHz. */
export const audioFormat = z.object({
  codec: z.literal("opus"),
  sampleRate: z.literal(48000),
  channels: z.union([z.literal(1), z.literal(2)]),
});
export type AudioFormat = z.infer<typeof audioFormat>;
