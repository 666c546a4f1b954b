/** What Android devices borrow of a person's hardware, and by which ways it comes into them. */

export { type BackEnds, type HardwareOptions, hardwareFeatures } from "./back-ends.ts";
export { Borrowing, type BorrowingOptions } from "./borrowing.ts";
export { DeviceShell } from "./device-shell.ts";
export { findBackEnds } from "./find-back-ends.ts";
export { removeLeftProviders } from "./test-providers.ts";
