import { env } from "cloudflare:workers";
import { type DeviceDescription, originChannel, type Right, viewerChannel, writeFrame } from "#protocol";
import { FleetWorld } from "../support/fleet-world.ts";
import { connect, type Peer } from "../support/peer.ts";

export const DEVICE = {
  id: "demo",
  name: "Demo phone",
  model: "Demo",
  kind: "demo",
  width: 720,
  height: 1280,
  videoCodecs: ["h264"],
  features: ["touch", "keyboard", "audio"] as DeviceDescription["features"],
  apps: [],
} as const;

export const ALL_RIGHTS: readonly Right[] = ["view", "audio", "touch", "keyboard", "clipboard"];

/** One real Session object in workerd, and peers that speak to it. */
export class SessionWorld {
  readonly session: string;

  constructor(region = "local") {
    this.session = `${region}-${crypto.randomUUID()}`;
  }

  /** A new one each time: those of an object that was restarted are broken. */
  get stub() {
    return env.SESSION.get(env.SESSION.idFromName(`v1:${this.session}`));
  }

  /** With a lease of its own: a session that wakes asks for it. */
  async open(features: DeviceDescription["features"] = DEVICE.features): Promise<this> {
    const fleet = new FleetWorld();
    await fleet.host("rack-1");
    await fleet.stub.lease({ session: this.session });
    const device = { ...DEVICE, videoCodecs: [...DEVICE.videoCodecs], features: [...features], apps: [] };
    await this.stub.open({ session: this.session, tenant: "default", fleet: fleet.name, device });
    return this;
  }

  /** The origin, through its hello and first display. */
  async origin(options: { readonly resumed?: boolean } = {}): Promise<Peer> {
    const peer = await connect(this.stub, { role: "origin", session: this.session });
    peer.send(originChannel.write({ type: "hello", protocol: 1, agent: "test", resumed: options.resumed ?? false }));
    const welcome = await peer.told("welcome");
    if (options.resumed !== true) {
      peer.send(
        originChannel.write({
          type: "display",
          epoch: welcome.nextEpoch,
          width: 720,
          height: 1280,
          rotation: 0,
          codec: "h264",
        }),
      );
    }
    return peer;
  }

  /** A new seat, through its welcome. */
  async viewer(
    rights: readonly Right[] = ALL_RIGHTS,
    dead = false,
  ): Promise<{ readonly peer: Peer; readonly seat: string; readonly resume: string }> {
    const admission = await this.stub.admit({ rights });
    if (!admission.admitted || admission.claims.role !== "viewer") throw new Error("not admitted");
    const { seat } = admission.claims;
    return { seat, ...(await this.seated(seat, rights, dead)) };
  }

  /** @param dead it will not answer when it is closed */
  async seated(
    seat: string,
    rights: readonly Right[] = ALL_RIGHTS,
    dead = false,
  ): Promise<{ readonly peer: Peer; readonly resume: string }> {
    const claims = { role: "viewer", session: this.session, seat, rights } as const;
    const peer = await connect(this.stub, claims, undefined, undefined, dead);
    peer.send(viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] }));
    const { resume } = await peer.said("welcome");
    return { peer, resume };
  }
}

export function videoFrame(sequence: number, keyframe: boolean, epoch = 0, bytes = 100): ArrayBuffer {
  const header = {
    kind: "video",
    keyframe,
    config: keyframe,
    epoch,
    sequence,
    capturedAtMicros: Date.now() * 1_000,
  } as const;
  return writeFrame(header, new Uint8Array(bytes).fill(sequence & 0xff));
}
