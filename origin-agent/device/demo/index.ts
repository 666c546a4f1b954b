/** The built-in phone, for where no Android is at hand. */
export { createDemoDevice, type DemoOptions } from "./device.ts";
