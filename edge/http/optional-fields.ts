import { z } from "@hono/zod-openapi";

/**
 * The generator of the OpenAPI document asks each field whether it takes `undefined`, and calls it required when it does not. A field
 * that may be left out and is never undefined would be called so: in what is to be documented, those answer that they take it. Nothing that
 * comes in is parsed by this method, which an object does not ask.
 */
export function tellOptionalFields(documented: unknown, seen: Set<object> = new Set()): void {
  if (typeof documented !== "object" || documented === null || seen.has(documented)) return;
  seen.add(documented);
  if (documented instanceof z.ZodExactOptional) {
    const success = { success: true, data: undefined };
    const asked = documented.safeParse.bind(documented);
    const safeParse = (value: unknown) => (value === undefined ? success : asked(value));
    Object.defineProperty(documented, "safeParse", { value: safeParse, configurable: true });
  }
  const parts = documented instanceof z.ZodType ? documented.def : documented;
  for (const part of Object.values(parts)) tellOptionalFields(part, seen);
}
