import { evictDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { type FileAnswer, MAX_FILE_BYTES, MAX_FILE_CHUNK_BYTES, type Right, type ToOriginMessage } from "#protocol";
import { SessionWorld } from "../session/world.ts";
import { bodyOf, call, expectProblem } from "../support/api.ts";
import type { Peer } from "../support/peer.ts";

const BYTES = "application/octet-stream";
const TRANSFER = "0f8fad5b-d9cb-469f-a165-70867728950e";
const FEATURES = ["touch", "file-up", "file-down"] as const;
const MOVER: readonly Right[] = ["view", "file-up", "file-down"];
const PIECE = Uint8Array.from({ length: 70_000 }, (_, index) => index & 0xff);

type FileCall = Extract<ToOriginMessage, { type: "file-call" }>;

let world: SessionWorld;
let origin: Peer;
let resume: string;
let mover: string;
let base: string;

beforeEach(async () => {
  world = await new SessionWorld("weur").open([...FEATURES]);
  origin = await world.origin();
  ({ resume, seat: mover } = await world.viewer(MOVER));
  base = `/api/v1/sessions/${world.session}`;
});

async function put(query = "name=a.txt&size=70000&offset=0", body: Uint8Array = PIECE, token = resume) {
  return await call("PUT", `${base}/files/${TRANSFER}?${query}`, { token, body, headers: { "Content-Type": BYTES } });
}

async function get(query = "name=a.txt&version=1&offset=0&length=100000", token = resume) {
  return await call("GET", `${base}/files/${TRANSFER}?${query}`, { token });
}

/** What the agent is asked next. */
let heard = 0;
async function asked(peer: Peer = origin): Promise<FileCall> {
  const asked = await peer.told("file-call", heard);
  heard = peer.texts.findIndex((text) => text.includes(asked.call)) + 1;
  return asked;
}
beforeEach(() => {
  heard = 0;
});

async function answer(name: string, said: FileAnswer | Uint8Array | string, path = `${base}/file-calls`) {
  const isBytes = said instanceof Uint8Array;
  const headers = { "Content-Type": isBytes ? BYTES : "application/json" };
  return await call("POST", path, { token: name, body: said, headers });
}

describe("a file to the device", () => {
  it("U-4 goes piece by piece: the agent is told, fetches it, and its answer is the viewer's", async () => {
    const sending = put();
    const { call: name, want } = await asked();
    expect(want).toEqual({
      do: "put",
      transfer: TRANSFER,
      name: "a.txt",
      size: 70_000,
      as: "file",
      offset: 0,
      length: 70_000,
    });
    const piece = await call("GET", `${base}/file-calls`, { token: name });
    expect([piece.status, piece.headers.get("Content-Type")]).toEqual([200, BYTES]);
    expect(new Uint8Array(await piece.arrayBuffer())).toEqual(PIECE);
    expect((await answer(name, { type: "put", received: 70_000, done: true, name: "a (1).txt" })).status).toBe(204);
    expect(await bodyOf(await sending, 200)).toEqual({ received: 70_000, done: true, name: "a (1).txt" });
    // Once answered it is gone.
    await expectProblem(await call("GET", `${base}/file-calls`, { token: name }), 404, "no-such-call");
    await expectProblem(await answer(name, { type: "cancelled" }), 404, "no-such-call");
  });

  it("U-2 has any name, as data", async () => {
    const name = 'it\'s "$(two)"\n&size=1 聊天.txt';
    const sending = put(`name=${encodeURIComponent(name)}&size=70000&offset=0`);
    const { call: of, want } = await asked();
    expect(want).toMatchObject({ name, size: 70_000 });
    await answer(of, { type: "refused", reason: "device-full" });
    await expectProblem(await sending, 409, "device-full");
  });

  it.each([
    `name=${encodeURIComponent("../a")}&size=70000&offset=0`,
    `name=${encodeURIComponent("a/b")}&size=70000&offset=0`,
    "name=..&size=70000&offset=0",
    "name=a%00b&size=70000&offset=0",
    `name=${"%C3%A4".repeat(128)}&size=70000&offset=0`,
    "name=a.txt&size=69999&offset=0",
    "name=a.txt&size=70000&offset=1",
    `name=a.txt&size=${MAX_FILE_BYTES + 1}&offset=0`,
    "name=a.txt&size=-1&offset=0",
    "name=a.txt&size=1e5&offset=0",
    "name=a.txt&offset=0",
    "name=a.txt&size=70000&offset=0&as=folder",
  ])("U-3 is refused before anybody is asked, when it is out of bounds: %s", async (query) => {
    await expectProblem(await put(query), 400, "invalid-request");
    expect(origin.texts.filter((text) => text.includes("file-call"))).toEqual([]);
  });

  it("U-3 comes in pieces of 1 MiB at most", async () => {
    const query = `name=a.txt&size=${MAX_FILE_BYTES}&offset=0`;
    await expectProblem(await put(query, new Uint8Array(MAX_FILE_CHUNK_BYTES + 1)), 413, "too-large");
    const sending = put(query, new Uint8Array(MAX_FILE_CHUNK_BYTES));
    const { call: name } = await asked();
    await answer(name, { type: "put", received: MAX_FILE_CHUNK_BYTES, done: false, name: "a.txt" });
    expect(await bodyOf(await sending, 200)).toMatchObject({ received: MAX_FILE_CHUNK_BYTES, done: false });
  });
});

describe("a file from the device", () => {
  it("U-4 goes piece by piece, as bytes", async () => {
    const taking = get();
    const { call: name, want } = await asked();
    expect(want).toEqual({ do: "get", transfer: TRANSFER, name: "a.txt", version: "1", offset: 0, length: 100_000 });
    await answer(name, PIECE);
    const response = await taking;
    expect([response.status, response.headers.get("Content-Type")]).toEqual([200, BYTES]);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(PIECE);
  });

  it("U-5 is one of those that the agent lists", async () => {
    const listing = call("GET", `${base}/files`, { token: resume });
    const { call: name, want } = await asked();
    expect(want).toEqual({ do: "list" });
    const files = [{ name: "a.txt", size: 3, version: "1-3" }];
    await answer(name, { type: "list", files });
    expect(await bodyOf(await listing, 200)).toEqual({ files, maxBytes: MAX_FILE_BYTES });
  });

  it("U-7 is given up when its viewer says so", async () => {
    const ending = call("DELETE", `${base}/files/${TRANSFER}`, { token: resume });
    const { call: name, want } = await asked();
    expect(want).toEqual({ do: "cancel", transfer: TRANSFER });
    await answer(name, { type: "cancelled" });
    expect((await ending).status).toBe(204);
  });
});

describe("an agent's answer", () => {
  it.each([
    ["bytes", PIECE],
    ["of another request", { type: "cancelled" }],
    ["a list", { type: "list", files: [] }],
    ["more than there is", { type: "put", received: 70_001, done: true, name: "a.txt" }],
  ] as const)("U-5 that does not fit its call is the device's failure: %s", async (_what, said) => {
    const sending = put();
    const { call: name } = await asked();
    await expectProblem(
      await answer(name, said instanceof Uint8Array ? said : ({ ...said } as FileAnswer)),
      404,
      "no-such-call",
    );
    await expectProblem(await sending, 503, "device-failed");
  });

  it("U-5 of more bytes than were asked for is the device's failure", async () => {
    const taking = get("name=a.txt&version=1&offset=0&length=10");
    await answer((await asked()).call, PIECE);
    await expectProblem(await taking, 503, "device-failed");
  });

  it.each(["", "garbage", '{"type":"put"', '{"type":"put","received":-1,"done":true,"name":"a"}'])(
    "U-5 that is none is refused, and the call waits on: %j",
    async (text) => {
      const sending = put();
      const { call: name } = await asked();
      await expectProblem(await answer(name, text), 400, "invalid-request");
      await answer(name, { type: "refused", reason: "app-refused", words: "INSTALL_FAILED_INVALID_APK" });
      expect(await expectProblem(await sending, 409, "app-refused")).toBe("INSTALL_FAILED_INVALID_APK");
    },
  );

  it("U-4 is given by who knows the call, and by nobody else", async () => {
    const sending = put();
    const { call: name } = await asked();
    const other = await new SessionWorld("weur").open([...FEATURES]);
    const wrong = `${name.slice(0, -1)}${name.endsWith("A") ? "B" : "A"}`;
    const put70: FileAnswer = { type: "put", received: 70_000, done: true, name: "a.txt" };
    await expectProblem(await answer(wrong, put70), 404, "no-such-call");
    await expectProblem(await answer(resume, put70), 404, "no-such-call");
    await expectProblem(await answer("short", put70), 404, "no-such-call");
    await expectProblem(await answer(name, put70, `/api/v1/sessions/${other.session}/file-calls`), 404, "no-such-call");
    await expectProblem(await call("GET", `${base}/file-calls`), 401, "unauthorized");
    await expectProblem(await call("GET", `${base}/file-calls`, { token: wrong }), 404, "no-such-call");
    await answer(name, put70);
    expect((await sending).status).toBe(200);
  });
});

describe("a request about files", () => {
  it("U-1 needs the resume token of a seat with the right", async () => {
    const watcher = (await world.viewer(["view", "file-down"])).resume;
    await expectProblem(await put(undefined, PIECE, watcher), 403, "no-right");
    const sender = (await world.viewer(["view", "file-up"])).resume;
    await expectProblem(await get(undefined, sender), 403, "no-right");
    await expectProblem(await call("GET", `${base}/files`, { token: sender }), 403, "no-right");
    await expectProblem(await call("GET", `${base}/files`), 401, "unauthorized");
    await expectProblem(await call("GET", `${base}/files`, { token: "x".repeat(43) }), 401, "resume-refused");
    await expectProblem(await call("GET", `${base}/files`, { token: "x" }), 401, "resume-refused");
    const agent = (await origin.told("welcome")).resume;
    await expectProblem(await call("GET", `${base}/files`, { token: agent }), 401, "resume-refused");
    expect(origin.texts.filter((text) => text.includes("file-call"))).toEqual([]);
  });

  it("U-1 is worth nothing once the seat was taken away", async () => {
    await world.viewer();
    const { seat, resume: revoked } = await world.viewer(MOVER);
    await world.stub.revoke([seat]);
    await expectProblem(await put(undefined, PIECE, revoked), 401, "resume-refused");
  });

  it("U-1 R-4 is not waited for, and gets no bytes, once the right to it is taken away", async () => {
    const sending = put();
    const { call: name } = await asked();
    const terms = { rights: ["view"], allowance: {}, times: {} } as const;
    await world.stub.change([{ seat: mover, terms }]);
    await expectProblem(await sending, 403, "no-right");
    await expectProblem(await call("GET", `${base}/file-calls`, { token: name }), 404, "no-such-call");
  });

  it("U-1 asks nothing of a device that does not offer it", async () => {
    await expectProblem(await put("name=a.apk&size=70000&offset=0&as=app"), 409, "not-offered");
  });

  it("U-3 waits with two others of its seat, and no more", async () => {
    const waiting = [put(), put(), put()];
    const names = [await asked(), await asked(), await asked()].map((one) => one.call);
    await expectProblem(await put(), 429, "too-many");
    await answer(names[0] ?? "", { type: "put", received: 1, done: false, name: "a.txt" });
    await Promise.race(waiting);
    const next = put();
    names.push((await asked()).call);
    for (const name of names.slice(1)) await answer(name, { type: "put", received: 1, done: false, name: "a.txt" });
    for (const response of await Promise.all([...waiting, next])) expect(response.status).toBe(200);
  });

  it("U-4 is answered at once when the agent goes away, and goes to the next", async () => {
    const sending = put();
    await asked();
    origin.close();
    await expectProblem(await sending, 503, "device-offline");
    await expectProblem(await put(), 503, "device-offline");
    const next = await world.origin();
    heard = 0;
    const again = put();
    await answer((await asked(next)).call, { type: "put", received: 1, done: false, name: "a.txt" });
    expect((await again).status).toBe(200);
  });

  it("U-4 is answered when the session ends", async () => {
    const sending = put();
    await asked();
    await world.stub.end("ended");
    await expectProblem(await sending, 404, "no-such-session");
    await expectProblem(await put(), 404, "no-such-session");
    for (const name of ["nothing", new SessionWorld("weur").session])
      await expectProblem(
        await call("GET", `/api/v1/sessions/${name}/files`, { token: resume }),
        404,
        "no-such-session",
      );
  });

  it("S-11 leaves nothing behind that keeps the object awake, and works after a sleep", async () => {
    const sending = put();
    await answer((await asked()).call, { type: "put", received: 1, done: false, name: "a.txt" });
    await sending;
    await evictDurableObject(world.stub);
    const again = put();
    await answer((await asked()).call, { type: "put", received: 70_000, done: true, name: "a.txt" });
    expect((await again).status).toBe(200);
  });
});
