import type { Motion, WantOf } from "#protocol";
import { nowMicros } from "../now.ts";
import { Pace } from "./pace.ts";
import { type Source, SourceError, type SourcePort } from "./source.ts";

/** Safari, and Chromium since 152, let a page ask within a gesture of the person. */
interface Askable {
  readonly requestPermission?: () => Promise<"granted" | "denied">;
}

/**
 * How the browser's device is held and moved. Called within a gesture.
 * @throws SourceError denied or unsupported
 */
export async function openMotion(want: WantOf<"motion">, port: SourcePort): Promise<Source> {
  if (typeof DeviceMotionEvent === "undefined") throw new SourceError("unsupported");
  // Both at once, since an answer would end the gesture. Safe: a method that not all browsers have.
  const askable = [DeviceMotionEvent, DeviceOrientationEvent] as unknown as readonly Askable[];
  const answers = await Promise.all(askable.map((event) => event.requestPermission?.() ?? "granted"));
  if (answers.includes("denied")) throw new SourceError("denied");
  const pace = new Pace<Omit<Motion, "at">>(1_000 / want.rateHz, (motion) => {
    port.sample({ type: "motion", ...motion, at: port.toSessionMicros(nowMicros()) });
  });
  const listening = new AbortController();
  let newest: Omit<Motion, "at"> = {};
  const felt = (part: Omit<Motion, "at">) => {
    newest = { ...newest, ...part };
    pace.offer(newest);
  };
  return {
    start: () => {
      const { signal } = listening;
      addEventListener("devicemotion", (event) => felt(movementOf(event)), { signal });
      addEventListener("deviceorientation", (event) => felt(orientationOf(event)), { signal });
    },
    stop: () => {
      listening.abort();
      pace.stop();
    },
  };
}

const MAX_ACCELERATION = 1_000;
const MAX_ROTATION = 10_000;

/** A device without a sensor says null. */
function movementOf({ accelerationIncludingGravity: pull, rotationRate: turn }: DeviceMotionEvent): Omit<Motion, "at"> {
  const axis = (value: number | null) => within(value ?? 0, MAX_ACCELERATION);
  const angle = (value: number | null) => within(value ?? 0, MAX_ROTATION);
  return {
    ...(pull === null || pull.x === null
      ? {}
      : { acceleration: { x: axis(pull.x), y: axis(pull.y), z: axis(pull.z) } }),
    ...(turn === null || turn.alpha === null
      ? {}
      : { rotation: { alpha: angle(turn.alpha), beta: angle(turn.beta), gamma: angle(turn.gamma) } }),
  };
}

function orientationOf({ alpha, beta, gamma }: DeviceOrientationEvent): Omit<Motion, "at"> {
  if (beta === null || gamma === null) return {};
  return { orientation: { alpha: within(alpha ?? 0, 360), beta: within(beta, 180), gamma: within(gamma, 90) } };
}

function within(value: number, most: number): number {
  return Number.isFinite(value) ? Math.max(-most, Math.min(most, value)) : 0;
}
