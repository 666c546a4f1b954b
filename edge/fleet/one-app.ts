import type { DeviceDescription } from "#protocol";

export function hasAppOf({ apps }: DeviceDescription, app: string): boolean {
  return apps.some(({ id }) => id === app);
}

/** A device as a session for one of its apps knows it: the others are not named (docs/protocol.md, S-14). */
export function forOneApp(device: DeviceDescription, app: string): DeviceDescription {
  return { ...device, apps: device.apps.filter(({ id }) => id === app), onlyApp: app };
}
