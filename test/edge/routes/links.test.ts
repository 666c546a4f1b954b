import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { hostChannel, RIGHTS, viewerChannel } from "#protocol";
import { grantKind, signingKey, signToken, ticketKind } from "../../../edge/access/index.ts";
import { createApp } from "../../../edge/app.ts";
import type { Env } from "../../../edge/env.ts";
import { revokeLink } from "../../../edge/pass/index.ts";
import { sessionStub } from "../../../edge/session/index.ts";
import {
  bodyOf,
  callAsAdmin,
  expectProblem,
  newLink,
  ORIGIN,
  openSocket,
  redeem,
  type SeatBody,
  seated,
} from "../support/api.ts";
import { device, FleetWorld, newSession } from "../support/fleet-world.ts";

const HOUR_MS = 60 * 60_000;

let region: string;
let world: FleetWorld;

beforeEach(() => {
  region = crypto.randomUUID();
  world = new FleetWorld(region);
});

describe("a new link", () => {
  it("carries its grant after the hash, and is good for eight hours and all rights unless it is told otherwise", async () => {
    const before = Date.now();
    const { link, url, grant, expiresAt } = await newLink({});
    expect(url).toBe(`${ORIGIN}/s#${grant}`);
    expect(decodeJwt(grant)).toMatchObject({
      aud: "link",
      link,
      tenant: "default",
      region: "local",
      rights: [...RIGHTS],
      shared: false,
    });
    expect(Date.parse(expiresAt) - before).toBeGreaterThan(8 * HOUR_MS - 2_000);
    expect(Date.parse(expiresAt) - before).toBeLessThan(8 * HOUR_MS + 2_000);
  });

  it("says what it was told to", async () => {
    const wish = {
      region,
      device: "rack-1/demo",
      rights: ["view", "view", "touch"],
      uses: 2,
      shared: true,
      name: "Zoë",
      expiresInSeconds: 60,
    };
    const { grant, expiresAt } = await newLink(wish);
    const { expiresInSeconds: _, ...claims } = wish;
    expect(decodeJwt(grant)).toMatchObject({ ...claims, rights: ["view", "touch"] });
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it.each([
    ["an unknown right", { rights: ["fly"] }],
    ["no right at all", { rights: [] }],
    ["no use at all", { uses: 0 }],
    ["half a use", { uses: 1.5 }],
    ["a life of a second", { expiresInSeconds: 1 }],
    ["a life of a year", { expiresInSeconds: 365 * 24 * 3600 }],
    ["a device without its host", { device: "demo" }],
    ["a region that is another fleet's name", { region: "local:x" }],
    ["a field that is none", { forever: true }],
    ["text for a truth", { shared: "yes" }],
    ["a list for an object", []],
  ])("with %s is refused, in words that name the field", async (_words, wish) => {
    const detail = await expectProblem(
      await callAsAdmin("POST", "/api/v1/links", { body: wish }),
      400,
      "invalid-request",
    );
    expect(detail).toMatch(/^json/);
    for (const field of Object.keys(wish)) expect(detail).toContain(field);
  });
});

describe("redeeming", () => {
  it("gives a seat near the person, with the rights of the grant", async () => {
    await world.host("rack-1");
    const { grant } = await newLink({ region, rights: ["view", "audio"], name: "Zoë" });
    const response = await redeem(grant, { continent: "AS", country: "JP" } as RequestInitCfProperties);
    const seat = await bodyOf<SeatBody>(response, 201);
    expect(seat.session).toMatch(/^apac-ne-/);
    expect(seat.viewerUrl).toBe(`/api/v1/sessions/${seat.session}/viewer`);
    expect(Date.parse(seat.expiresAt) - Date.now()).toBeGreaterThan(27_000);
    const { session, seat: id } = seat;
    expect(decodeJwt(seat.ticket)).toMatchObject({
      aud: "ticket",
      role: "viewer",
      session,
      seat: id,
      rights: ["view", "audio"],
      name: "Zoë",
    });
    expect(await world.states()).toEqual({ "rack-1/demo": "leased" });
  });

  it("a link for one use, redeemed 50 times at once, opens one seat", async () => {
    await world.host("rack-1", ["a", "b", "c"]);
    const { grant } = await newLink({ region, uses: 1 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(grant)));
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201))
      await expectProblem(answer, 410, "link-used-up");
    expect(Object.values(await world.states()).filter((state) => state === "leased")).toHaveLength(1);
  });

  it("a use that came to nothing is given back", async () => {
    const { grant } = await newLink({ region, uses: 1 });
    await expectProblem(await redeem(grant), 503, "no-free-device");
    await expectProblem(await redeem(grant), 503, "no-free-device");
    await world.host("rack-1");
    await seated(grant);
    await expectProblem(await redeem(grant), 410, "link-used-up");
  });

  it("a seat that fails costs neither the use nor the device", async () => {
    await world.host("rack-1");
    const { grant } = await newLink({ region, uses: 1 });
    const request = new Request(`${ORIGIN}/api/v1/links/redeem`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ grant }),
    });
    // The same edge, with Session objects that cannot be reached.
    const fails = async () => await Promise.reject(new Error("out of reach"));
    const get = () => ({ open: fails, admit: fails, end: fails });
    const SESSION = { idFromName: () => ({}), get } as unknown as Env["SESSION"];
    await expectProblem(await createApp().fetch(request, { ...env, SESSION }), 500, "internal");
    expect(await world.states()).toEqual({ "rack-1/demo": "free" });
    await seated(grant);
  });

  it("a named device is opened, or refused by what it is", async () => {
    await world.host("rack-1", ["a", "b"]);
    const { grant } = await newLink({ region, device: "rack-1/b" });
    await seated(grant);
    expect(await world.states()).toEqual({ "rack-1/a": "free", "rack-1/b": "leased" });
    await expectProblem(await redeem(grant), 503, "no-free-device");
    await expectProblem(await redeem((await newLink({ region, device: "rack-9/b" })).grant), 404, "no-such-device");
  });

  it("S-14 a link for one app opens a device that has it, and its viewers are told of no other", async () => {
    const host = await world.host("rack-1", ["a"]);
    const { grant } = await newLink({ region, app: "maps" });
    await expectProblem(await redeem(grant), 404, "no-such-app");
    const apps = ["maps", "notes"].map((id) => ({ id, name: id }));
    host.send(hostChannel.write({ type: "devices", devices: [{ ...device("a"), apps }] }));
    await host.settled();
    const { ticket, viewerUrl } = await seated(grant);
    expect(await host.ordered("serve")).toMatchObject({ device: "a", app: "maps" });
    const { peer } = await openSocket(viewerUrl, ticket);
    peer.send(viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] }));
    const welcome = await peer.said("welcome");
    expect(welcome.device).toMatchObject({ onlyApp: "maps", apps: [{ id: "maps", name: "maps" }] });
  });

  it("a device whose host is away is refused as offline", async () => {
    const host = await world.host("rack-1");
    host.close(1000);
    await world.become({ "rack-1/demo": "offline" });
    await expectProblem(await redeem((await newLink({ region, device: "rack-1/demo" })).grant), 503, "device-offline");
  });
});

