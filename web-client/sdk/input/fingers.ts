import { MAX_POINTERS, type Pointer } from "#protocol";

/** Where a finger is: fractions of the picture, and pressure 0 to 1. */
export interface Contact {
  readonly x: number;
  readonly y: number;
  readonly pressure: number;
}

/** The fingers on the glass, by the browser's own id; edited in place by the functions of this file. */
export type Fingers = Map<number, Finger>;

interface Finger {
  /** On the wire, 0 to 9. */
  readonly id: number;
  contact: Contact;
  /** Moved since it was last told of. */
  moved: boolean;
}

export function createFingers(): Fingers {
  return new Map();
}

/** A finger comes down: it, and what moved before it. Undefined when it is down already, or all ten are. */
export function pressFinger(fingers: Fingers, browserId: number, contact: Contact): readonly Pointer[] | undefined {
  if (fingers.has(browserId)) return undefined;
  const id = freeId(fingers);
  if (id === undefined) return undefined;
  const pointers = takeMoves(fingers);
  fingers.set(browserId, { id, contact, moved: false });
  return [...pointers, { id, phase: "down", ...contact }];
}

/** True when the finger is one of ours; its move is told by the next `takeMoves`. */
export function moveFinger(fingers: Fingers, browserId: number, contact: Contact): boolean {
  const finger = fingers.get(browserId);
  if (finger === undefined) return false;
  finger.contact = contact;
  finger.moved = true;
  return true;
}

/** A finger is lifted, or taken away by the system: it, and what moved before it. */
export function liftFinger(
  fingers: Fingers,
  browserId: number,
  phase: "up" | "cancel",
  contact?: Contact,
): readonly Pointer[] | undefined {
  const finger = fingers.get(browserId);
  if (finger === undefined) return undefined;
  fingers.delete(browserId);
  return [...takeMoves(fingers), { id: finger.id, phase, ...(contact ?? finger.contact) }];
}

/** Every finger that moved since the last time, each once and where it is now. */
export function takeMoves(fingers: Fingers): Pointer[] {
  const pointers: Pointer[] = [];
  for (const finger of fingers.values()) {
    if (!finger.moved) continue;
    finger.moved = false;
    pointers.push({ id: finger.id, phase: "move", ...finger.contact });
  }
  return pointers;
}

/** Everything that is down, cancelled. */
export function cancelFingers(fingers: Fingers): readonly Pointer[] {
  const pointers = [...fingers.values()].map(({ id, contact }): Pointer => ({ id, phase: "cancel", ...contact }));
  fingers.clear();
  return pointers;
}

function freeId(fingers: Fingers): number | undefined {
  const taken = new Set([...fingers.values()].map(({ id }) => id));
  for (let id = 0; id < MAX_POINTERS; id++) if (!taken.has(id)) return id;
  return undefined;
}
