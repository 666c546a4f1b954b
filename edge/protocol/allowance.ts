import * as z from "zod/mini";
import { uint32 } from "./control/parse.ts";

/** Texts of one direction. Without a field there is no limit of that kind. */
const transfers = z.object({
  /** UTF-8 bytes of one. */
  maxBytes: z.optional(uint32),
  /** In any minute; 0 is never. */
  perMinute: z.optional(uint32),
});

/** How much of its rights a seat may use (docs/protocol.md, R-5). What is not named is without limit. */
export const allowance = z.object({
  clipboardToDevice: z.optional(transfers),
  clipboardFromDevice: z.optional(transfers),
  /** The apps that may be opened, by their ids. */
  apps: z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(128))).check(z.maxLength(512))),
  /** The lease is only got by asking whoever holds it (L-5). */
  asksToSteer: z.optional(z.boolean()),
  /** The keys that lead out of an app are refused. */
  singleApp: z.optional(z.boolean()),
  /** Places on a grid of so many metres, and so many of them in a minute. */
  location: z.optional(z.object({ gridM: z.optional(uint32), perMinute: z.optional(uint32) })),
  /** Bytes of one file, each way. */
  fileUpBytes: z.optional(uint32),
  fileDownBytes: z.optional(uint32),
  /** Movements in a second. */
  motionHz: z.optional(uint32),
});
export type Allowance = z.infer<typeof allowance>;
export type Transfers = z.infer<typeof transfers>;
