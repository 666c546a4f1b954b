import { z } from "@hono/zod-openapi";
import {
  BINDINGS,
  CAPABILITIES,
  type CapabilityLimits,
  DAYS,
  EFFECTS,
  isNetwork,
  isTimeZone,
  LIMITS_OF,
  ROLES,
  type SessionLimits,
} from "../../access/index.ts";
import { instant, origin } from "../schemas.ts";
import { reference } from "./shapes.ts";

const SECONDS_IN_30_DAYS = 30 * 24 * 60 * 60;
const text = z.string().min(1).max(128);
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, "`HH:MM`");

export const binding = z
  .discriminatedUnion("to", [
    z.strictObject({ to: z.literal("tenant") }),
    ...BINDINGS.filter((to) => to !== "tenant").map((to) => z.strictObject({ to: z.literal(to), id: reference })),
  ])
  .openapi("Binding", { description: "Whom a policy is about: the narrowest binding that says something wins." });

/** Seats are told of limits in numbers of 32 bits. */
const MAX_LIMIT = 0xffff_ffff;

/** Every limit that there is; which of them a capability has is in the table of docs/policies.md. */
const LIMITS = {
  maxBytes: z.int().min(0).max(MAX_LIMIT).exactOptional(),
  types: z.array(text).max(64).readonly().exactOptional(),
  perMinute: z.int().min(0).max(MAX_LIMIT).exactOptional(),
  roundToMetres: z.int().min(1).max(MAX_LIMIT).exactOptional(),
  maxHz: z.int().min(1).max(MAX_LIMIT).exactOptional(),
  apps: z.array(text).max(512).readonly().exactOptional(),
} satisfies { [Name in keyof CapabilityLimits]-?: z.ZodType };

const effect = z.enum(EFFECTS);

const limitsOf = (names: readonly (keyof CapabilityLimits)[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, LIMITS[name]]))).exactOptional();

/** A capability with limits of its own kind only. */
const strictRules = z.strictObject(
  Object.fromEntries(
    CAPABILITIES.map((name) => [name, z.strictObject({ effect, limits: limitsOf(LIMITS_OF[name]) }).exactOptional()]),
  ),
);

/** What the schema above lets through, with the types that its loop has lost. */
export const capabilities = z
  .partialRecord(z.enum(CAPABILITIES), z.strictObject({ effect, limits: z.strictObject(LIMITS).exactOptional() }))
  .openapi({
    example: { camera: { effect: "deny" }, "clipboard-to-device": { effect: "allow", limits: { maxBytes: 4096 } } },
    description: "What is not named is left to wider bindings. Which limits a capability has is in docs/policies.md.",
  });

const newCapabilities = capabilities.superRefine((value, { addIssue }) => {
  const issue = strictRules.safeParse(value).error?.issues[0];
  if (issue !== undefined) addIssue({ code: "custom", message: issue.message, path: issue.path });
});

const hours = z.strictObject({
  days: z.array(z.enum(DAYS)).min(1).max(7).readonly(),
  from: clock.openapi({ example: "08:00" }),
  to: clock.openapi({ example: "18:00" }),
  timeZone: z.string().max(64).refine(isTimeZone, "a name of the IANA database").openapi({ example: "Europe/Berlin" }),
});

const country = z.string().regex(/^[A-Z]{2}$/, "two capital letters");
export const network = z.string().max(64).refine(isNetwork, "an address or a network in CIDR notation");

export const sessionLimits = z
  .strictObject({
    idleSeconds: z.int().min(60).max(SECONDS_IN_30_DAYS).exactOptional(),
    lengthSeconds: z.int().min(60).max(SECONDS_IN_30_DAYS).exactOptional(),
    hours: z.array(hours).max(32).readonly().exactOptional(),
    countries: z.array(country).max(250).readonly().exactOptional(),
    networks: z.array(network).max(256).readonly().exactOptional(),
    embeddingOrigins: z.array(origin).max(64).readonly().exactOptional(),
    viewers: z.int().min(1).max(550).exactOptional(),
  })
  .openapi("SessionLimits") satisfies z.ZodType<SessionLimits>;

export const policyFields = z
  .strictObject({
    name: z.string().trim().min(1).max(128).openapi({ example: "No cameras in sales" }),
    binding,
    capabilities: newCapabilities.default({}),
    session: sessionLimits.default({}),
  })
  .openapi("NewPolicy");

const reason = z
  .union([
    z.object({ by: z.literal("role"), role: z.enum([...ROLES, "guest"]) }),
    z.object({ by: z.literal("policy"), binding, policies: z.array(z.string()).readonly() }),
  ])
  .openapi("Reason", { description: "What decided: policies of one binding, or what the role has without any." });

const overruled = z.union([
  z.object({ by: z.literal("role"), role: z.enum([...ROLES, "guest"]), effect }),
  z.object({ by: z.literal("policy"), policy: z.string(), binding, effect }),
]);

export const explanation = z
  .object({
    capabilities: z.record(
      z.enum(CAPABILITIES),
      z.object({
        effect,
        limits: z.object(LIMITS),
        because: reason,
        overruled: z.array(overruled).readonly(),
      }),
    ),
    refusals: z
      .array(
        z.object({
          limit: z.enum(["hours", "countries", "networks", "embeddingOrigins", "viewers"]),
          because: reason,
        }),
      )
      .readonly()
      .openapi({ description: "Why no session would be opened; empty when one would." }),
    session: z.object({
      idleSeconds: z.int().exactOptional(),
      lengthSeconds: z.int().exactOptional(),
      viewers: z.int().exactOptional(),
    }),
    considered: z
      .array(z.object({ policy: z.string(), binding }))
      .readonly()
      .openapi({ description: "The policies that are about this subject, the narrowest first." }),
    names: z.record(z.string(), z.string()).openapi({ description: "Names of these policies, by their ids." }),
  })
  .openapi("Explanation");

export const question = z
  .strictObject({
    person: z.string().min(1).max(256).exactOptional().openapi({
      example: "ada@example.com",
      description: "An id or a user name. Left out: somebody who came by a link.",
    }),
    app: text.exactOptional(),
    link: text.exactOptional(),
    at: instant.exactOptional().openapi({ description: "Left out: now." }),
    country: country.exactOptional(),
    address: z.string().max(64).exactOptional().openapi({ example: "203.0.113.7" }),
    embeddedBy: origin.exactOptional(),
    viewers: z.int().min(0).exactOptional(),
  })
  .openapi("PolicyQuestion");
