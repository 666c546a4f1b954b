import type { Judged, TokenRefusal } from "./contract.ts";

export function taken<Value>(value: Value): Judged<Value> {
  return { taken: true, value };
}

export function notTaken(refusal: TokenRefusal): { readonly taken: false; readonly refusal: TokenRefusal } {
  return { taken: false, refusal };
}
