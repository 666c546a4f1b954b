import { createPrivateKey, sign as signBytes } from "node:crypto";
import { publicOf } from "../../edge/access/grant/ed25519.ts";

/** A signature by other means than the ones under test. @param seed 32 bytes, base64url */
export async function sign(seed: string, text: string): Promise<string> {
  const jwk = { kty: "OKP", crv: "Ed25519", d: seed, x: (await publicOf(seed)) ?? "" };
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  return signBytes(null, Buffer.from(text), key).toString("base64url");
}
