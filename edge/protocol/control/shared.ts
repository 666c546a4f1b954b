import * as z from "zod/mini";
import { MAX_CLIPBOARD_CHARS } from "../limits.ts";
import { micros, uint32 } from "./parse.ts";

/** Messages that both legs of a session know, in the same shape. */

/** Ask the time of the session's clock; `sentAt` comes back untouched (docs/protocol.md, K-1). */
export const clock = z.object({ sentAt: micros });
/** The answer: `at` is the session's clock when the question was read. */
export const clockReply = z.object({ sentAt: micros, at: micros });

export const clipboard = z.object({ text: z.string().check(z.maxLength(MAX_CLIPBOARD_CHARS)) });

export const appId = z.string().check(z.minLength(1), z.maxLength(128));

/** Show this app of the device's list. A name that is not in it does nothing. */
export const openApp = z.object({ app: appId });

/** Turn the device by a quarter, or back. */
export const rotate = z.object({});

/** Switch the device's own screen on or off; off, it sleeps. */
export const screen = z.object({ on: z.boolean() });

export const keyframeRequest = z.object({});

/** Every input up to this sequence under this lease was applied by the device. */
export const inputAck = z.object({ lease: uint32, sequence: uint32 });

/** A last word before leaving on purpose: no resume is wanted. */
export const bye = z.object({});
