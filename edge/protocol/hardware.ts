import * as z from "zod/mini";
import { label, micros } from "./control/parse.ts";

/** Hardware of a person that a device can borrow. Each is a right of a seat, of the same name (docs/protocol.md, B-1). */
export const HARDWARE_KINDS = ["location", "motion", "camera", "microphone"] as const;
export const hardwareKind = z.enum(HARDWARE_KINDS);
export type HardwareKind = z.infer<typeof hardwareKind>;

const perSecond = z.number().check(z.minimum(0.1), z.maximum(240));
/** Pixels of one side of a camera's picture. */
const cameraSide = z.int().check(z.minimum(16), z.maximum(4096));

/** What a device wants of one kind, and how much of it. */
export const hardwareWant = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("location"),
    /** No two places closer in time than this. */
    intervalMs: z.int().check(z.minimum(0), z.maximum(3_600_000)),
    /** Nor closer than this, metres. */
    distanceM: z.number().check(z.minimum(0), z.maximum(100_000)),
    accuracy: z.enum(["fine", "coarse"]),
  }),
  z.object({ kind: z.literal("motion"), rateHz: perSecond }),
  z.object({ kind: z.literal("camera"), width: cameraSide, height: cameraSide, frameRate: perSecond }),
  z.object({ kind: z.literal("microphone") }),
]);
export type HardwareWant = z.infer<typeof hardwareWant>;
/** What is wanted of one kind. */
export type WantOf<Kind extends HardwareKind> = Extract<HardwareWant, { kind: Kind }>;

/** How a camera's frames are encoded; a microphone's are Opus, 48 kHz, one channel. */
export const cameraCodec = z.enum(["h264", "vp8"]);
export type CameraCodec = z.infer<typeof cameraCodec>;

/** A device asks; `purpose` is for the person: the app that wants it. */
export const hardwareAsk = z.object({ purpose: label, want: hardwareWant });
/** It is not wanted, or not lent, any more. */
export const hardwareDone = z.object({ kind: hardwareKind });

export const hardwareEnd = z.enum(["denied", "stopped", "no-right", "nobody", "time-limit"]);
/** Why nothing of a kind comes to the device, for now. */
export type HardwareEnd = z.infer<typeof hardwareEnd>;

/** One place: degrees of WGS 84, metres, degrees from north, metres a second, and when it was measured. */
export const location = z.object({
  latitude: z.number().check(z.minimum(-90), z.maximum(90)),
  longitude: z.number().check(z.minimum(-180), z.maximum(180)),
  /** The true place is within this radius with 95 % confidence. */
  accuracyM: z.number().check(z.minimum(0), z.maximum(40_000_000)),
  altitudeM: z.optional(z.number().check(z.minimum(-20_000), z.maximum(10_000_000))),
  headingDeg: z.optional(z.number().check(z.minimum(0), z.maximum(360))),
  speedMps: z.optional(z.number().check(z.minimum(0), z.maximum(20_000))),
  at: micros,
});
export type Location = z.infer<typeof location>;

const upTo = (most: number) => z.number().check(z.minimum(-most), z.maximum(most));

/** How the person's device is held and moved, in the axes of W3C Device Orientation. */
export const motion = z.object({
  /** With gravity, metres a second squared. */
  acceleration: z.optional(z.object({ x: upTo(1_000), y: upTo(1_000), z: upTo(1_000) })),
  /** Degrees a second. */
  rotation: z.optional(z.object({ alpha: upTo(10_000), beta: upTo(10_000), gamma: upTo(10_000) })),
  /** Degrees. */
  orientation: z.optional(z.object({ alpha: upTo(360), beta: upTo(180), gamma: upTo(90) })),
  at: micros,
});
export type Motion = z.infer<typeof motion>;
