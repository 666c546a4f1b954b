// The ESM files by their paths: the package's index is a CommonJS file that requires ES modules, which no bundler
// and no test runner reads alike. Nothing else of the project knows this library.
import { createDurable } from "itty-durable/itty-durable.js";
import { proxyDurable } from "itty-durable/proxy-durable.js";

/** What of the library's base class is used. Its own public fields are the state that `persist` stores. */
interface IttyObject {
  readonly state: { readonly storage: DurableObjectStorage };
  persist(): Promise<void>;
}

/** Safe: the library's types are empty; this is what its base class has. */
export const IttyBase = createDurable() as unknown as new (state: DurableObjectState, bindings: object) => IttyObject;

/** A method is called by HTTP with JSON arguments, and answers with JSON. The object returned must never be awaited. */
export function ittyStub<Methods>(namespace: DurableObjectNamespace, name: string): Methods {
  // Safe: a proxy that turns any method's name into a call; the caller names the methods of its own object.
  return proxyDurable(namespace, { parse: true }).get(name) as Methods;
}
