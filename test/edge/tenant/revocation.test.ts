import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { CLOSE, viewerChannel } from "#protocol";
import { grantKind, signingKey, signToken } from "../../../edge/access/index.ts";
import { verifyAudit } from "../../../edge/audit/index.ts";
import type { Receipt } from "../../../edge/tenant/index.ts";
import { bodyOf, call, expectProblem, openSocket, redeem, type SeatBody } from "../support/api.ts";
import { FleetWorld } from "../support/fleet-world.ts";
import type { Peer } from "../support/peer.ts";
import { EVERYTHING, granted, TenantApi, TenantWorld } from "../support/tenant-world.ts";

let world: TenantWorld;
let api: TenantApi;
let token: string;
let region: string;
let fleet: FleetWorld;

beforeEach(async () => {
  world = new TenantWorld();
  token = await world.key();
  api = new TenantApi(token);
  region = crypto.randomUUID();
  fleet = new FleetWorld(region, world.tenant);
  await fleet.host("rack-1", ["a", "b", "c"]);
});

interface LinkBody {
  readonly link: string;
  readonly grant: string;
}

async function newLink(wish: object = {}): Promise<LinkBody> {
  return await bodyOf<LinkBody>(await call("POST", "/api/v1/links", { token, body: { region, ...wish } }), 201);
}

async function open(wish: object): Promise<Response> {
  return await call("POST", "/api/v1/sessions", { token, body: { region, ...wish } });
}

/** Somebody who sits in the session and watches. */
async function watching(response: Response): Promise<{ readonly seat: SeatBody; readonly peer: Peer; resume: string }> {
  const seat = await bodyOf<SeatBody>(response, 201);
  const { peer } = await openSocket(seat.viewerUrl, seat.ticket);
  peer.send(viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] }));
  const { resume } = await peer.said("welcome");
  return { seat, peer, resume };
}

async function revoke(what: object): Promise<Receipt> {
  return await api.ok<Receipt>("POST", "/revocations", what);
}

/** Action, actor and subject of every event, oldest first. */
async function log(): Promise<{ readonly action: string; readonly actor: string; readonly session?: string }[]> {
  const { lines } = await world.stub.audit(EVERYTHING, { after: 0, limit: 10_000 });
  const key = await signingKey(env.SIGNING_KEY);
  expect(await verifyAudit(lines, new Map([[key.id, key.verify]]))).toMatchObject({ findings: [] });
  return lines.flatMap((line) => {
    const { event } = JSON.parse(line);
    return event === undefined ? [] : [event];
  });
}

describe("revoking a link", () => {
  it("R-3 closes every seat that came by it, in every session, and nobody else's", async () => {
    const link = await newLink({ shared: false });
    const other = await newLink();
    const [ada, bob] = [await watching(await redeem(link.grant)), await watching(await redeem(link.grant))];
    const eve = await watching(await redeem(other.grant));
    expect(ada.seat.session).not.toBe(bob.seat.session);
    const receipt = await revoke({ link: link.link });
    expect(receipt).toMatchObject({ subject: `link:${link.link}`, pending: [] });
    expect(receipt.sessions.map(({ session, ended }) => [session, ended]).sort()).toEqual(
      [
        [ada.seat.session, true],
        [bob.seat.session, true],
      ].sort(),
    );
    for (const { peer } of [ada, bob]) expect((await peer.closing()).code).toBe(CLOSE.revoked.code);
    await eve.peer.settled();
    expect(eve.peer.closed).toBeUndefined();
    await fleet.become({ "rack-1/a": "free", "rack-1/b": "free", "rack-1/c": "leased" });
    await expectProblem(await redeem(link.grant), 410, "link-revoked");
    const renewed = await call("POST", `/api/v1/sessions/${ada.seat.session}/tickets`, { token: ada.resume });
    expect(renewed.status).toBeGreaterThanOrEqual(400);
    const { links } = await api.ok<{ links: { id: string; revokedAt?: string }[] }>("GET", "/links");
    expect(links.map(({ id, revokedAt }) => [id, revokedAt !== undefined])).toEqual(
      expect.arrayContaining([
        [link.link, true],
        [other.link, false],
      ]),
    );
  });

  it("leaves the others in a shared session, and cancels the tickets that are out", async () => {
    const link = await newLink({ shared: true });
    const { grant } = link;
    const ada = await watching(await redeem(grant));
    const unused = await bodyOf<SeatBody>(await redeem(grant), 201);
    expect(unused.session).toBe(ada.seat.session);
    const receipt = await revoke({ link: link.link });
    expect(receipt.sessions[0]?.seats).toHaveLength(2);
    const { peer } = await openSocket(unused.viewerUrl, unused.ticket);
    expect([CLOSE.noSuchSession.code, CLOSE.ticketRefused.code]).toContain((await peer.closing()).code);
  });

  it("while it is being redeemed leaves nobody seated", async () => {
    const link = await newLink({ shared: true });
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => redeem(link.grant)),
      revoke({ link: link.link }),
      ...Array.from({ length: 10 }, () => redeem(link.grant)),
    ]);
    for (const answer of answers) {
      if (!(answer instanceof Response) || answer.status !== 201) continue;
      const { viewerUrl, ticket } = await bodyOf<SeatBody>(answer, 201);
      const { peer } = await openSocket(viewerUrl, ticket);
      expect((await peer.closing()).code).toBeGreaterThanOrEqual(4000);
    }
    await fleet.become({ "rack-1/a": "free", "rack-1/b": "free", "rack-1/c": "free" });
  });
});

