import type { FrameHeader, ViewerMessage } from "#protocol";
import { apply, createRelay, frameArrived, nextWake, type RelayEffect } from "../../edge/relay/index.ts";
import { Random } from "./random.ts";
import { DEVICE } from "./relay-world.ts";
import { type LinkOptions, SimulatedLink } from "./simulated-link.ts";
import { type OriginOptions, SimulatedOrigin } from "./simulated-origin.ts";
import { SimulatedTime } from "./simulated-time.ts";
import { SimulatedViewer } from "./simulated-viewer.ts";

type Ack = Extract<ViewerMessage, { type: "ack" }>;

/** What stands between an origin and its viewers: our rules, or one that we are compared with. */
export interface SimulatedServer {
  joined(seat: string): void;
  frame(header: FrameHeader, message: ArrayBuffer): void;
  acknowledged(seat: string, ack: Ack): void;
}

/** What a server can do to the world. */
export interface ServerPort {
  readonly time: SimulatedTime;
  sendTo(seat: string, message: ArrayBuffer): void;
  askKeyframe(): void;
  tellTarget(bitrate: number, frameRate: number): void;
}

export interface SessionOptions {
  readonly seed: number;
  readonly origin: OriginOptions;
  /** One way between the origin and the server, milliseconds. */
  readonly originDelay?: number;
  /** The link down to each viewer. The way up is as long, and has room for all. */
  readonly links: Readonly<Record<string, LinkOptions>>;
  /** When each comes, milliseconds from the start; at once if it is not named. */
  readonly joinsAt?: Readonly<Record<string, number>>;
  readonly server?: (port: ServerPort) => SimulatedServer;
  /** False for viewers of before `receivedAt`. */
  readonly tellArrival?: boolean;
}

const START = 1_800_000_000_000;

/** A session lived through in simulated time: an origin, a server, and viewers behind links. */
export class SimulatedSession {
  readonly time = new SimulatedTime(START);
  readonly origin: SimulatedOrigin;
  readonly viewers = new Map<string, SimulatedViewer>();
  readonly links = new Map<string, SimulatedLink>();
  readonly server: SimulatedServer;

  constructor(options: SessionOptions) {
    const { time } = this;
    const random = new Random(options.seed);
    const { originDelay = 5 } = options;
    this.server = (options.server ?? ourRules)({
      time,
      sendTo: (seat, message) =>
        this.links.get(seat)?.send(message.byteLength + 4, () => this.viewers.get(seat)?.frame(message)),
      askKeyframe: () => time.after(originDelay, () => this.origin.keyframeAsked()),
      tellTarget: (bitrate, frameRate) => time.after(originDelay, () => this.origin.targetTold(bitrate, frameRate)),
    });
    this.origin = new SimulatedOrigin(time, options.origin, random, (header, message) =>
      time.after(originDelay, () => this.server.frame(header, message)),
    );
    for (const [seat, link] of Object.entries(options.links)) {
      this.links.set(seat, new SimulatedLink(time, link));
      const say = (ack: Ack) => time.after(link.delay, () => this.server.acknowledged(seat, ack));
      this.viewers.set(seat, new SimulatedViewer(time, say, options.tellArrival));
      time.after(options.joinsAt?.[seat] ?? 0, () => this.server.joined(seat));
    }
  }

  run(milliseconds: number): this {
    this.time.runUntil(START + milliseconds);
    return this;
  }

  /** Milliseconds from the start. */
  since(moment: number): number {
    return moment - START;
  }

  viewer(seat = "ada"): SimulatedViewer {
    const viewer = this.viewers.get(seat);
    if (viewer === undefined) throw new Error(`there is no ${seat}`);
    return viewer;
  }
}

/** The rules of the relay, with the clock of a Worker: whole milliseconds. */
export function ourRules(port: ServerPort): SimulatedServer {
  const { time } = port;
  const now = () => Math.floor(time.now);
  const state = createRelay("local-1", DEVICE, now());
  let connection = 0;
  let wakeAt = Number.POSITIVE_INFINITY;
  const carryOut = (effects: readonly RelayEffect[]) => {
    for (const effect of effects) {
      if (effect.type === "forward-frame") for (const seat of effect.seats) port.sendTo(seat, effect.message);
      if (effect.type !== "tell-origin") continue;
      if (effect.message.type === "keyframe-request") port.askKeyframe();
      if (effect.message.type === "target-rate") port.tellTarget(effect.message.bitrate, effect.message.frameRate);
    }
  };
  const planWake = () => {
    const due = nextWake(state);
    if (due === undefined || due >= wakeAt) return;
    wakeAt = due;
    time.at(due, () => {
      wakeAt = Number.POSITIVE_INFINITY;
      carryOut(apply(state, { type: "woke", at: now() }));
      planWake();
    });
  };
  const happened = (event: Parameters<typeof apply>[1]) => {
    carryOut(apply(state, event));
    planWake();
  };
  happened({ type: "origin-connected", at: now(), connection: ++connection });
  happened({
    type: "origin-said",
    at: now(),
    message: { type: "hello", protocol: 1, agent: "simulated", resumed: false },
  });
  happened({
    type: "origin-said",
    at: now(),
    message: { type: "display", epoch: 0, width: 720, height: 1280, rotation: 0, codec: "h264" },
  });
  return {
    joined(seat) {
      const rights = ["view", "audio"] as const;
      happened({ type: "viewer-connected", at: now(), seat, rights, connection: ++connection });
      const message = { type: "hello", protocol: 1, client: "simulated", videoCodecs: ["h264" as const] } as const;
      happened({
        type: "viewer-said",
        at: now(),
        seat,
        message: { ...message, videoCodecs: [...message.videoCodecs] },
      });
    },
    frame(header, message) {
      carryOut(frameArrived(state, { at: now(), header, message }));
    },
    acknowledged(seat, ack) {
      happened({ type: "viewer-said", at: now(), seat, message: ack });
    },
  };
}
