import { type InputBody, type InputMessage, isDroppable, sequenceDistance } from "#protocol";

/**
 * What was sent under the lease and may have to be sent again (docs/protocol.md, I-5). Moves are not kept: a later
 * one says more. Edited in place by the functions of this file.
 */
export interface InputLedger {
  /** The number of the lease that `next` counts under; 0 before the first. */
  lease: number;
  next: number;
  /** Sent and not known to be applied, oldest first. */
  readonly unapplied: InputMessage[];
}

/** Inputs that the edge takes at once (docs/protocol.md, I-6): what is sent again after a reconnect stays below. */
const INPUT_BURST = 240;
/** Past it only releases are taken: there is room for every finger and many a key to be lifted. */
export const MAX_UNAPPLIED = INPUT_BURST - 40;

/**
 * A page that was reloaded goes on under the lease of before, but does not know how far it had counted: what was on
 * the way then is not in `appliedInput` yet. Gaps are allowed, so it jumps far over anything that could be.
 */
const RELOAD_JUMP = 2 ** 16;

export function createInputLedger(): InputLedger {
  return { lease: 0, next: 1, unapplied: [] };
}

/** The message of a new input, numbered; undefined when the ledger is full and the input is not a release. */
export function recordInput(ledger: InputLedger, body: InputBody, epoch: number): InputMessage | undefined {
  const message: InputMessage = { ...body, epoch, sequence: ledger.next, lease: ledger.lease };
  if (!isDroppable(message)) {
    const room = isRelease(body) ? INPUT_BURST : MAX_UNAPPLIED;
    if (ledger.unapplied.length >= room) return undefined;
    ledger.unapplied.push(message);
  }
  ledger.next = (ledger.next + 1) >>> 0;
  return message;
}

/** Everything up to this was applied. */
export function noteApplied(ledger: InputLedger, lease: number, sequence: number): void {
  if (lease !== ledger.lease) return;
  const kept = ledger.unapplied.findIndex((message) => sequenceDistance(message.sequence, sequence) > 0);
  ledger.unapplied.splice(0, kept === -1 ? ledger.unapplied.length : kept);
}

/**
 * This seat holds this lease; `applied` is the last of its inputs that the device had, 0 for a fresh one. Returns
 * what is to be sent again, in order.
 */
export function holdLease(ledger: InputLedger, lease: number, applied: number): readonly InputMessage[] {
  if (lease !== ledger.lease) {
    ledger.lease = lease;
    ledger.next = applied === 0 ? 1 : (applied + RELOAD_JUMP) >>> 0;
    ledger.unapplied.length = 0;
    return [];
  }
  noteApplied(ledger, lease, applied);
  return ledger.unapplied;
}

function isRelease(body: InputBody): boolean {
  if (body.kind === "key") return !body.down;
  return body.kind === "touch" && body.pointers.every(({ phase }) => phase === "up" || phase === "cancel");
}
