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

/** Take one use of a link, exactly once for each time it may be used, however many ask at the same moment. */
export async function takeUse(
  namespace: DurableObjectNamespace,
  { link, limit, blocks = [], expiresAt }: LinkUse,
): Promise<UseAnswer> {
  const keepUntil = expiresAt + AFTERLIFE_MS;
  return await passOf(namespace, link).take({ ...(limit === undefined ? {} : { limit }), blocks, keepUntil });
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
