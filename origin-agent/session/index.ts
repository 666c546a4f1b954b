export { Serving, type ServingOptions } from "./serving.ts";
