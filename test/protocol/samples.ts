import type { Location, Motion } from "#protocol";

/** Samples of lent hardware: the same message up to the edge and on to the origin. */
export const PLACE: Location & { readonly type: "location" } = {
  type: "location",
  latitude: -90,
  longitude: 16.37382,
  accuracyM: 12,
  altitudeM: 171.5,
  headingDeg: 360,
  speedMps: 1.4,
  at: 1763956800000000,
};
export const PLACE_TEXT =
  '{"type":"location","latitude":-90,"longitude":16.37382,"accuracyM":12,"altitudeM":171.5,"headingDeg":360,' +
  '"speedMps":1.4,"at":1763956800000000}';

export const MOVEMENT: Motion & { readonly type: "motion" } = {
  type: "motion",
  acceleration: { x: 0.1, y: 0, z: 9.8 },
  rotation: { alpha: 0, beta: 1.5, gamma: 0 },
  orientation: { alpha: 120, beta: -180, gamma: 90 },
  at: 1763956800000000,
};
export const MOVEMENT_TEXT =
  '{"type":"motion","acceleration":{"x":0.1,"y":0,"z":9.8},"rotation":{"alpha":0,"beta":1.5,"gamma":0},' +
  '"orientation":{"alpha":120,"beta":-180,"gamma":90},"at":1763956800000000}';
