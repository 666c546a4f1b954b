import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { type Narrowing, viewerChannel } from "#protocol";
import { signingKey, verifyGrant } from "../../../edge/access/index.ts";
import { narrow, seal } from "../../../web-client/sdk/narrow.ts";
import {
  FIRST_BLOCK,
  HOLDER_KEYS,
  MADE_AT,
  ROOT,
  SEAL,
  SECOND_BLOCK,
  SIGNING_KEY,
} from "../../support/grant-vectors.ts";
import { bodyOf, call, expectProblem, type LinkBody, openSocket, type SeatBody } from "../support/api.ts";
import { FleetWorld } from "../support/fleet-world.ts";
import { EVERYTHING, granted, TenantApi, TenantWorld } from "../support/tenant-world.ts";

const PORTAL = "https://portal.example";

let world: TenantWorld;
let token: string;
let region: string;
let fleet: FleetWorld;

beforeEach(async () => {
  world = new TenantWorld();
  token = await world.key();
  region = crypto.randomUUID();
  fleet = new FleetWorld(region, world.tenant);
  await fleet.host("rack-1", ["a", "b", "c"]);
});

async function newLink(wish: object = {}): Promise<LinkBody> {
  return await bodyOf<LinkBody>(await call("POST", "/api/v1/links", { token, body: { region, ...wish } }), 201);
}

interface Circumstances {
  readonly embeddedBy?: string;
  readonly country?: string;
  readonly credentials?: string;
}

async function redeem(grant: string, { embeddedBy, country, credentials }: Circumstances = {}): Promise<Response> {
  // Safe: the platform has many fields more, and every one may be missing.
  const cf = { country } as RequestInitCfProperties;
  return await call("POST", "/api/v1/links/redeem", {
    body: { grant, ...(embeddedBy === undefined ? {} : { embeddedBy }) },
    ...(country === undefined ? {} : { cf }),
    ...(credentials === undefined ? {} : { token: credentials }),
  });
}

async function seated(grant: string, circumstances: Circumstances = {}): Promise<SeatBody> {
  return await bodyOf<SeatBody>(await redeem(grant, circumstances), 201);
}

/** Every line of the log with this action. */
async function logged(action: string): Promise<{ readonly subject?: string; readonly detail?: object }[]> {
  const { lines } = await world.stub.audit(EVERYTHING, { after: 0, limit: 10_000, action });
  return lines.map((line) => JSON.parse(line).event);
}

describe("in workerd", () => {
  it("N-1 the vectors hold", async () => {
    const key = await signingKey(SIGNING_KEY);
    for (const proof of [HOLDER_KEYS[2].seed, SEAL]) {
      const answer = await verifyGrant(`${ROOT}~${FIRST_BLOCK}~${SECOND_BLOCK}~${proof}`, key, MADE_AT);
      expect(answer).toMatchObject({ verified: true, grant: { terms: { rights: ["view"], uses: 1 } } });
    }
  });
});

