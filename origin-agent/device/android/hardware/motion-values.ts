import type { Motion } from "#protocol";

/** In the device's own axes: x to the right, y up, z out of the screen. */
export interface Vector {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** What sensors of a device would say. */
export interface SensorValues {
  /** With gravity, metres a second squared. */
  readonly acceleration?: Vector;
  /** Radians a second. */
  readonly gyroscope?: Vector;
  /** Microtesla. */
  readonly magneticField?: Vector;
}

const GRAVITY = 9.81;
/** In the middle of Europe, where north is north. */
const FIELD = { north: 20, up: -44 } as const;

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/**
 * A person's motion as sensors say it. Where their device has an orientation and no acceleration, it lies still in that.
 * The axes and the order of the turns are those of W3C Device Orientation, which are Android's.
 */
export function sensorValues({ acceleration, rotation, orientation }: Motion): SensorValues {
  const earth = orientation === undefined ? undefined : earthIn(orientation);
  const still = earth === undefined ? undefined : scaled(earth.up, GRAVITY);
  const felt = acceleration ?? still;
  return {
    ...(felt === undefined ? {} : { acceleration: felt }),
    ...(rotation === undefined
      ? {}
      : { gyroscope: { x: radians(rotation.beta), y: radians(rotation.gamma), z: radians(rotation.alpha) } }),
    ...(earth === undefined
      ? {}
      : { magneticField: sum(scaled(earth.north, FIELD.north), scaled(earth.up, FIELD.up)) }),
  };
}

/** Where north and up are in the axes of a device that is held so: two rows of the rotation of the W3C's section on it. */
function earthIn({ alpha, beta, gamma }: NonNullable<Motion["orientation"]>): { north: Vector; up: Vector } {
  const [a, b, c] = [turn(alpha), turn(beta), turn(gamma)];
  return {
    north: {
      x: c.cos * a.sin + a.cos * b.sin * c.sin,
      y: a.cos * b.cos,
      z: a.sin * c.sin - a.cos * c.cos * b.sin,
    },
    up: { x: -b.cos * c.sin, y: b.sin, z: b.cos * c.cos },
  };
}

function turn(degrees: number): { readonly sin: number; readonly cos: number } {
  return { sin: Math.sin(radians(degrees)), cos: Math.cos(radians(degrees)) };
}

function scaled({ x, y, z }: Vector, by: number): Vector {
  return { x: x * by, y: y * by, z: z * by };
}

function sum(one: Vector, other: Vector): Vector {
  return { x: one.x + other.x, y: one.y + other.y, z: one.z + other.z };
}
