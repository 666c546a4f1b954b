import { expect, it } from "vitest";
import { CLAIMS_HEADER } from "../../../edge/access/index.ts";
import { bearerToken, forwardUpgrade, upgradeOffer } from "../../../edge/http/index.ts";

it("claims travel in plain ASCII, whatever the script of a name, and arrive as they were", async () => {
  const claims = { name: "Zoë 🙂\n\u2028\u0000" };
  const sent: Headers[] = [];
  const fetch = async (_input: RequestInfo | URL, init?: RequestInit) => {
    sent.push(new Headers(init?.headers));
    return new Response();
  };
  await forwardUpgrade({ fetch }, claims);
  expect([...(sent[0]?.keys() ?? [])].sort()).toEqual(["sec-websocket-protocol", "upgrade", CLAIMS_HEADER].sort());
  const header = sent[0]?.get(CLAIMS_HEADER) ?? "";
  expect(header).toMatch(/^[ -~]+$/);
  expect(JSON.parse(header)).toEqual(claims);
});

it.each([
  ["nearglass.v1, nearglass.ticket.abc", ["nearglass.v1"], "abc", undefined],
  ["nearglass.ticket.abc,nearglass.v1", ["nearglass.v1"], "abc", undefined],
  ["nearglass.v1,nearglass.ticket.a,nearglass.ticket.b", ["nearglass.v1"], "a", undefined],
  ["nearglass.v1,nearglass.resume.r", ["nearglass.v1"], undefined, "r"],
  ["nearglass.resume.r,nearglass.ticket.a,nearglass.v1", ["nearglass.v1"], "a", "r"],
  ["nearglass.ticket.", [], "", undefined],
  ["", [], undefined, undefined],
  ["chat", ["chat"], undefined, undefined],
])("R-2 the offer %j", (offered, subprotocols, token, resume) => {
  const headers = new Headers({ Upgrade: "WebSocket", "Sec-WebSocket-Protocol": offered });
  expect(upgradeOffer(headers)).toEqual({ subprotocols, token, resume, seen: undefined });
  headers.delete("Upgrade");
  expect(upgradeOffer(headers)).toBeUndefined();
});

it.each([
  ["0", 0],
  ["812", 812],
  ["4294967295", 0xffff_ffff],
  ["4294967296", undefined],
  ["99999999999999999999", undefined],
  ["0812", undefined],
  ["-1", undefined],
  ["8.5", undefined],
  ["1e3", undefined],
  ["", undefined],
])("R-2 who comes back and says to have seen %j", (said, seen) => {
  const offered = `nearglass.seen.${said}, nearglass.v1, nearglass.resume.r`;
  const headers = new Headers({ Upgrade: "websocket", "Sec-WebSocket-Protocol": offered });
  expect(upgradeOffer(headers)).toEqual({ subprotocols: ["nearglass.v1"], token: undefined, resume: "r", seen });
});

it.each([
  ["Bearer abc", "abc"],
  ["bearer  a.b-c_~+/= ", "a.b-c_~+/="],
  ["Bearer", undefined],
  ["Bearer a b", undefined],
  ["Basic abc", undefined],
  [undefined, undefined],
  [`Bearer ${"x".repeat(4_097)}`, undefined],
])("the bearer of %j", (header, token) => {
  expect(bearerToken(header)).toBe(token);
});
