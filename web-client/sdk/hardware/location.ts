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
  const places = new Places(want, port);
  return new Promise((resolve, reject) => {
    const watch = geolocation.watchPosition(
      (position) => {
        places.offer(position);
        resolve(places);
      },
      ({ code, PERMISSION_DENIED }) => {
        // Without a fix it goes on looking for one.
        if (code !== PERMISSION_DENIED) return;
        reject(new SourceError("denied"));
        port.ended();
      },
      { enableHighAccuracy: want.accuracy === "fine", maximumAge: 0 },
    );
    // It looks for a place for as long as it takes: nobody may want one any more before that.
    port.over.addEventListener("abort", () => geolocation.clearWatch(watch));
  });
}

/** Places as often, and as far from each other, as they are wanted. */
class Places implements Source {
  readonly #want: WantOf<"location">;
  readonly #pace: Pace<GeolocationPosition>;
  #started = false;
  #newest: GeolocationPosition | undefined;
  #sent: GeolocationCoordinates | undefined;

  constructor(want: WantOf<"location">, port: SourcePort) {
    this.#want = want;
    this.#pace = new Pace(want.intervalMs, ({ coords, timestamp }) => {
      this.#sent = coords;
      port.sample({ type: "location", ...locationOf(coords, port.toSessionMicros(timestamp * 1_000)) });
    });
  }

  offer(position: GeolocationPosition): void {
    this.#newest = position;
    const moved = this.#sent === undefined || distanceM(this.#sent, position.coords) >= this.#want.distanceM;
    if (this.#started && moved) this.#pace.offer(position);
  }

  start(): void {
    this.#started = true;
    if (this.#newest !== undefined) this.offer(this.#newest);
  }

  stop(): void {
    this.#pace.stop();
  }
}

function locationOf(coords: GeolocationCoordinates, at: number): Location {
  const { latitude, longitude, accuracy, altitude, heading, speed } = coords;
  return {
    latitude,
    longitude,
    accuracyM: accuracy,
    ...(isNumber(altitude) ? { altitudeM: altitude } : {}),
    // Not a number while standing still, and below 0 on some phones when nobody knows.
    ...(isNumber(heading) && heading >= 0 ? { headingDeg: heading } : {}),
    ...(isNumber(speed) && speed >= 0 ? { speedMps: speed } : {}),
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
