export { SessionObject } from "./session-object.ts";
