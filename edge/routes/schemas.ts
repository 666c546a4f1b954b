import { z } from "@hono/zod-openapi";
import { FEATURES, RIGHTS, videoCodec } from "#protocol";

/** Shapes that several resources share, at the door. */

/** A part of a name that other names are made of: no slash, no colon. */
const plainName = z.string().regex(/^[\w.-]{1,64}$/, "1 to 64 letters, digits, `_`, `.` or `-`");

export const region = plainName.openapi({
  example: "local",
  description: "The fleet's region, as its hosts are enrolled in it.",
});

export const hostName = plainName.openapi({ example: "rack-7", description: "A machine that runs devices." });

export const deviceName = z
  .string()
  .regex(/^[\w.-]{1,64}\/[\w.:-]{1,64}$/, "`host/device`")
  .openapi({
    example: "rack-7/demo",
    description: "A certain device, as `host/device`. Left out, any free one will do.",
  });

export const rights = z
  .array(z.enum(RIGHTS))
  .min(1)
  .transform((list) => [...new Set(list)])
  .openapi({ type: "array", items: { type: "string", enum: [...RIGHTS] }, example: ["view", "audio", "touch"] });

export const instant = z.iso.datetime().openapi({ example: "2026-11-24T12:00:00.000Z" });

/** Of a page, as browsers write it. */
export const origin = z
  .string()
  .max(256)
  .regex(/^https?:\/\/[a-z\d.-]+(:\d{1,5})?$/, "scheme, host and port, and nothing more")
  .openapi({ example: "https://portal.example" });

export const sessionId = z
  .string()
  .max(64)
  .openapi({ param: { name: "id", in: "path" }, example: "weur-3f0e6c1a-4b1d-4c9e-8f43-0a9d0c7b2f11" });

const side = z.int().openapi({ example: 720 });
const label = z.string().openapi({ example: "Demo phone" });

export const device = z
  .object({
    id: z.string().openapi({ example: "demo" }),
    name: label,
    model: label,
    kind: z.enum(["android", "demo"]),
    width: side,
    height: side,
    videoCodecs: z.array(z.enum(videoCodec.options)),
    features: z.array(z.enum(FEATURES)),
    apps: z.array(z.object({ id: z.string(), name: z.string() })),
  })
  .openapi("Device", { description: "A device as its host announces it. Sizes in pixels." });
