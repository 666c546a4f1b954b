import { z } from "@hono/zod-openapi";
import { MAX_GRANT_CHARS, RIGHTS } from "#protocol";
import { GRANT_LIFE_SECONDS } from "../access/index.ts";
import { SESSION_ID } from "../session/index.ts";
import { deviceName, instant, origin, region, rights } from "./schemas.ts";

const MAX_LIFE_SECONDS = 30 * 24 * 60 * 60;

const grant = z.string().min(1).max(MAX_GRANT_CHARS).openapi({
  example: "eyJhbGciOiJFZERTQSJ9.e30.c2ln",
  description: "What stands after the `#` of a link, narrowed or not (docs/protocol.md, N-1).",
});

export const newLink = z
  .strictObject({
    region: region.default("local"),
    device: deviceName.exactOptional(),
    session: z.string().regex(SESSION_ID, "the id of a session").exactOptional().openapi({
      description:
        "A live session that the link leads into, instead of a device: with `touch` or `keyboard` a seat that may drive.",
    }),
    rights: rights.default([...RIGHTS]),
    uses: z
      .int()
      .min(1)
      .max(1_000_000)
      .exactOptional()
      .openapi({ example: 1, description: "Left out: without limit." }),
    shared: z.boolean().default(false).openapi({ description: "All who open the link meet in one session." }),
    expiresInSeconds: z.int().min(60).max(MAX_LIFE_SECONDS).default(GRANT_LIFE_SECONDS),
    notBefore: instant.exactOptional().openapi({ description: "From when on it is good, to the second." }),
    countries: z
      .array(z.string().regex(/^[A-Z]{2}$/, "two capital letters (ISO 3166-1)"))
      .min(1)
      .max(100)
      .exactOptional()
      .openapi({ example: ["DE", "FR"], description: "Where it may be redeemed." }),
    embeddingOrigins: z
      .array(origin)
      .min(1)
      .max(20)
      .exactOptional()
      .openapi({
        example: ["https://portal.example"],
        description: "Pages that may embed it; it is then good in no other, and not by itself.",
      }),
    audience: z.string().min(1).max(256).exactOptional().openapi({
      example: "ada@example.com",
      description: "The one person who may redeem it, with credentials of that person: an id or a user name.",
    }),
    app: z.string().min(1).max(128).exactOptional().openapi({
      description: "The one app that is shown, by its id on the device; policies of an app are bound to it.",
    }),
    name: z.string().min(1).max(64).exactOptional().openapi({ example: "Ada", description: "Who it is for." }),
    narrowable: z
      .boolean()
      .default(true)
      .openapi({ description: "Whoever has the link can make lesser links of it, without asking." }),
  })
  .openapi("NewLink");

/** Bodies of POST /api/v1/links, each of them sent by a test. */
export const NEW_LINK_EXAMPLES = {
  "any free device, for a working day": { value: {} },
  "for one opening in a portal": {
    value: {
      rights: ["view", "audio", "touch", "keyboard"],
      uses: 1,
      expiresInSeconds: 120,
      embeddingOrigins: ["https://portal.example"],
      name: "Ada",
    },
  },
  "for a partner, who may hand it on": {
    value: { rights: ["view", "audio"], shared: true, uses: 20, countries: ["DE", "FR"], name: "Partner" },
  },
  "for one person": {
    value: { audience: "ada@example.com", notBefore: "2026-11-24T12:00:00.000Z", narrowable: false },
  },
};

export const madeLink = z
  .object({
    link: z.string().openapi({ example: "5f0c3f0e-2f86-4f5e-9d3c-9f6f1f0c8a11" }),
    url: z.string().openapi({ example: "https://nearglass.example/s#eyJhbGciOiJFZERTQSJ9.e30.c2ln" }),
    grant,
    expiresAt: instant,
  })
  .openapi("Link");

export const redemption = z
  .strictObject({
    grant,
    embeddedBy: origin.exactOptional().openapi({
      description:
        "Origin of the page around the one that redeems, as its browser tells. It keeps honest browsers to the lists; a program can say anything.",
    }),
  })
  .openapi("Redemption");
