import * as z from "zod/mini";
import { audioFormat, displayGeometry, pictureSide } from "../capability.ts";
import { fileWant } from "../file.ts";
import {
  cameraCodec,
  hardwareAsk,
  hardwareDone,
  hardwareEnd,
  hardwareKind,
  hardwareWant,
  location,
  motion,
} from "../hardware.ts";
import { MAX_CONTROL_CHARS } from "../limits.ts";
import { controlChannel, label, micros, opaque, protocolVersion, type TypedMessage, uint32 } from "./parse.ts";
import { bye, clipboard, clock, clockReply, inputAck, keyframeRequest, openApp, rotate, screen } from "./shared.ts";

const fromOrigin = {
  /** The first message of an agent on a session's socket. */
  hello: z.object({
    protocol: protocolVersion,
    agent: label,
    audio: z.optional(audioFormat),
    /** The agent still has the device open since its last connection and goes on counting (S-4). */
    resumed: z.boolean(),
  }),
  /** A new picture geometry; stands before the first frame of its epoch. */
  display: displayGeometry,
  "input-ack": inputAck,
  clock,
  clipboard,
  /** The device wants to borrow hardware of the person who steers (B-2). */
  "hardware-ask": hardwareAsk,
  "hardware-done": hardwareDone,
  /** The device is gone for good: the session ends with it. */
  "device-lost": z.object({}),
  bye,
};

const toOrigin = {
  /** The answer to `hello`. */
  welcome: z.object({
    protocol: protocolVersion,
    session: label,
    resume: opaque,
    /** Where to go on counting, so that viewers see one rising sequence over every agent that served. */
    nextEpoch: z.int().check(z.minimum(0), z.maximum(0xffff)),
    nextVideo: uint32,
    nextAudio: uint32,
    /** Connected viewers: at 0 nothing needs to be encoded. */
    viewers: uint32,
    at: micros,
  }),
  /** The next video frame must be a keyframe. */
  "keyframe-request": keyframeRequest,
  /** Upper bounds of the video: bits per second, frames per second, and pixels of the picture's longer side. */
  "target-rate": z.object({
    bitrate: uint32,
    frameRate: z.number().check(z.minimum(0), z.maximum(240)),
    maxSide: z.optional(pictureSide),
  }),
  /** Everything of a kind up to a sequence has arrived at the edge. */
  ack: z.object({ video: z.optional(uint32), audio: z.optional(uint32) }),
  /** The holder of a lease is gone: lift every finger and key held under it. */
  release: z.object({ lease: uint32 }),
  viewers: z.object({ count: uint32 }),
  "clock-reply": clockReply,
  clipboard,
  /** Lent, in this measure; a camera's frames are in this codec. */
  "hardware-granted": z.object({ want: hardwareWant, codec: z.optional(cameraCodec) }),
  /** Nothing of it comes from now on; it may be granted again for as long as it is wanted. */
  "hardware-ended": z.object({ kind: hardwareKind, reason: hardwareEnd }),
  location,
  motion,
  "open-app": openApp,
  rotate,
  screen,
  /** Something about files; `call` fetches the bytes that go along, and is answered, by requests of their own (U-4). */
  "file-call": z.object({ call: opaque, want: fileWant }),
};

export type OriginMessage = TypedMessage<typeof fromOrigin>;
export type ToOriginMessage = TypedMessage<typeof toOrigin>;

/** origin agent -> edge */
export const originChannel = controlChannel(MAX_CONTROL_CHARS, fromOrigin);
/** edge -> origin agent */
export const toOriginChannel = controlChannel(MAX_CONTROL_CHARS, toOrigin);
