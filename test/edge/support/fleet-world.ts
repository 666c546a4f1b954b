import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { type DeviceDescription, hostChannel, SUBPROTOCOL } from "#protocol";
import { CLAIMS_HEADER } from "../../../edge/access/index.ts";
import type { LeaseRequest } from "../../../edge/fleet/contract.ts";
import { fleetStub } from "../../../edge/fleet/index.ts";
import { sessionStub } from "../../../edge/session/index.ts";
import { Peer } from "./peer.ts";

export function device(id: string): DeviceDescription {
  return {
    id,
    name: "Demo phone",
    model: "Demo",
    kind: "demo",
    width: 720,
    height: 1280,
    videoCodecs: ["h264"],
    features: ["touch"],
    apps: [],
  };
}

/** One real Fleet object in workerd, hosts that speak to it, and the sessions that it leases devices to. */
export class FleetWorld {
  readonly name: string;
  readonly tenant: string;
  readonly stub;

  constructor(region: string = crypto.randomUUID(), tenant = "default") {
    this.tenant = tenant;
    this.name = `v1:${tenant}:${region}`;
    this.stub = fleetStub(env.FLEET, this.name);
  }

  /** A control socket on which nothing was said yet. */
  async dial(host: string, dead = false): Promise<Peer> {
    const claims = JSON.stringify({ host, tenant: this.tenant, region: "any" });
    const response = await this.stub.fetch("https://edge/socket", {
      headers: { Upgrade: "websocket", "Sec-WebSocket-Protocol": SUBPROTOCOL, [CLAIMS_HEADER]: claims },
    });
    if (response.webSocket === null) throw new Error("no socket came");
    return new Peer(response.webSocket, dead);
  }

  /** A host through its welcome, offering these devices. */
  async host(host: string, devices: readonly string[] = ["demo"], serving: readonly string[] = []): Promise<Peer> {
    const peer = await this.dial(host);
    hello(peer, devices, serving);
    await peer.ordered("welcome");
    return peer;
  }

  /** A session that holds a device and is served, as the routes make it. */
  async session(wish: Omit<LeaseRequest, "session"> = {}): Promise<string> {
    const session = newSession();
    const lease = await this.stub.lease({ session, ...wish });
    if (!lease.leased) throw new Error(`no lease: ${lease.refusal}`);
    await sessionStub(env.SESSION, session).open({
      session,
      tenant: "default",
      fleet: this.name,
      device: lease.device,
    });
    expect(await this.stub.serve(session)).toBe(true);
    return session;
  }

  async isOpen(session: string): Promise<boolean> {
    return (await sessionStub(env.SESSION, session).admit({ rights: ["view"] })).admitted;
  }

  async ended(session: string): Promise<void> {
    await vi.waitFor(async () => expect(await this.isOpen(session)).toBe(false));
  }

  async states(): Promise<Record<string, string>> {
    const devices = await this.stub.devices();
    return Object.fromEntries(devices.map(({ host, device: { id }, state }) => [`${host}/${id}`, state]));
  }

  async become(states: Record<string, string>): Promise<void> {
    await vi.waitFor(async () => expect(await this.states()).toEqual(states));
  }

  /** As if this much time had gone by, as far as the object's books say; then its alarm rings. */
  async pass(milliseconds: number): Promise<void> {
    await runInDurableObject(this.stub, (_object, { storage }) => {
      storage.sql.exec("UPDATE host SET away_until = away_until - ?", milliseconds);
      storage.sql.exec("UPDATE lease SET expires = expires - ?", milliseconds);
    });
    await runDurableObjectAlarm(this.stub);
  }
}

export function newSession(): string {
  return `weur-${crypto.randomUUID()}`;
}

export function hello(peer: Peer, devices: readonly string[], serving: readonly string[] = []): void {
  const offer = { devices: devices.map(device), serving: [...serving] };
  peer.send(hostChannel.write({ type: "hello", protocol: 1, agent: "test", ...offer }));
}
