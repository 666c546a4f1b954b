import { decodeJwt } from "jose";
import { expect, it } from "vitest";
import { CLOSE, originChannel, viewerChannel } from "#protocol";
import { videoFrame } from "../session/world.ts";
import { bodyOf, call, callAsAdmin, newLink, openSocket, redeem, type SeatBody } from "../support/api.ts";
import { FleetWorld } from "../support/fleet-world.ts";
import type { Peer } from "../support/peer.ts";

const BERLIN = { continent: "EU", country: "DE", longitude: "13.40500" } as const;
const SYDNEY = { continent: "OC", country: "AU", longitude: "151.20930" } as const;

async function welcomed(seat: { readonly viewerUrl: string; readonly ticket: string }): Promise<Peer> {
  const { peer } = await openSocket(seat.viewerUrl, seat.ticket);
  peer.send(viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] }));
  await peer.said("welcome");
  return peer;
}

it("G-1 who opens a shared link from far away is served by a mirror through the same paths, and is renewed where it is", async () => {
  const region = crypto.randomUUID();
  const host = await new FleetWorld(region).host("rack-1");
  const { grant } = await newLink({ region, shared: true });
  const near = await bodyOf<SeatBody>(await redeem(grant, BERLIN), 201);
  const far = await bodyOf<SeatBody>(await redeem(grant, SYDNEY), 201);
  expect(far.session).toBe(near.session);
  expect(far.session).toMatch(/^weur-/);
  expect(far.viewerUrl).toBe(near.viewerUrl);
  expect(decodeJwt(near.ticket)).not.toHaveProperty("mirror");
  expect(decodeJwt(far.ticket)).toMatchObject({ mirror: "oc-1" });

  const [ada, bob] = [await welcomed(near), await welcomed(far)];
  const { ticket } = await host.ordered("serve");
  const { peer: origin } = await openSocket(`/api/v1/sessions/${near.session}/origin`, ticket);
  origin.send(originChannel.write({ type: "hello", protocol: 1, agent: "test", resumed: false }));
  await origin.told("welcome");
  origin.send(originChannel.write({ type: "display", epoch: 0, width: 720, height: 1280, rotation: 0, codec: "h264" }));
  origin.send(videoFrame(0, true));
  for (const peer of [ada, bob]) await peer.frameCount(1);

  const { resume } = await bob.said("welcome");
  const tickets = `/api/v1/sessions/${near.session}/tickets`;
  const there = await bodyOf<SeatBody>(await call("POST", tickets, { token: resume, cf: SYDNEY }), 201);
  expect(decodeJwt(there.ticket)).toMatchObject({ mirror: "oc-1", seat: far.seat });
  const back = await bodyOf<SeatBody>(await call("POST", tickets, { token: resume, cf: BERLIN }), 201);
  const home = await welcomed({ ...back, viewerUrl: near.viewerUrl });
  expect((await bob.closing()).code).toBe(CLOSE.seatReplaced.code);
  await home.frameCount(1);

  expect((await callAsAdmin("DELETE", `/api/v1/sessions/${near.session}`)).status).toBe(204);
  for (const peer of [ada, home]) expect((await peer.closing()).code).toBe(CLOSE.sessionEnded.code);
});
