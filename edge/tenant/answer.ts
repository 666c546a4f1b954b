import type { Answer, Refusal } from "./contract.ts";

export function done<Value>(value: Value): Answer<Value> {
  return { done: true, value };
}

/** Goes back to the caller of the object. */
export function refused(refusal: Refusal): { readonly done: false; readonly refusal: Refusal } {
  return { done: false, refusal };
}
