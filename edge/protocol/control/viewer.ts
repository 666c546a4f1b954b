import * as z from "zod/mini";
import { allowance } from "../allowance.ts";
import { audioFormat, deviceDescription, displayGeometry, right, videoCodec } from "../capability.ts";
import { cameraCodec, hardwareAsk, hardwareDone, hardwareKind, location, motion } from "../hardware.ts";
import { MAX_CONTROL_CHARS, MAX_DEVICES_CHARS } from "../limits.ts";
import { ack, readAck } from "./ack.ts";
import { controlChannel, label, micros, opaque, protocolVersion, type TypedMessage, uint32 } from "./parse.ts";
import { bye, clipboard, clock, clockReply, inputAck, keyframeRequest, openApp, rotate, screen } from "./shared.ts";

const lease = z.object({
  /** The number of the lease in force; 0 before the first. */
  lease: uint32,
  /** Whether this seat holds it. */
  mine: z.boolean(),
  /** Whether any seat holds it. */
  held: z.boolean(),
});

/** Ages of frames at one place, whole milliseconds. */
const ages = z.object({ p50: uint32, p95: uint32 });

const fromViewer = {
  /** The first message of a viewer. */
  hello: z.object({
    protocol: protocolVersion,
    client: label,
    videoCodecs: z.array(videoCodec).check(z.maxLength(8)),
  }),
  ack,
  /** The decoder cannot go on. */
  "keyframe-request": keyframeRequest,
  clock,
  /** Ask for the lease, or give it up. */
  "lease-request": z.object({ want: z.boolean() }),
  /** The holder's answer to `lease-asked`: this seat may have the lease, or not. */
  "lease-answer": z.object({ seat: label, give: z.boolean() }),
  clipboard,
  "open-app": openApp,
  rotate,
  screen,
  /**
   * How the session did for this viewer. Counts and times count since the page connected, milliseconds; ages are
   * those since the last report, and left out where there are none.
   */
  quality: z.object({
    received: uint32,
    decoded: uint32,
    painted: uint32,
    dropped: uint32,
    keyframesRequested: uint32,
    freezes: uint32,
    frozenMs: uint32,
    rttMs: z.optional(uint32),
    receivedAge: z.optional(ages),
    decodedAge: z.optional(ages),
    paintedAge: z.optional(ages),
  }),
  /** What the person said to a `hardware-ask`, or that they have taken it back; a camera says its codec. */
  "hardware-answer": z.object({
    kind: hardwareKind,
    answer: z.enum(["granted", "denied", "ended"]),
    codec: z.optional(cameraCodec),
  }),
  location,
  motion,
  bye,
};

const toViewer = {
  /** The answer to `hello`. */
  welcome: z.object({
    protocol: protocolVersion,
    session: label,
    seat: label,
    rights: z.array(right),
    /** How much of them the seat may use; left out where nothing limits it. */
    allowance: z.optional(allowance),
    /** Buys the next ticket for this seat, until the session's grace time has passed. */
    resume: opaque,
    device: deviceDescription,
    origin: z.enum(["online", "away"]),
    display: z.optional(displayGeometry),
    audio: z.optional(audioFormat),
    lease,
    /** The last input of the lease that the device applied: what comes later is to be sent again (I-5). */
    appliedInput: uint32,
    at: micros,
  }),
  /** A new picture geometry; stands before the first frame of its epoch. */
  display: displayGeometry,
  audio: audioFormat,
  /** The device's side is there, or away and expected back. */
  origin: z.object({ state: z.enum(["online", "away"]) }),
  lease,
  /** To the holder: this seat may steer only if the holder lets it, and asks to (L-5). */
  "lease-asked": z.object({ seat: label }),
  "input-ack": inputAck,
  /** With the ages that the newest video frames had when they came to the edge (K-2). */
  "clock-reply": z.extend(clockReply, { edgeAge: z.optional(ages) }),
  clipboard,
  /** The device wants to borrow this, in at most this measure: the person is to be asked. */
  "hardware-ask": hardwareAsk,
  /** It is not to be lent any more, nor asked for. */
  "hardware-done": hardwareDone,
  /** From now on the seat may do this, and nothing else. */
  rights: z.object({ rights: z.array(right), allowance: z.optional(allowance) }),
  /** The seat's time is over then, on the session's clock; without `at` that is called off (S-13). */
  ending: z.object({ reason: z.enum(["idle", "length"]), at: z.optional(micros) }),
  /** Something the seat asked for was not done; the session goes on. */
  refused: z.object({
    what: z.enum(["lease", "touch", "keyboard", "clipboard", "app", "home"]),
    reason: z.enum(["no-right", "lease-held", "over-limit", "nobody", "denied"]),
  }),
};

export type ViewerMessage = TypedMessage<typeof fromViewer>;
export type QualityReport = Omit<Extract<ViewerMessage, { type: "quality" }>, "type">;
export type ToViewerMessage = TypedMessage<typeof toViewer>;

/** viewer -> edge */
export const viewerChannel = controlChannel(MAX_CONTROL_CHARS, fromViewer, { ack: readAck });
/** edge -> viewer */
export const toViewerChannel = controlChannel(MAX_DEVICES_CHARS, toViewer);
