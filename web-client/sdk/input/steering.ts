import { type InputBody, type InputMessage, type Right, type ToViewerMessage, writeInput } from "#protocol";
import { createInputLedger, holdLease, noteApplied, recordInput } from "./ledger.ts";

type Lease = Omit<Extract<ToViewerMessage, { type: "lease" }>, "type">;

/** What steering needs of the session. */
export interface SteeringPort {
  /** Send on the open socket. */
  send(message: ArrayBuffer): void;
  askForLease(): void;
  /** The seat may not do that. */
  notPermitted(what: "touch" | "keyboard"): void;
  /** Whatever is held down counts no more: another geometry came, or the lease went. */
  forgetHeld(): void;
}

/** An answer to a lease request takes a round trip; until then one question is enough. */
const ASK_AGAIN_MS = 1_000;

const STEERING: readonly Right[] = ["touch", "keyboard"];

/** The right to steer as this seat has it, and the inputs sent under it. */
export class Steering {
  readonly #port: SteeringPort;
  readonly #ledger = createInputLedger();
  #rights: readonly Right[] = [];
  #lease: Lease = { lease: 0, mine: false, held: false };
  /** Geometry of the picture that the person sees; undefined before the first. */
  #epoch: number | undefined;
  #connected = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(port: SteeringPort) {
    this.#port = port;
  }

  get lease(): Lease {
    return this.#lease;
  }

  get rights(): readonly Right[] {
    return this.#rights;
  }

  welcomed(rights: readonly Right[], lease: Lease, applied: number): void {
    this.#rights = rights;
    this.#connected = true;
    this.leaseChanged(lease, applied);
  }

  /** What was held under a right that went, the edge has lifted. */
  permitted(rights: readonly Right[]): void {
    const lost = STEERING.some((right) => this.#rights.includes(right) && !rights.includes(right));
    this.#rights = rights;
    if (lost) this.#port.forgetHeld();
  }

  leaseChanged(lease: Lease, applied = 0): void {
    const lost = this.#lease.mine && !lease.mine;
    this.#lease = lease;
    this.#askedAt = Number.NEGATIVE_INFINITY;
    if (lost) this.#port.forgetHeld();
    if (!lease.mine) return;
    for (const message of holdLease(this.#ledger, lease.lease, applied)) this.#write(message);
  }

  applied(lease: number, sequence: number): void {
    noteApplied(this.#ledger, lease, sequence);
  }

  disconnected(): void {
    this.#connected = false;
  }

  /** The person sees a picture of this geometry now. */
  showing(epoch: number): void {
    if (this.#epoch === epoch) return;
    this.#epoch = epoch;
    // The device lifted every finger when its geometry changed.
    this.#port.forgetHeld();
  }

  /** Whether a finger may come down, or a key be typed; asks for the lease where that is what is missing. */
  ready(what: "touch" | "keyboard", at: number): boolean {
    if (!this.#rights.includes(what)) {
      if (this.#connected) this.#port.notPermitted(what);
      return false;
    }
    if (this.#lease.mine) return what === "keyboard" || (this.#connected && this.#epoch !== undefined);
    if (this.#connected && at - this.#askedAt >= ASK_AGAIN_MS) {
      this.#askedAt = at;
      this.#port.askForLease();
    }
    return false;
  }

  /** Send an input under the lease. Without a connection it waits in the ledger, but for moves. */
  send(body: InputBody): void {
    if (!this.#lease.mine) return;
    const message = recordInput(this.#ledger, body, this.#epoch ?? 0);
    if (message !== undefined && this.#connected) this.#write(message);
  }

  #write(message: InputMessage): void {
    this.#port.send(writeInput(message));
  }
}
