import { hashSecret, isSameHash } from "./api-key.ts";

/**
 * Whether somebody holds the admin token. Both are hashed first, so that neither the time nor the length tells anything.
 * A deployment without an admin token lets nobody in.
 */
export async function isAdmin(given: string, adminToken: string | undefined): Promise<boolean> {
  return await isSecret(given, adminToken);
}

/** Whether somebody holds the secret with which the first owner is made. Without one nobody can be made so. */
export async function isBootstrap(given: string, bootstrapSecret: string | undefined): Promise<boolean> {
  return await isSecret(given, bootstrapSecret);
}

async function isSecret(given: string, expected: string | undefined): Promise<boolean> {
  if (expected === undefined || expected === "") return false;
  const [left, right] = await Promise.all([hashSecret(given), hashSecret(expected)]);
  return isSameHash(left, right);
}
