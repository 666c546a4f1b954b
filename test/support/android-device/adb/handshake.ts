import { randomBytes } from "node:crypto";
import type { AdbPacket } from "./packet.ts";

/** How a device decides whom it lets in. */
export type Access = "open" | "any-key" | "unauthorized" | "offline";

export type Answer =
  | { readonly kind: "connect" }
  | { readonly kind: "token"; readonly token: Uint8Array }
  | { readonly kind: "silence" };

export const AUTH = { token: 1, signature: 2, publicKey: 3 } as const;
const TOKEN_BYTES = 20;

/** The device's side of letting a host in: token, signature, and when no signature fits, the host's public key. */
export class Handshake {
  readonly #access: () => Access;
  /** What the host offered to be trusted by, as it wrote it: a key in base64 and a name. */
  offeredKey: string | undefined;

  constructor(access: () => Access) {
    this.#access = access;
  }

  connected(): Answer {
    const access = this.#access();
    if (access === "offline") return { kind: "silence" };
    return access === "open" ? { kind: "connect" } : newToken();
  }

  auth({ first, data }: AdbPacket): Answer {
    const access = this.#access();
    if (access === "offline") return { kind: "silence" };
    if (access !== "unauthorized") return { kind: "connect" };
    if (first === AUTH.signature) return newToken();
    // From here on it is the owner's turn.
    if (first === AUTH.publicKey) this.offeredKey = Buffer.from(data).toString("utf8").replace(/\0.*$/s, "");
    return { kind: "silence" };
  }
}

function newToken(): Answer {
  return { kind: "token", token: randomBytes(TOKEN_BYTES) };
}