describe("revoking a person", () => {
  it.each([
    ["by a revocation", async (person: string) => void (await revoke({ person }))],
    ["by disabling", async (person: string) => void (await api.ok("PATCH", `/people/${person}`, { active: false }))],
    ["by removing", async (person: string) => await api.gone(`/people/${person}`)],
  ])("R-3 %s closes what they sit in at once, and opens nothing again", async (_name, end) => {
    const ada = await world.person("ada");
    const bob = await watching(await open({ person: await world.person("bob") }));
    const seats = [await watching(await open({ person: "ADA" })), await watching(await open({ person: ada }))];
    await end(ada);
    for (const { peer } of seats) expect((await peer.closing()).code).toBe(CLOSE.revoked.code);
    await bob.peer.settled();
    expect(bob.peer.closed).toBeUndefined();
    expect((await open({ person: ada })).status).toBeGreaterThanOrEqual(400);
    expect((await log()).filter(({ action }) => action === "access.ended")).toHaveLength(2);
  });

  it("who is the last owner, or an owner to somebody who may not, is refused", async () => {
    const owner = await world.person("ada", { role: "owner" });
    await expectProblem(await api.raw("POST", "/revocations", { person: owner }), 409, "last-owner");
    await world.person("eve", { role: "owner" });
    const support = new TenantApi(await world.key(["access:revoke"]));
    await expectProblem(await support.raw("POST", "/revocations", { person: owner }), 403, "forbidden");
  });
});

describe("revoking a session", () => {
  it("R-3 ends it for all, with a receipt of what each was shown", async () => {
    const { grant } = await newLink({ shared: true });
    const [ada, bob] = [await watching(await redeem(grant)), await watching(await redeem(grant))];
    const { session } = ada.seat;
    const receipt = await revoke({ session });
    expect(receipt.sessions).toMatchObject([{ session, ended: true }]);
    expect(receipt.sessions[0]?.seats.map(({ seat }) => seat).sort()).toEqual([ada.seat.seat, bob.seat.seat].sort());
    for (const { peer } of [ada, bob]) expect((await peer.closing()).code).toBe(CLOSE.revoked.code);
    await vi.waitFor(async () => {
      const told = (await log()).filter((event) => event.session === session).map(({ action }) => action);
      expect(told).toEqual(expect.arrayContaining(["session.opened", "seat.opened", "access.ended", "session.closed"]));
    });
    await expectProblem(await api.raw("POST", "/revocations", { session }), 404, "no-such-session");
  });

  it("of another tenant, or one that never was, is not found, in the same words", async () => {
    const ada = await watching(await open({}));
    const stranger = new TenantApi(await new TenantWorld().key());
    const there = await stranger.raw("POST", "/revocations", { session: ada.seat.session });
    const nowhere = await stranger.raw("POST", "/revocations", { session: "weur-nothing" });
    expect([there.status, await there.text()]).toEqual([404, await nowhere.text()]);
    await expectProblem(await stranger.raw("POST", "/revocations", { link: "x" }), 404, "no-such-link");
    await expectProblem(await stranger.raw("POST", "/revocations", { person: "x" }), 404, "no-such-person");
    await ada.peer.settled();
    expect(ada.peer.closed).toBeUndefined();
  });

  it.each([{}, { link: "a", person: "b" }, { planet: "x" }, { link: "" }])("as %o is no request", async (body) => {
    await expectProblem(await api.raw("POST", "/revocations", body), 400, "invalid-request");
  });
});

