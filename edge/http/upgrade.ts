import {
  CLOSE,
  type CloseName,
  RESUME_SUBPROTOCOL_PREFIX,
  SEEN_SUBPROTOCOL_PREFIX,
  SUBPROTOCOL,
  TICKET_SUBPROTOCOL_PREFIX,
} from "#protocol";
import { CLAIMS_HEADER } from "../access/index.ts";
import { problem } from "./problem.ts";

/** What a client offers when it opens a WebSocket. */
export interface UpgradeOffer {
  readonly subprotocols: readonly string[];
  /** The ticket, or enrolment token, that travels as a subprotocol. */
  readonly token: string | undefined;
  /** The resume token, where one is shown instead. */
  readonly resume: string | undefined;
  /** The last video frame that whoever comes back has with all before it; what is no sequence counts as not said. */
  readonly seen: number | undefined;
}

/** What is said by way of a subprotocol is never the one that is chosen. */
const SAYING_PREFIXES = [TICKET_SUBPROTOCOL_PREFIX, RESUME_SUBPROTOCOL_PREFIX, SEEN_SUBPROTOCOL_PREFIX] as const;
const DECIMAL = /^(0|[1-9]\d{0,9})$/;
const MAX_SEQUENCE = 0xffff_ffff;

/** Undefined when the request opens no WebSocket. */
export function upgradeOffer(headers: Headers): UpgradeOffer | undefined {
  if (headers.get("Upgrade")?.toLowerCase() !== "websocket") return undefined;
  const offered = (headers.get("Sec-WebSocket-Protocol") ?? "").split(",").map((name) => name.trim());
  const after = (prefix: string) => offered.find((name) => name.startsWith(prefix))?.slice(prefix.length);
  const says = (name: string) => SAYING_PREFIXES.some((prefix) => name.startsWith(prefix));
  return {
    subprotocols: offered.filter((name) => name !== "" && !says(name)),
    token: after(TICKET_SUBPROTOCOL_PREFIX),
    resume: after(RESUME_SUBPROTOCOL_PREFIX),
    seen: sequenceOf(after(SEEN_SUBPROTOCOL_PREFIX) ?? ""),
  };
}

function sequenceOf(text: string): number | undefined {
  return DECIMAL.test(text) && Number(text) <= MAX_SEQUENCE ? Number(text) : undefined;
}

/** The answer to a request that opens no WebSocket where one is. */
export function upgradeRequired(): Response {
  return problem("upgrade-required", undefined, { Upgrade: "websocket" });
}

/**
 * Accept and close at once: a browser can read a close code, but nothing of an upgrade that failed. It also gives up
 * when none of its subprotocols is chosen, so the first it offered is, even of another version.
 */
export function refuseUpgrade(reason: CloseName, offer: UpgradeOffer): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(CLOSE[reason].code, CLOSE[reason].words);
  const chosen = offer.subprotocols.includes(SUBPROTOCOL) ? SUBPROTOCOL : offer.subprotocols[0];
  const headers = chosen === undefined ? {} : { "Sec-WebSocket-Protocol": chosen };
  return new Response(null, { status: 101, webSocket: client, headers });
}

/** Hand the socket to its object, by a request that is made anew: of the client's nothing goes on but the wish. */
export async function forwardUpgrade(object: Pick<DurableObjectStub, "fetch">, claims: object): Promise<Response> {
  return await object.fetch("https://object/socket", {
    headers: {
      Upgrade: "websocket",
      "Sec-WebSocket-Protocol": SUBPROTOCOL,
      [CLAIMS_HEADER]: asciiJson(claims),
    },
  });
}

/** JSON that fits into a header: people's names are in any script. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
