import { z } from "@hono/zod-openapi";
import { ROLES, SCOPES } from "../../access/index.ts";
import { type ProblemName, problem } from "../../http/index.ts";
import type { Refusal } from "../../tenant/index.ts";
import { instant } from "../schemas.ts";

/** Shapes that the books of a tenant share, at the door. */

export const entryId = z
  .string()
  .max(64)
  .openapi({ param: { name: "id", in: "path" }, example: "0b8a1f3e-6f0e-4c5e-9d6c-2b7f5a3f9d10" });

export const reference = z.string().min(1).max(64).openapi({ example: "0b8a1f3e-6f0e-4c5e-9d6c-2b7f5a3f9d10" });

export const label = z.string().trim().min(1).max(128);
export const userName = z.string().trim().min(1).max(256).openapi({ example: "ada@example.com" });
export const role = z.enum(ROLES).openapi({ example: "member" });
export const scope = z.enum(SCOPES);
export const externalId = z.string().min(1).max(256).openapi({ description: "The identity provider's own id." });

/** What is kept of every entry. */
export const kept = {
  id: reference,
  version: z.int().openapi({ example: 1, description: "Rises with every change." }),
  createdAt: instant,
  updatedAt: instant,
};

export const page = z.strictObject({
  after: z.string().max(512).exactOptional().openapi({ description: "`next` of the page before." }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const next = z.string().exactOptional().openapi({ description: "Of the next page; none on the last." });

export const NOTHING = { description: "It is done." };

/** Moments as text, as every answer has them. */
export function dated<Entry extends { readonly createdAt: number; readonly updatedAt: number }>(
  entry: Entry,
): Omit<Entry, "createdAt" | "updatedAt"> & { readonly createdAt: string; readonly updatedAt: string } {
  return {
    ...entry,
    createdAt: new Date(entry.createdAt).toISOString(),
    updatedAt: new Date(entry.updatedAt).toISOString(),
  };
}

/** A refusal of the books, as a problem. @param missing what is not there */
export function refusal(name: Refusal, missing: ProblemName): Response {
  switch (name) {
    case "not-found":
      return problem(missing);
    case "spent":
      return problem("bootstrap-refused");
    default:
      return problem(name);
  }
}
