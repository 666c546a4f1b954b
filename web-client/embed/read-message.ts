import * as z from "zod/mini";
import type { Marked, ToFrame } from "./contract.ts";

const MAX_TOKEN_CHARS = 8 * 1024;
const MAX_TEXT_CHARS = 16 * 1024;

const token = z.string().check(z.minLength(1), z.maxLength(MAX_TOKEN_CHARS));
const marked = { nearglass: z.literal("embed.1") satisfies z.ZodMiniType<Marked["nearglass"]> };
const open = {
  ...marked,
  type: z.literal("open"),
  muted: z.optional(z.boolean()),
  label: z.optional(z.string().check(z.maxLength(128))),
};

const message = z.union([
  z.strictObject({ ...open, grant: token }),
  z.strictObject({ ...open, ticket: token, session: z.string().check(z.regex(/^[a-z\d-]{1,64}$/)) }),
  z.strictObject({ ...marked, type: z.enum(["close", "focus", "mute", "unmute"]) }),
  z.strictObject({ ...marked, type: z.literal("lease"), want: z.boolean() }),
  z.strictObject({ ...marked, type: z.literal("press"), button: z.enum(["back", "home", "recents"]) }),
  z.strictObject({ ...marked, type: z.literal("text"), text: z.string().check(z.maxLength(MAX_TEXT_CHARS)) }),
]);

/** A message of the page around; undefined for anything else that comes to this window. */
export function readToFrame(data: unknown): ToFrame | undefined {
  const read = message.safeParse(data);
  // Safe: the schemas are those of the union; a field that may be missing is never there as undefined in what was cloned.
  return read.success ? (read.data as ToFrame) : undefined;
}