describe("a session that cannot be reached", () => {
  it("is tried again by the alarm, also after an eviction, until the seats are closed", async () => {
    const ada = await watching(await open({ person: await world.person("ada") }));
    const { session, seat } = ada.seat;
    // As a revocation leaves it that was cut off before it reached the session.
    await runInDurableObject(world.stub, (_object, { storage }) => {
      storage.sql.exec(
        "INSERT INTO closing (revocation, session, subject, seats, tries, due) VALUES ('r1', ?, 'person:x', ?, 3, 0)",
        session,
        JSON.stringify([seat]),
      );
    });
    await evictDurableObject(world.stub);
    await runInDurableObject(world.stub, async (object) => {
      // Safe: the namespace is of this class, which has an alarm.
      await (object as unknown as { alarm(): Promise<void> }).alarm();
    });
    expect((await ada.peer.closing()).code).toBe(CLOSE.revoked.code);
    expect(await runDurableObjectAlarm(world.stub)).toBe(false);
    expect((await log()).filter(({ action }) => action === "access.ended")).toMatchObject([{ session }]);
  });
});

describe("whoever enters", () => {
  it("has the rights that policies leave, of those that the link has", async () => {
    const { link, grant } = await newLink({ rights: ["view", "touch", "keyboard"] });
    const binding = { to: "link", id: link };
    await api.ok("POST", "/policies", { name: "x", binding, capabilities: { touch: { effect: "deny" } } }, 201);
    const seat = await watching(await redeem(grant));
    const welcome = await seat.peer.said("welcome");
    expect(welcome.rights).toEqual(["view", "keyboard"]);
  });

  it("as a person has what the role and the groups allow, at most what was wished for", async () => {
    const rights = async (person: string) =>
      (await (await watching(await open({ person }))).peer.said("welcome")).rights;
    await world.person("sam", { role: "support" });
    expect(await rights("sam")).toEqual(["view", "audio", "touch", "keyboard"]);
    await world.person("max", { role: "auditor" });
    await expectProblem(await open({ person: "max" }), 403, "not-allowed");
    await expectProblem(await open({ person: "nobody" }), 404, "no-such-person");
  });

  it("from a country that is not listed is refused, and that is written down without a seat", async () => {
    await api.ok("POST", "/policies", { name: "x", binding: { to: "tenant" }, session: { countries: ["DE"] } }, 201);
    const { grant, link } = await newLink({ uses: 1 });
    const from = async (country: string) => await redeem(grant, { country } as RequestInitCfProperties);
    await expectProblem(await from("FR"), 403, "not-allowed");
    await bodyOf<SeatBody>(await from("DE"), 201);
    const refused = (await log()).filter(({ action }) => action === "entry.refused");
    expect(refused).toMatchObject([
      { subject: `link:${link}`, country: "FR", detail: { refusal: "not-allowed", limits: ["countries"] } },
    ]);
  });

  it("is one of as many as the policy lets into a session", async () => {
    await api.ok("POST", "/policies", { name: "x", binding: { to: "tenant" }, session: { viewers: 2 } }, 201);
    const { grant } = await newLink({ shared: true, uses: 3 });
    const answers = await Promise.all(Array.from({ length: 6 }, () => redeem(grant)));
    expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(2);
    const refused = answers.filter(({ status }) => status === 409);
    for (const answer of refused) await expectProblem(answer, 409, "session-full");
  });

  it("and leaves, is written down, by whom and when", async () => {
    const { grant, link } = await newLink();
    const { peer, seat } = await watching(await redeem(grant));
    peer.send(viewerChannel.write({ type: "bye" }));
    await peer.closing();
    await vi.waitFor(async () => expect((await log()).map(({ action }) => action)).toContain("seat.closed"));
    const told = (await log()).filter(({ session }) => session === seat.session);
    expect(told.map(({ action, actor }) => [action, actor])).toEqual([
      ["session.opened", `link:${link}`],
      ["link.redeemed", `link:${link}`],
      ["seat.opened", `link:${link}`],
      ["lease.taken", `link:${link}`],
      ["seat.closed", "session"],
    ]);
  });

  it("by a grant of a tenant that never was anything else is let in as before", async () => {
    const key = await signingKey(env.SIGNING_KEY);
    const other = new FleetWorld(region, crypto.randomUUID());
    await other.host("rack-1");
    const claims = { link: "l1", tenant: other.tenant, region, rights: ["view"], shared: false } as const;
    const signature = { id: "x", at: Date.now(), lifeSeconds: 60 };
    const { token: grant } = await signToken(grantKind, claims, key, signature);
    await bodyOf<SeatBody>(await redeem(grant), 201);
    expect(granted(await new TenantWorld(other.tenant).stub.explain({ circumstances: { at: 0 } })).considered).toEqual(
      [],
    );
  });
});