describe("a shared link", () => {
  it("brings all who open it into one session, however many come at once", async () => {
    const host = await world.host("rack-1");
    const { grant } = await newLink({ region, shared: true });
    const seats = await Promise.all(Array.from({ length: 10 }, () => seated(grant)));
    expect(new Set(seats.map((seat) => seat.session)).size).toBe(1);
    expect(new Set(seats.map((seat) => seat.seat)).size).toBe(10);
    await host.settled();
    expect(host.texts.filter((text) => text.includes('"serve"'))).toHaveLength(1);
  });

  it("opens a new session when the one before has ended", async () => {
    await world.host("rack-1");
    const { grant } = await newLink({ region, shared: true });
    const first = await seated(grant);
    await sessionStub(env.SESSION, first.session).end("ended");
    expect((await seated(grant)).session).not.toBe(first.session);
  });

  it("opens a new session when the one it would join has ended and the fleet does not know yet", async () => {
    await world.host("rack-1");
    const { grant, link } = await newLink({ region, shared: true });
    const over = newSession();
    const lease = await world.stub.lease({ session: over, sharedBy: link });
    if (!lease.leased) throw new Error(lease.refusal);
    // Another fleet's session: its end is not heard by this one.
    const fleet = `v1:default:${crypto.randomUUID()}`;
    await sessionStub(env.SESSION, over).open({ session: over, tenant: "default", fleet, device: lease.device });
    await sessionStub(env.SESSION, over).end("ended");
    expect((await seated(grant)).session).not.toBe(over);
    expect(await world.states()).toEqual({ "rack-1/demo": "leased" });
  });
});

describe("a grant is refused", () => {
  const claims = { link: "l", tenant: "default", region: "local", rights: ["view"], shared: false } as const;

  it("when it has expired", async () => {
    const key = await signingKey(env.SIGNING_KEY);
    const signature = { id: "x", at: Date.now() - 120_000, lifeSeconds: 60 };
    await expectProblem(await redeem((await signToken(grantKind, claims, key, signature)).token), 410, "link-expired");
  });

  it("when it is a ticket, or was changed, or is nothing", async () => {
    const key = await signingKey(env.SIGNING_KEY);
    const signature = { id: "x", at: Date.now(), lifeSeconds: 60 };
    const ticket = await signToken(ticketKind, { role: "origin", session: "s" }, key, signature);
    const { token } = await signToken(grantKind, claims, key, signature);
    for (const forged of [ticket.token, `${token.slice(0, -8)}AAAAAAAA`, token.replace(".", ".e"), "nothing"]) {
      await expectProblem(await redeem(forged), 403, "link-not-valid");
    }
  });

  it("when its link was withdrawn", async () => {
    await world.host("rack-1");
    const { grant, link, expiresAt } = await newLink({ region });
    await revokeLink(env.PASS, { link, expiresAt: Date.parse(expiresAt) });
    await expectProblem(await redeem(grant), 410, "link-revoked");
    expect(await world.states()).toEqual({ "rack-1/demo": "free" });
  });
});
