import { randomBytes } from "node:crypto";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";
import { Failure } from "./failure.ts";
import { LOCAL } from "./paths.ts";

/** The local edge's secrets, made once and kept in a file that only this user can read. */
export interface LocalSecrets {
  /** For `wrangler dev --env-file`. */
  readonly file: string;
  readonly adminToken: string;
  /** Makes the first owner, once. */
  readonly bootstrapSecret: string;
}

export async function localSecrets(folder: string = LOCAL): Promise<LocalSecrets> {
  const file = join(folder, "edge.env");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // "wx" makes a new file or fails: two starts at once agree on the first one's secrets.
  await writeFile(file, await makeSecrets(), { mode: 0o600, flag: "wx" }).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  });
  const text = await readFile(file, "utf8");
  const adminToken = /^ADMIN_TOKEN=([\w-]+)$/m.exec(text)?.[1];
  if (adminToken === undefined) throw new Failure(`${file} holds no ADMIN_TOKEN; delete it to have new secrets made`);
  const bootstrapSecret = /^BOOTSTRAP_SECRET=([\w-]+)$/m.exec(text)?.[1];
  if (bootstrapSecret !== undefined) return { file, adminToken, bootstrapSecret };
  // A file of before there was one.
  const made = newSecret();
  await appendFile(file, `${text.endsWith("\n") ? "" : "\n"}BOOTSTRAP_SECRET=${made}\n`);
  return { file, adminToken, bootstrapSecret: made };
}

async function makeSecrets(): Promise<string> {
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const key = JSON.stringify(await exportJWK(privateKey));
  return `SIGNING_KEY='${key}'\nADMIN_TOKEN=${newSecret()}\nBOOTSTRAP_SECRET=${newSecret()}\n`;
}

function newSecret(): string {
  return randomBytes(32).toString("base64url");
}
