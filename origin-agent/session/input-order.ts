import { sequenceDistance } from "#protocol";

/**
 * Which inputs the device has had (docs/protocol.md, I-5). Sequences count from 1 under each lease; gaps are moves
 * that were dropped on the way, and what comes again after a reconnect is applied once.
 */
export interface InputOrder {
  /** The newest lease seen; undefined before the first input. */
  lease: number | undefined;
  /** The last sequence applied under it. */
  applied: number;
}

export type InputVerdict =
  | "apply"
  /** The first input under a new lease: lift what the last holder held down, then apply. */
  | "lift-and-apply"
  /** It was applied before; the sender only missed the acknowledgement. */
  | "repeat"
  /** Sent under a lease that another has replaced. */
  | "stale";

export function createInputOrder(): InputOrder {
  return { lease: undefined, applied: 0 };
}

/** What to do with an input; one that is to be applied counts as applied from here on. */
export function judgeInput(order: InputOrder, lease: number, sequence: number): InputVerdict {
  if (order.lease === undefined || sequenceDistance(lease, order.lease) > 0) {
    const first = order.lease === undefined;
    order.lease = lease;
    order.applied = sequence;
    return first ? "apply" : "lift-and-apply";
  }
  if (lease !== order.lease) return "stale";
  if (sequenceDistance(sequence, order.applied) <= 0) return "repeat";
  order.applied = sequence;
  return "apply";
}

/** Whether the loss of this lease's holder still matters: a newer lease has lifted everything already. */
export function concernsNewest(order: InputOrder, lease: number): boolean {
  return order.lease === undefined || sequenceDistance(lease, order.lease) >= 0;
}
