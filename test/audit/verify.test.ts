import { describe, expect, it } from "vitest";
import { chainHash, eventLine, eventText, NO_HASH, verifyAudit } from "../../edge/audit/index.ts";
import { Random, seeds } from "../support/random.ts";
import { exported } from "./exported.ts";

async function kinds(lines: readonly string[], keys?: ReadonlyMap<string, CryptoKey>): Promise<readonly string[]> {
  const { findings } = await verifyAudit(lines, keys);
  return [...new Set(findings.map(({ kind }) => kind))];
}

/** The line with this event, and where it is. */
function placeOf(lines: readonly string[], sequence: number): number {
  return lines.findIndex((line) => line.startsWith('{"event"') && line.includes(`"sequence":${sequence},`));
}

describe("a line of the audit log", () => {
  it("is this text, and its hash is over this text and the hash before", async () => {
    const event = {
      action: "policy.changed",
      actor: "key:k1",
      subject: "policy:q1",
      address: "203.0.113.7",
      country: "DE",
      detail: { name: "Kein Zugriff für alle", b: [1, true, null], a: { z: 1, y: 2 } },
    } as const;
    const text = eventText(event, "acme", 1, Date.UTC(2026, 10, 24, 12));
    expect(text).toBe(
      '{"action":"policy.changed","actor":"key:k1","address":"203.0.113.7","at":"2026-11-24T12:00:00.000Z","country":"DE",' +
        '"detail":{"a":{"y":2,"z":1},"b":[1,true,null],"name":"Kein Zugriff für alle"},"sequence":1,"subject":"policy:q1","tenant":"acme"}',
    );
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${"0".repeat(64)}\n${text}`));
    const hash = Buffer.from(digest).toString("hex");
    expect(await chainHash(NO_HASH, text)).toBe(hash);
    expect(eventLine(text, hash, NO_HASH)).toBe(`{"event":${text},"hash":"${hash}","previous":"${"0".repeat(64)}"}`);
  });
});

describe("an export", () => {
  it("as the edge wrote it is found to be so, signed to its end", async () => {
    const { lines, keys } = await exported(25);
    expect(await verifyAudit(lines, keys)).toEqual({
      ...{ events: 25, first: 1, last: 25, checkpoints: 3, saysDropped: false, signedTo: 25, findings: [] },
    });
    expect(await verifyAudit(lines, undefined)).toMatchObject({ signedTo: 0, findings: [] });
    expect(await verifyAudit([], keys)).toMatchObject({ events: 0, findings: [] });
  });

  it("that begins later is held together from there on", async () => {
    const { lines, keys } = await exported(25);
    const part = lines.slice(placeOf(lines, 12));
    expect(await verifyAudit(part, keys)).toMatchObject({ first: 12, last: 25, signedTo: 25, findings: [] });
  });

  it("that begins with a checkpoint is held against it", async () => {
    const { lines, keys } = await exported(25, (event, sequence) =>
      sequence === 22 ? { action: "audit.dropped", actor: "edge", detail: { through: 10 } } : event,
    );
    const from = placeOf(lines, 11) - 1;
    const part = lines.slice(from);
    const whole = { first: 11, last: 25, checkpoints: 3, saysDropped: true, signedTo: 25 };
    expect(await verifyAudit(part, keys)).toMatchObject({ ...whole, findings: [] });
    expect(await kinds(part.toSpliced(1, 1), keys)).toEqual(["missing"]);
    expect(await kinds([part[0] ?? "", ...lines.slice(placeOf(lines, 10))], keys)).toEqual(["reordered"]);
    expect(await kinds([lines[placeOf(lines, 21) - 1] ?? "", ...part.slice(1)], keys)).toEqual(["reordered"]);
    // Events that somebody put in the place of those that were there, from the first on.
    const other = await exported(25, (event) => ({ ...event, actor: "eve" }));
    const forged = [part[0] ?? "", ...other.lines.slice(from + 1)];
    expect(
      await kinds(
        forged.filter((line, index) => index === 0 || line.startsWith('{"event"')),
        keys,
      ),
    ).toEqual(["changed"]);
    expect((await verifyAudit(lines.slice(placeOf(lines, 12)), keys)).saysDropped).toBe(false);
  });

  it("whose last events are not signed yet says how far it is", async () => {
    const { lines, keys } = await exported(25);
    expect(await verifyAudit(lines.slice(0, -1), keys)).toMatchObject({ last: 25, signedTo: 20, findings: [] });
  });

  it.each([1, 2, 9, 10, 11, 24, 25])("without event %i is found to lack it", async (sequence) => {
    const { lines, keys } = await exported(25);
    const { findings } = await verifyAudit(lines.toSpliced(placeOf(lines, sequence), 1), keys);
    // Without the first it begins later, which only its being about event 1 could tell: the checkpoint of 10 still holds.
    if (sequence === 1) expect(findings).toEqual([]);
    else expect(findings.map(({ kind }) => kind)).toContain("missing");
  });

  it("with two lines the other way round is found out, wherever they are", async () => {
    const { lines, keys } = await exported(25);
    for (const first of [1, 5, 24]) {
      const [a, b] = [placeOf(lines, first), placeOf(lines, first + 1)];
      const swapped = lines.with(a, lines[b] ?? "").with(b, lines[a] ?? "");
      expect(await kinds(swapped, keys)).toContain("reordered");
    }
  });

  it("with a line twice is found out", async () => {
    const { lines, keys } = await exported(25);
    expect(await kinds(lines.toSpliced(3, 0, lines[3] ?? ""), keys)).toContain("reordered");
  });

  it("with an event that says something else is found out, also when its own hash was made anew", async () => {
    const { lines, keys } = await exported(25);
    const place = placeOf(lines, 7);
    const changed = (lines[place] ?? "").replace("person:7", "person:8");
    expect(await kinds(lines.with(place, changed))).toEqual(["changed"]);
    const text = eventText({ action: "key.made", actor: "eve" }, "acme", 7, 0);
    const previous = /"previous":"(\w+)"/.exec(lines[place] ?? "")?.[1] ?? "";
    const forged = eventLine(text, await chainHash(previous, text), previous);
    expect(await kinds(lines.with(place, forged))).toEqual(["changed"]);
    // The last event has no successor that would tell: its checkpoint does.
    expect(
      await kinds(lines.with(placeOf(lines, 25), forged.replace('"sequence":7', '"sequence":25')), keys),
    ).toContain("changed");
  });

  it("made anew from some event on is found out by the signatures alone", async () => {
    const { lines, keys } = await exported(25);
    const other = await exported(25, (event, sequence) => (sequence < 15 ? event : { ...event, actor: "eve" }));
    // As whoever cannot sign would do it: the checkpoints of the true export.
    const forged = other.lines.map((line, index) => (line.startsWith('{"event"') ? line : (lines[index] ?? "")));
    expect(await kinds(forged, keys)).toEqual(["changed"]);
    // Or with checkpoints that another key has signed.
    expect(await kinds(other.lines, undefined)).toEqual([]);
    expect(await kinds(other.lines, keys)).toEqual(["signature"]);
    expect(await kinds(lines, new Map())).toEqual(["signature"]);
  });

  it.each([
    ["another tenant's", (line: string) => line.replace('"tenant":"acme"', '"tenant":"other"')],
    ["a space more", (line: string) => line.replace(":", ": ")],
    ["its names in another order", (line: string) => line.replace(/^\{("event":.*),("hash":"\w+"),/, "{$2,$1,")],
    ["no JSON", () => "{"],
    ["an empty line", () => ""],
    ["a list", () => "[]"],
    ["a field more", (line: string) => line.replace(/\}$/, ',"x":1}')],
    ["a sequence that is none", (line: string) => line.replace(/"sequence":\d+/, '"sequence":-1')],
  ])("with %s is found out", async (_name, change) => {
    const { lines, keys } = await exported(12);
    expect((await kinds(lines.with(3, change(lines[3] ?? "")), keys)).length).toBeGreaterThan(0);
  });

  it.each(seeds(11))("with any one character changed is found out (NEARGLASS_SEED=%i)", async (seed) => {
    const random = new Random(seed);
    const { lines, keys } = await exported(12);
    for (let round = 0; round < 300; round += 1) {
      const place = random.int(0, lines.length - 1);
      const line = lines[place] ?? "";
      const at = random.int(0, line.length - 1);
      const other = String.fromCharCode(((line.charCodeAt(at) - 31) % 95) + 32);
      const { findings } = await verifyAudit(lines.with(place, line.slice(0, at) + other + line.slice(at + 1)), keys);
      expect(findings.length, `line ${place}, character ${at}`).toBeGreaterThan(0);
    }
  });
});
