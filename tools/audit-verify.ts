import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { CryptoKey } from "jose";
import * as z from "zod";
import { type Verdict, verifyAudit } from "../edge/audit/index.ts";

/** `npm run audit:verify FILE [--keys KEYS]`: whether an export of the audit log is as the edge wrote it. */

const USAGE = `usage: npm run audit:verify -- FILE [--keys KEYS]
  FILE  an export without a filter: GET /api/v1/tenant/audit
  KEYS  the edge's public keys: GET /api/v1/tenant/audit/keys`;

const keySet = z.object({
  keys: z.array(z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string(), kid: z.string() })),
});

process.exitCode = await run();

/** 0: nothing was found. 1: something was. 2: it could not be looked at. */
async function run(): Promise<number> {
  const asked = readArguments();
  if (asked === undefined) {
    console.error(USAGE);
    return 2;
  }
  try {
    const lines = (await readFile(asked.file, "utf8")).split("\n");
    if (lines.at(-1) === "") lines.pop();
    return report(await verifyAudit(lines, asked.keys === undefined ? undefined : await readKeys(asked.keys)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

function readArguments(): { readonly file: string; readonly keys: string | undefined } | undefined {
  try {
    const { positionals, values } = parseArgs({ allowPositionals: true, options: { keys: { type: "string" } } });
    const [file, ...more] = positionals;
    return file === undefined || more.length > 0 ? undefined : { file, keys: values.keys };
  } catch {
    return undefined;
  }
}

async function readKeys(file: string): Promise<ReadonlyMap<string, CryptoKey>> {
  const { keys } = keySet.parse(JSON.parse(await readFile(file, "utf8")));
  const imported = keys.map(
    async ({ kid, ...jwk }): Promise<[string, CryptoKey]> => [
      kid,
      await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["verify"]),
    ],
  );
  return new Map(await Promise.all(imported));
}

function report({ events, first, last, checkpoints, saysDropped, signedTo, findings }: Verdict): number {
  for (const { line, kind, words } of findings) console.log(`line ${line}: ${kind}: ${words}`);
  if (events === 0) console.log("there is no event in it");
  else console.log(`${events} events, ${first} to ${last}; ${checkpoints} checkpoints`);
  if (first > 1) {
    const words = saysDropped
      ? "were dropped, as the log says"
      : "are not in it, and no event says that they were dropped";
    console.log(`events before ${first} ${words}`);
  }
  if (findings.length > 0) {
    console.log(`${findings.length} found: this is not as the edge wrote it`);
    return 1;
  }
  if (signedTo > 0) console.log(`signed up to event ${signedTo}`);
  else console.log("no signature was checked: whoever could write the file could have made all of it");
  if (signedTo > 0 && signedTo < last) console.log(`events after ${signedTo} are in no checkpoint yet`);
  return events === 0 ? 1 : 0;
}
