/** A device as placement sees it. */
export interface PlacementCandidate {
  readonly host: string;
  /** The device's id on its host. */
  readonly id: string;
  readonly state: "free" | "leased" | "offline" | "revoked";
  /** When its last lease ended, Unix milliseconds; undefined for a device that was never used. */
  readonly usedAt: number | undefined;
}

export type LeaseRefusal = "no-such-device" | "device-offline" | "no-free-device" | "no-such-app";

export type Placement<Candidate extends PlacementCandidate> =
  | { readonly placed: true; readonly device: Candidate }
  | { readonly placed: false; readonly refusal: LeaseRefusal };

/**
 * The device for a new lease: the named one (`host/device`), or of all that are free the one that has rested longest,
 * so that use is spread evenly and a device has had time to settle. One that is to show a certain app must have it.
 */
export function placeLease<Candidate extends PlacementCandidate>(
  devices: readonly Candidate[],
  wanted: string | undefined,
  hasApp: (device: Candidate) => boolean = () => true,
): Placement<Candidate> {
  const known = devices.filter((device) => wanted === undefined || `${device.host}/${device.id}` === wanted);
  const fit = known.filter(hasApp);
  if (known.length > 0 && fit.length === 0) return { placed: false, refusal: "no-such-app" };
  if (wanted !== undefined) return placeOn(fit[0]);
  const device = fit.filter(({ state }) => state === "free").reduce<Candidate | undefined>(longerRested, undefined);
  return device === undefined ? { placed: false, refusal: "no-free-device" } : { placed: true, device };
}

function placeOn<Candidate extends PlacementCandidate>(device: Candidate | undefined): Placement<Candidate> {
  switch (device?.state) {
    case undefined:
      return { placed: false, refusal: "no-such-device" };
    case "offline":
    case "revoked":
      return { placed: false, refusal: "device-offline" };
    case "leased":
      return { placed: false, refusal: "no-free-device" };
    case "free":
      return { placed: true, device };
  }
}

function longerRested<Candidate extends PlacementCandidate>(best: Candidate | undefined, device: Candidate): Candidate {
  if (best?.usedAt === undefined) return best ?? device;
  return device.usedAt === undefined || device.usedAt < best.usedAt ? device : best;
}