describe("a link that its holder has narrowed", () => {
  it("N-2 gives a seat with what is left, named for who it was handed to", async () => {
    const { grant, link } = await newLink({ name: "Partner", rights: ["view", "audio", "touch"] });
    const narrowed = await narrow(grant, { rights: ["view"], name: "Bob" });
    const { ticket } = await seated(narrowed);
    expect(decodeJwt(ticket)).toMatchObject({ rights: ["view"], name: "Bob" });
    expect(await logged("link.redeemed")).toMatchObject([
      { subject: `link:${link}`, detail: { holders: ["Partner", "Bob"] } },
    ]);
  });

  it("N-4 once is once, redeemed 50 times at once, and the holder's own link goes on", async () => {
    const { grant } = await newLink({ shared: true });
    const once = await seal(await narrow(grant, { rights: ["view"], uses: 1 }));
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(once)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201))
      await expectProblem(answer, 410, "link-used-up");
    await seated(grant);
    await seated(await narrow(grant, { uses: 1 }));
  });

  it("N-4 every bound on the way is counted, the edge's own too", async () => {
    const { grant } = await newLink({ shared: true, uses: 4 });
    const [two, other] = [await narrow(grant, { uses: 2 }), await narrow(grant, { uses: 4 })];
    const one = await narrow(two, { uses: 1 });
    await seated(one);
    await expectProblem(await redeem(one), 410, "link-used-up");
    await seated(two);
    await expectProblem(await redeem(two), 410, "link-used-up");
    await expectProblem(await redeem(await narrow(two, { uses: 2 })), 410, "link-used-up");
    await seated(other);
    await seated(other);
    await expectProblem(await redeem(other), 410, "link-used-up");
    await expectProblem(await redeem(grant), 410, "link-used-up");
  });

  it("N-4 a use that came to nothing is given back to all who count it", async () => {
    const { grant } = await newLink({ device: "rack-1/a", uses: 2 });
    const once = await narrow(grant, { uses: 1 });
    const { session } = await seated(grant);
    await expectProblem(await redeem(once), 503, "no-free-device");
    await call("DELETE", `/api/v1/sessions/${session}`, { token: env.ADMIN_TOKEN });
    await fleet.become({ "rack-1/a": "free", "rack-1/b": "free", "rack-1/c": "free" });
    await seated(once);
    await expectProblem(await redeem(grant), 410, "link-used-up");
  });

  it("N-4 ends with the link that it was made of", async () => {
    const { grant, link } = await newLink();
    const narrowed = await narrow(grant, { rights: ["view"] });
    await new TenantApi(token).ok("POST", "/revocations", { link });
    await expectProblem(await redeem(narrowed), 410, "link-revoked");
  });

  it("N-3 cannot be cut back to what it was made of, nor changed", async () => {
    const { grant } = await newLink();
    const [root = "", block = "", seed = ""] = (await narrow(grant, { rights: ["view"] })).split("~");
    for (const forged of [root, `${root}~${seed}`, `${root}~${block}`, `${root}~${block.replace(/./, "f")}~${seed}`])
      await expectProblem(await redeem(forged), 403, "link-not-valid");
  });

  it("N-2 is good from its start on", async () => {
    const { grant } = await newLink();
    const tomorrow = Math.floor(Date.now() / 1_000) + 3_600;
    await expectProblem(await redeem(await narrow(grant, { notBefore: tomorrow })), 403, "link-not-yet");
  });

  it("N-1 is what it was, where its maker did not want it narrowed", async () => {
    const { grant } = await newLink({ narrowable: false });
    expect(grant).not.toContain("~");
    await expect(narrow(grant, {})).rejects.toThrow("cannot be narrowed");
    await seated(grant);
  });
});

describe("N-5 a link for countries", () => {
  it.each([
    ["by its maker", { countries: ["DE"] }, {}],
    ["by its holder", {}, { countries: ["DE"] }],
  ] satisfies [string, object, Narrowing][])(
    "%s is refused from elsewhere, and written down",
    async (_by, wish, by) => {
      const grant = await narrow((await newLink(wish)).grant, by);
      await expectProblem(await redeem(grant, { country: "US" }), 403, "not-allowed");
      await seated(grant, { country: "DE" });
      expect(await logged("entry.refused")).toMatchObject([{ detail: { limits: ["countries"] } }]);
    },
  );
});

describe("N-5 a page around a session", () => {
  it("is one that the tenant lists, whatever the link says", async () => {
    const { grant } = await newLink();
    await expectProblem(await redeem(grant, { embeddedBy: PORTAL }), 403, "not-embeddable");
    await world.stub.setEmbeddingOrigins(EVERYTHING, [PORTAL]);
    await seated(grant, { embeddedBy: PORTAL });
    await expectProblem(await redeem(grant, { embeddedBy: `${PORTAL}:8443` }), 403, "not-embeddable");
    expect(await logged("link.redeemed")).toMatchObject([{ detail: { embeddedBy: PORTAL } }]);
  });

  it.each([
    ["by its maker", { embeddingOrigins: [PORTAL] }, {}],
    ["by its holder", {}, { embeddingOrigins: [PORTAL] }],
  ] satisfies [string, object, Narrowing][])(
    "is the link's own where that has one %s, and then it is good nowhere else",
    async (_by, wish, by) => {
      await world.stub.setEmbeddingOrigins(EVERYTHING, [PORTAL, "https://other.example"]);
      const grant = await narrow((await newLink(wish)).grant, by);
      await expectProblem(await redeem(grant), 403, "not-embeddable");
      await expectProblem(await redeem(grant, { embeddedBy: "https://other.example" }), 403, "not-embeddable");
      await seated(grant, { embeddedBy: PORTAL });
    },
  );

  it("is an origin, or the request is not valid", async () => {
    const { grant } = await newLink();
    await expectProblem(await redeem(grant, { embeddedBy: `${PORTAL}/x` }), 400, "invalid-request");
  });

  it("is held against policies", async () => {
    await world.stub.setEmbeddingOrigins(EVERYTHING, [PORTAL]);
    const policy = {
      name: "x",
      binding: { to: "tenant" },
      capabilities: {},
      session: { embeddingOrigins: [] },
    } as const;
    granted(await world.stub.addPolicy(EVERYTHING, policy));
    await expectProblem(await redeem((await newLink()).grant, { embeddedBy: PORTAL }), 403, "not-allowed");
  });
});

