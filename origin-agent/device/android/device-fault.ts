/** The device said what no device says. It is not tried again: the session ends with these words. */
export class DeviceFault extends Error {}
