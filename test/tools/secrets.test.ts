import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importJWK, type JWK } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localSecrets } from "../../tools/secrets.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "nearglass-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("local secrets", () => {
  it("are made once, for this user alone, also by two starts at the same time", async () => {
    const [first, second] = await Promise.all([localSecrets(folder), localSecrets(folder)]);
    expect(first).toEqual(second);
    expect(await localSecrets(folder)).toEqual(first);
    expect((await stat(first.file)).mode & 0o777).toBe(0o600);
    expect(first.adminToken.length).toBeGreaterThanOrEqual(43);
    expect(first.bootstrapSecret).toMatch(/^[\w-]{43}$/);
    expect(first.bootstrapSecret).not.toBe(first.adminToken);
  });

  it("hold an Ed25519 private key as the edge reads it", async () => {
    const { file } = await localSecrets(folder);
    const line = /^SIGNING_KEY='(.*)'$/m.exec(await readFile(file, "utf8"))?.[1];
    const key: unknown = JSON.parse(line ?? "");
    expect(key).toMatchObject({ kty: "OKP", crv: "Ed25519", d: expect.any(String), x: expect.any(String) });
    // Safe: the line above has just held it against the form of a JWK.
    await expect(importJWK(key as JWK, "EdDSA")).resolves.toBeDefined();
  });

  it("come with what makes the first owner, also in a file of before there was that", async () => {
    const file = join(folder, "edge.env");
    await writeFile(file, "SIGNING_KEY='{}'\nADMIN_TOKEN=abc");
    const { bootstrapSecret } = await localSecrets(folder);
    expect(bootstrapSecret).toMatch(/^[\w-]{43}$/);
    expect(await localSecrets(folder)).toEqual({ file, adminToken: "abc", bootstrapSecret });
    const text = await readFile(file, "utf8");
    expect(text).toBe(`SIGNING_KEY='{}'\nADMIN_TOKEN=abc\nBOOTSTRAP_SECRET=${bootstrapSecret}\n`);
  });

  it("are not made over a file that was damaged: the words say what to do", async () => {
    await writeFile(join(folder, "edge.env"), "nothing\n");
    await expect(localSecrets(folder)).rejects.toThrow("holds no ADMIN_TOKEN; delete it to have new secrets made");
  });
});
