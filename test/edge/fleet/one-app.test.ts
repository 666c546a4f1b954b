import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { hostChannel } from "#protocol";
import type { LeaseRequest } from "../../../edge/fleet/contract.ts";
import { sessionStub } from "../../../edge/session/index.ts";
import { device, FleetWorld, newSession } from "../support/fleet-world.ts";

it("S-14 a session for one app has a device with that app, which its viewers know by that app alone", async () => {
  const world = new FleetWorld();
  const peer = await world.host("rack-1", ["a", "b"]);
  const apps = [
    { id: "notes", name: "Notes" },
    { id: "maps", name: "Maps" },
  ];
  peer.send(hostChannel.write({ type: "devices", devices: [device("a"), { ...device("b"), apps }] }));
  await peer.settled();
  const lease = (wish: Omit<LeaseRequest, "session">) => world.stub.lease({ session: newSession(), ...wish });
  expect(await lease({ app: "chat" })).toMatchObject({ refusal: "no-such-app" });
  expect(await lease({ app: "maps", device: "rack-1/a" })).toMatchObject({ refusal: "no-such-app" });
  const session = await world.session({ app: "maps" });
  expect(await peer.ordered("serve")).toMatchObject({ session, device: "b", app: "maps" });
  expect(await lease({ app: "notes" })).toMatchObject({ refusal: "no-free-device" });
  const enters = (app?: string) =>
    sessionStub(env.SESSION, session).admit({ rights: ["view"], ...(app === undefined ? {} : { app }) });
  expect([await enters("maps"), await enters("notes"), await enters()]).toMatchObject([
    { admitted: true },
    { admitted: false, refusal: "no-such-session" },
    { admitted: true },
  ]);
  await world.stub.release(session);
  expect(await lease({ device: "rack-1/b" })).toMatchObject({ device: { apps } });
});

it("S-14 an agent that comes back after a sleep of the fleet is told the app again", async () => {
  const world = new FleetWorld();
  const peer = await world.host("rack-1", ["a"]);
  const apps = [{ id: "notes", name: "Notes" }];
  peer.send(hostChannel.write({ type: "devices", devices: [{ ...device("a"), apps }] }));
  await peer.settled();
  const session = await world.session({ app: "notes" });
  await peer.ordered("serve");
  await evictDurableObject(world.stub);
  const again = await world.dial("rack-1");
  const offer = { devices: [{ ...device("a"), apps }], serving: [] };
  again.send(hostChannel.write({ type: "hello", protocol: 1, agent: "test", ...offer }));
  expect(await again.ordered("serve")).toMatchObject({ session, app: "notes" });
});
