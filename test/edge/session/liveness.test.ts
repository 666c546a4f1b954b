import { evictDurableObject } from "cloudflare:test";
import { expect, it, vi } from "vitest";
import { PING, PONG } from "#protocol";
import { FleetWorld } from "../support/fleet-world.ts";
import { SessionWorld } from "./world.ts";

it("M-2 a ping is answered on every kind of socket, also while the object sleeps", async () => {
  const world = await new SessionWorld().open();
  const origin = await world.origin();
  const { peer: viewer } = await world.viewer();
  await origin.settled();
  await evictDurableObject(world.stub, { webSockets: "hibernate" });
  for (const peer of [origin, viewer]) {
    peer.send(PING);
    await vi.waitFor(() => expect(peer.texts.at(-1)).toBe(PONG));
    expect(peer.closed).toBeUndefined();
  }
  const host = await new FleetWorld().host("rack-1");
  host.send(PING);
  await vi.waitFor(() => expect(host.texts.at(-1)).toBe(PONG));
});
