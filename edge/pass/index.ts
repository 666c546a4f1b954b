import { ittyStub } from "./itty.ts";
import type { BlockBound, PassMethods, UseAnswer } from "./pass-object.ts";

export { PassObject, type UseAnswer } from "./pass-object.ts";

/** After a link's end its count is kept a little, for clocks that disagree. */
const AFTERLIFE_MS = 60 * 60_000;

export interface LinkUse {
  readonly link: string;
  /** How often it may be used; undefined is without limit. */
  readonly limit?: number;
  /** Of those who narrowed the link and bounded its uses, each of which is counted too. */
  readonly blocks?: readonly BlockBound[];
  /** When the link ends, in Unix milliseconds: from then on nothing needs to be known of it. */
  readonly expiresAt: number;
}

/**
 * Take one use of a link, exactly once for each time it may be used, however many ask at the same moment.
 * @param subscriber whoever asks: of one that has failed too often no more is looked at
 */
export async function takeUse(
  namespace: DurableObjectNamespace,
  { link, limit, blocks = [], expiresAt }: LinkUse,
  subscriber: string,
): Promise<UseAnswer> {
  const keepUntil = expiresAt + AFTERLIFE_MS;
  const wish = { ...(limit === undefined ? {} : { limit }), blocks, keepUntil, subscriber };
  return await passOf(namespace, link).take(wish);
}

/** Somebody who has the link may not use it. @returns whether they have tried too often */
export async function failedUse(namespace: DurableObjectNamespace, link: string, subscriber: string): Promise<boolean> {
  return (await passOf(namespace, link).failed(subscriber)).tooOften;
}

/** Nothing came of the use: the next one may have it. */
export async function giveUseBack(
  namespace: DurableObjectNamespace,
  { link, blocks = [] }: Pick<LinkUse, "link" | "blocks">,
): Promise<void> {
  await passOf(namespace, link).giveBack(blocks.map(({ block }) => block));
}

/** No use is given from now on. Sessions that were opened through the link go on. */
export async function revokeLink(namespace: DurableObjectNamespace, { link, expiresAt }: LinkUse): Promise<void> {
  await passOf(namespace, link).revoke(expiresAt + AFTERLIFE_MS);
}

function passOf(namespace: DurableObjectNamespace, link: string): PassMethods {
  return ittyStub<PassMethods>(namespace, `v1:${link}`);
}
