import type { Location, Motion } from "#protocol";
import { sensorValues, type Vector } from "./motion-values.ts";

/** The same on every line: the console takes no exponents, and more digits say nothing. */
const degrees = (value: number) => value.toFixed(6);
const amount = (value: number) => value.toFixed(4);

/** Longitude comes first here. */
export function placeLines({ latitude, longitude, altitudeM }: Location): string[] {
  const altitude = altitudeM === undefined ? "" : ` ${altitudeM.toFixed(1)}`;
  return [`geo fix ${degrees(longitude)} ${degrees(latitude)}${altitude}`];
}

export function motionLines(motion: Motion): string[] {
  const { acceleration, gyroscope, magneticField } = sensorValues(motion);
  return [
    ...sensor("acceleration", acceleration),
    ...sensor("gyroscope", gyroscope),
    ...sensor("magnetic-field", magneticField),
  ];
}

/** Where an emulator is by itself, and how it lies: so that nothing of a person stays behind. */
export const AT_REST = {
  location: ["geo fix -122.084000 37.422000"],
  motion: motionLines({
    rotation: { alpha: 0, beta: 0, gamma: 0 },
    orientation: { alpha: 0, beta: 0, gamma: 0 },
    at: 0,
  }),
} as const;

function sensor(name: string, values: Vector | undefined): string[] {
  if (values === undefined) return [];
  return [`sensor set ${name} ${[values.x, values.y, values.z].map(amount).join(":")}`];
}
