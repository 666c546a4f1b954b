import { describe, expect, it } from "vitest";
import {
  type Circumstances,
  decide,
  isNetwork,
  isTimeZone,
  type Policy,
  type SessionLimits,
  type Subject,
} from "../../../../edge/access/index.ts";

const ADA: Subject = { standing: "member", person: "ada", groups: ["sales", "berlin"] };
const TUESDAY_NOON = Date.UTC(2026, 10, 24, 12);

function policy(id: string, binding: Policy["binding"], session: SessionLimits): Policy {
  return { id, binding, capabilities: {}, session };
}

function refused(session: SessionLimits, circumstances: Partial<Circumstances>): readonly string[] {
  const all = [policy("p", { to: "tenant" }, session)];
  return decide(all, ADA, { at: TUESDAY_NOON, ...circumstances }).refusals.map(({ limit }) => limit);
}

describe("limits of a session", () => {
  it("are the narrowest binding's, each by itself", () => {
    const tenant = policy("a", { to: "tenant" }, { idleSeconds: 60, lengthSeconds: 600, viewers: 5 });
    const sales = policy("b", { to: "group", id: "sales" }, { idleSeconds: 300, viewers: 9 });
    const berlin = policy("c", { to: "group", id: "berlin" }, { viewers: 7 });
    const { session } = decide([tenant, sales, berlin], ADA, { at: TUESDAY_NOON });
    expect(session).toEqual({ idleSeconds: 300, lengthSeconds: 600, viewers: 7 });
  });

  it("of one binding all hold, and whoever refuses is named", () => {
    const sales = policy("b", { to: "group", id: "sales" }, { countries: ["DE", "FR"] });
    const berlin = policy("c", { to: "group", id: "berlin" }, { countries: ["DE"] });
    const tenant = policy("a", { to: "tenant" }, { countries: ["FR"] });
    const all = [tenant, sales, berlin];
    expect(decide(all, ADA, { at: TUESDAY_NOON, country: "DE" }).refusals).toEqual([]);
    expect(decide(all, ADA, { at: TUESDAY_NOON, country: "FR" }).refusals).toEqual([
      { limit: "countries", because: { by: "policy", binding: berlin.binding, policies: ["c"] } },
    ]);
  });

  it("a country, an address or a page that is not known is in no list", () => {
    expect(refused({ countries: ["DE"] }, {})).toEqual(["countries"]);
    expect(refused({ networks: ["10.0.0.0/8"] }, {})).toEqual(["networks"]);
    expect(refused({ countries: [] }, { country: "DE" })).toEqual(["countries"]);
  });

  it("embedding is for the listed pages; opened by itself a session needs none", () => {
    const session = { embeddingOrigins: ["https://portal.example"] };
    expect(refused(session, { embeddedBy: "https://portal.example" })).toEqual([]);
    expect(refused(session, { embeddedBy: "https://portal.example.evil" })).toEqual(["embeddingOrigins"]);
    expect(refused(session, {})).toEqual([]);
  });

  it("a session takes as many viewers as it may", () => {
    expect(refused({ viewers: 2 }, { viewers: 1 })).toEqual([]);
    expect(refused({ viewers: 2 }, { viewers: 2 })).toEqual(["viewers"]);
  });
});

describe("networks", () => {
  it.each([
    ["10.1.2.3", "10.0.0.0/8", true],
    ["11.1.2.3", "10.0.0.0/8", false],
    ["192.168.1.130", "192.168.1.128/25", true],
    ["192.168.1.127", "192.168.1.128/25", false],
    ["1.2.3.4", "1.2.3.4", true],
    ["1.2.3.5", "1.2.3.4/32", false],
    ["1.2.3.4", "0.0.0.0/0", true],
    ["2001:db8::1", "2001:db8::/32", true],
    ["2001:db9::1", "2001:db8::/32", false],
    ["2001:db8:8000::1", "2001:db8:8000::/33", true],
    ["2001:db8:7fff::1", "2001:db8:8000::/33", false],
    ["::1", "::1", true],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8/128", true],
    ["::ffff:10.0.0.1", "10.0.0.0/8", true],
    ["::ffff:a00:1", "10.0.0.0/8", true],
    ["10.0.0.1", "::ffff:10.0.0.0/104", true],
    // A list of IPv6 alone says nothing of IPv4.
    ["1.2.3.4", "::/0", false],
    ["not an address", "0.0.0.0/0", false],
    ["1.2.3.4", "nonsense", false],
  ])("%s in %s: %s", (address, network, inside) => {
    expect(refused({ networks: ["fe80::/10", network] }, { address })).toEqual(inside ? [] : ["networks"]);
  });

  it.each([
    ...["10.0.0.0/33", "10.0.0/8", "010.0.0.1", "1.2.3.256", "1.2.3.4/", "1.2.3.4/08", "1.2.3.4/8/8", "", "/8"],
    ...["::/129", ":::", "1::2::3", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8:9"],
    ...["1.2.3.4::", "::1.2.3", "::ffff:1.2.3.4/95", "fe80::1%eth0", " ::1", "g::"],
  ])("%j is no network", (text) => {
    expect(isNetwork(text)).toBe(false);
  });
});

describe("hours", () => {
  const office = { days: ["mon", "tue"], from: "08:00", to: "18:00", timeZone: "Europe/Berlin" } as const;
  const night = { days: ["fri"], from: "22:00", to: "06:00", timeZone: "Europe/Berlin" } as const;

  it.each([
    // A Tuesday in winter, an hour ahead of UTC.
    [office, "2026-11-24T06:59:00Z", false],
    [office, "2026-11-24T07:00:00Z", true],
    [office, "2026-11-24T16:59:59Z", true],
    [office, "2026-11-24T17:00:00Z", false],
    // A Wednesday.
    [office, "2026-11-25T12:00:00Z", false],
    // In summer it is two hours ahead.
    [office, "2026-07-14T06:00:00Z", true],
    [office, "2026-07-14T16:00:00Z", false],
    // The night of a Friday ends on Saturday morning, which is not listed; Friday morning is Thursday's night.
    [night, "2026-11-27T21:00:00Z", true],
    [night, "2026-11-28T04:59:00Z", true],
    [night, "2026-11-28T05:00:00Z", false],
    [night, "2026-11-27T04:00:00Z", false],
    [night, "2026-11-28T21:00:00Z", false],
    [{ ...office, from: "00:00", to: "24:00" }, "2026-11-23T22:59:00Z", true],
    [{ ...office, from: "00:00", to: "24:00" }, "2026-11-22T22:59:00Z", false],
    [{ days: ["sun"], from: "12:00", to: "12:00", timeZone: "UTC" }, "2026-11-23T11:59:00Z", true],
    // A zone that is half an hour off, and already on Tuesday.
    [{ ...office, days: ["tue"], from: "00:00", to: "01:00", timeZone: "Asia/Kolkata" }, "2026-11-23T18:30:00Z", true],
  ] as const)("%o at %s: %s", (hours, at, inside) => {
    expect(refused({ hours: [hours] }, { at: Date.parse(at) })).toEqual(inside ? [] : ["hours"]);
  });

  it("any of several will do, and of none none", () => {
    const saturday = Date.parse("2026-11-28T01:00:00Z");
    expect(refused({ hours: [office, night] }, { at: saturday })).toEqual([]);
    expect(refused({ hours: [] }, { at: saturday })).toEqual(["hours"]);
  });

  it("are of a time zone that there is", () => {
    expect([isTimeZone("Europe/Berlin"), isTimeZone("Mars/Olympus")]).toEqual([true, false]);
  });
});
