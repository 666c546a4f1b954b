import type { Location, WantOf } from "#protocol";
import { Pace } from "./pace.ts";
import { type Source, SourceError, type SourcePort } from "./source.ts";

const EARTH_RADIUS_M = 6_371_000;
const RADIANS = Math.PI / 180;

/**
 * The browser's places; it asks the person by itself. Resolves at the first place.
 * @throws SourceError denied or unsupported
 */
export function openLocation(want: WantOf<"location">, port: SourcePort): Promise<Source> {
  const { geolocation } = navigator;
  if (geolocation === undefined) return Promise.reject(new SourceError("unsupported"));
  const { promise, resolve, reject } = Promise.withResolvers<Source>();
  let started = false;
  let newest: GeolocationPosition | undefined;
  let sent: GeolocationCoordinates | undefined;
  const pace = new Pace<GeolocationPosition>(want.intervalMs, ({ coords, timestamp }) => {
    sent = coords;
    port.sample({ type: "location", ...locationOf(coords, port.toSessionMicros(timestamp * 1_000)) });
  });
  const offer = (position: GeolocationPosition) => {
    newest = position;
    const moved = sent === undefined || distanceM(sent, position.coords) >= want.distanceM;
    if (started && moved) pace.offer(position);
  };
  const source: Source = {
    start: () => {
      started = true;
      if (newest !== undefined) offer(newest);
    },
    stop: () => pace.stop(),
  };
  const watch = geolocation.watchPosition(
    (position) => {
      offer(position);
      resolve(source);
    },
    ({ code, PERMISSION_DENIED }) => {
      // Without a fix it goes on looking for one.
      if (code !== PERMISSION_DENIED) return;
      reject(new SourceError("denied"));
      if (started) port.ended();
    },
    { enableHighAccuracy: want.accuracy === "fine", maximumAge: 0 },
  );
  // It looks for a place for as long as it takes: nobody may want one any more before that.
  port.over.addEventListener("abort", () => geolocation.clearWatch(watch));
  return promise;
}

function locationOf(coords: GeolocationCoordinates, at: number): Location {
  const { latitude, longitude, accuracy, altitude, heading, speed } = coords;
  return {
    latitude,
    longitude,
    accuracyM: accuracy,
    ...(isNumber(altitude) ? { altitudeM: altitude } : {}),
    // Not a number while standing still.
    ...(isNumber(heading) ? { headingDeg: heading } : {}),
    ...(isNumber(speed) ? { speedMps: speed } : {}),
    at,
  };
}

function isNumber(value: number | null): value is number {
  return value !== null && Number.isFinite(value);
}

/** By the haversine formula. */
function distanceM(a: GeolocationCoordinates, b: GeolocationCoordinates): number {
  const north = Math.sin(((b.latitude - a.latitude) * RADIANS) / 2) ** 2;
  const east = Math.sin(((b.longitude - a.longitude) * RADIANS) / 2) ** 2;
  const share = north + east * Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS);
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(share));
}
