import type { BenchEdge } from "../support/edge.ts";
import { NodeRelay, type Room, sessionRoom } from "../support/relays.ts";

/** The relays that stand side by side, each with a way of its own that does the same to it. */
export const ARMS = ["session", "polled", "broadcast"] as const;
export type Arm = (typeof ARMS)[number];

/** One of each, for as long as a part runs. */
export class Arms {
  readonly #edge: BenchEdge;
  readonly #node: NodeRelay;

  private constructor(edge: BenchEdge, node: NodeRelay) {
    this.#edge = edge;
    this.#node = node;
  }

  static async start(edge: BenchEdge): Promise<Arms> {
    await edge.start();
    return new Arms(edge, await NodeRelay.start());
  }

  /** A fresh room in one of them. */
  async room(arm: Arm): Promise<Room> {
    return arm === "session" ? await sessionRoom(this.#edge) : await this.#node.room(arm);
  }

  async stop(): Promise<void> {
    this.#node.stop();
    await this.#edge.stop();
  }
}
