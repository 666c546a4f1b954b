export { androidDevices } from "./devices.ts";
export { serverProgram } from "./jar.ts";