describe("N-5 a link for one person", () => {
  it.each(["Ada", "ID"])("is redeemed by that person alone, known by %s", async (word) => {
    const [ada, eve] = [await world.person("ada"), await world.person("eve")];
    const audience = word === "ID" ? ada : word;
    const grant = await narrow((await newLink()).grant, { audience });
    const another = await new TenantWorld().key();
    for (const credentials of [undefined, "nonsense", token, another, await world.key(["links:read"], eve)]) {
      const shown = credentials === undefined ? {} : { credentials };
      await expectProblem(await redeem(grant, shown), 403, "link-for-another");
    }
    await seated(grant, { credentials: await world.key(["links:read"], ada) });
    const [event] = await logged("seat.opened");
    expect(event).toMatchObject({ actor: `person:${ada}` });
  });
});

describe("N-5 a link into a live session", () => {
  it("made by the edge gives a seat in it, to watch or to drive, until it ends", async () => {
    const { session } = await seated((await newLink()).grant);
    const [watch, drive] = [await newLink({ session, rights: ["view"] }), await newLink({ session })];
    expect((await seated(watch.grant)).session).toBe(session);
    const driving = await seated(drive.grant);
    expect(driving.session).toBe(session);
    const { peer } = await openSocket(driving.viewerUrl, driving.ticket);
    peer.send(viewerChannel.write({ type: "hello", protocol: 1, client: "test", videoCodecs: ["h264"] }));
    expect((await peer.said("welcome")).rights).toContain("touch");
    await call("DELETE", `/api/v1/sessions/${session}`, { token: env.ADMIN_TOKEN });
    await expectProblem(await redeem(watch.grant), 404, "no-such-session");
  });

  it("of another tenant leads nowhere", async () => {
    const { session } = await seated((await newLink()).grant);
    const stranger = await new TenantWorld().key();
    const body = { session };
    const { grant } = await bodyOf<LinkBody>(await call("POST", "/api/v1/links", { token: stranger, body }), 201);
    await expectProblem(await redeem(grant), 404, "no-such-session");
  });

  it("made by a holder needs the policy's word, and somebody who sits there by the same link", async () => {
    const [mine, other] = [await newLink(), await newLink()];
    const { session } = await seated(mine.grant);
    const invited = await narrow(mine.grant, { session, rights: ["view"] });
    await expectProblem(await redeem(invited), 404, "no-such-session");
    const invite = { invite: { effect: "allow" } } as const;
    const policy = { name: "x", binding: { to: "tenant" }, capabilities: invite, session: {} } as const;
    granted(await world.stub.addPolicy(EVERYTHING, policy));
    expect((await seated(invited)).session).toBe(session);
    await expectProblem(await redeem(await narrow(other.grant, { session })), 404, "no-such-session");
  });

  it("is refused when the id is none", async () => {
    await expectProblem(await call("POST", "/api/v1/links", { token, body: { session: "x" } }), 400, "invalid-request");
  });
});

describe("the examples of the document", () => {
  it("for new links are each made, as they stand there", async () => {
    const { paths } = await bodyOf<{
      paths: Record<
        string,
        { post: { requestBody: { content: Record<string, { examples: Record<string, { value: object }> }> } } }
      >;
    }>(await call("GET", "/api/v1/openapi.json"), 200);
    const { examples = {} } = paths["/api/v1/links"]?.post.requestBody.content["application/json"] ?? {};
    expect(Object.keys(examples).length).toBeGreaterThan(3);
    for (const { value } of Object.values(examples)) await newLink(value);
    const { links } = await new TenantApi(token).ok<{ links: { name?: string }[] }>("GET", "/links");
    expect(links).toHaveLength(Object.keys(examples).length);
    // What a link's URL says is told once.
    expect(JSON.stringify(links)).not.toMatch(/grant|eyJ/);
  });
});
