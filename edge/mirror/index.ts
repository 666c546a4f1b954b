export { MirrorObject } from "./mirror-object.ts";
