import type { NodeRelayDuties, NodeRelayMode } from "../programs/node-relay.ts";
import type { Acks, Dial } from "./dial.ts";
import type { BenchEdge } from "./edge.ts";
import type { OriginDial } from "./origin.ts";
import { Program } from "./program.ts";

/** A relay under measurement, and the room in it that one origin and its viewers meet in. */
export interface Room {
  readonly relay: string;
  /** The process whose CPU and memory are the relay's. */
  readonly pid: number;
  /** Of that process, in bytes, after its garbage was collected. */
  memory(): Promise<number>;
  /** @param host this machine, as it is called from where the caller stands */
  origin(host?: string): OriginDial;
  viewer(host?: string): Dial;
}

const LOOPBACK = "127.0.0.1";

export async function sessionRoom(edge: BenchEdge): Promise<Room & { readonly name: string }> {
  const name = `local-${crypto.randomUUID()}`;
  await edge.openSession(name);
  const dial = (host?: string) => ({ kind: "session", base: edge.base(host), name }) as const;
  return { relay: "session", pid: edge.pid, name, memory: () => edge.memory(), origin: dial, viewer: dial };
}

export function objectRoom(edge: BenchEdge, kind: "broadcast" | "party", acks: Acks): Room {
  const url = (host?: string) => `${edge.base(host).replace(/^http/, "ws")}/${kind}?name=${name}`;
  const name = crypto.randomUUID();
  return {
    relay: `${kind}${acks === "none" ? ", no acks" : ""}`,
    pid: edge.pid,
    memory: () => edge.memory(),
    origin: (host) => ({ kind: "plain", url: url(host) }),
    viewer: (host) => ({ kind: "plain", url: url(host), acks }),
  };
}

/** Relays in Node: one process, a port for each room. */
export class NodeRelay {
  readonly #program: Program<NodeRelayDuties>;

  private constructor(program: Program<NodeRelayDuties>) {
    this.#program = program;
  }

  static async start(): Promise<NodeRelay> {
    return new NodeRelay(await Program.start<NodeRelayDuties>("node-relay.ts", { flags: ["--expose-gc"] }));
  }

  async room(mode: NodeRelayMode): Promise<Room> {
    const port = await this.#program.call("listen", { mode });
    return {
      relay: mode,
      pid: this.#program.pid,
      memory: () => this.#program.call("memory", undefined),
      origin: (host = LOOPBACK) => ({ kind: "plain", url: `ws://${host}:${port}/origin` }),
      viewer: (host = LOOPBACK) => ({
        kind: "plain",
        url: `ws://${host}:${port}/viewer`,
        acks: mode === "polled" ? "frame-id" : "none",
      }),
    };
  }

  stop(): void {
    this.#program.stop();
  }
}
