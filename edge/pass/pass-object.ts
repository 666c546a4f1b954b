import { Failures } from "./failures.ts";
import { IttyBase } from "./itty.ts";

export type UseAnswer =
  | { readonly taken: true }
  | { readonly taken: false; readonly refusal: "used-up" | "revoked" | "too-often" };

/** A holder's bound within a link: a narrowed link is counted by the key that its block names. */
export interface BlockBound {
  readonly block: string;
  readonly limit: number;
}

/** One use of a link, and of each block on the way that bounds uses. */
export interface UseWish {
  readonly limit?: number;
  readonly blocks?: readonly BlockBound[];
  readonly keepUntil: number;
  /** Whoever asks, as far as that can be told apart. */
  readonly subscriber: string;
}

/** Its methods, as JSON carries them. */
export interface PassMethods {
  take(wish: UseWish): Promise<UseAnswer>;
  giveBack(blocks: readonly string[]): Promise<{ readonly used: number }>;
  /** Somebody could not use the link for another reason. */
  failed(subscriber: string): Promise<{ readonly tooOften: boolean }>;
  revoke(keepUntil: number): Promise<{ readonly revoked: true }>;
}

/** Narrowed links of one link that are counted. One row holds them all; further ones are refused as used up. */
const MAX_BLOCKS = 10_000;

/**
 * How often one link was used, and whether it was revoked. The public fields are what is stored. A use is counted
 * without a wait between the check and the count, and stored before the answer leaves.
 */
export class PassObject extends IttyBase implements PassMethods {
  used = 0;
  revoked = false;
  /** By block; undefined until there is any. */
  usedOf: Record<string, number> | undefined;
  readonly #failures = new Failures();

  /** The library would wrap every binding it is given, and keep secrets beside its state: it is given none. */
  constructor(state: DurableObjectState) {
    super(state, {});
  }

  async take({ subscriber, ...wish }: UseWish): Promise<UseAnswer> {
    const at = Date.now();
    if (this.#failures.isTooOften(subscriber, at)) return { taken: false, refusal: "too-often" };
    const answer = await this.#take(wish);
    if (!answer.taken) this.#failures.add(subscriber, at);
    return answer;
  }

  async failed(subscriber: string): Promise<{ readonly tooOften: boolean }> {
    return { tooOften: this.#failures.add(subscriber, Date.now()) };
  }

  async #take({ limit, blocks = [], keepUntil }: Omit<UseWish, "subscriber">): Promise<UseAnswer> {
    if (this.revoked) return { taken: false, refusal: "revoked" };
    const usedOf = { ...this.usedOf };
    const isUsedUp =
      (limit !== undefined && this.used >= limit) || blocks.some((one) => (usedOf[one.block] ?? 0) >= one.limit);
    for (const { block } of blocks) usedOf[block] = (usedOf[block] ?? 0) + 1;
    if (isUsedUp || Object.keys(usedOf).length > MAX_BLOCKS) return { taken: false, refusal: "used-up" };
    this.used += 1;
    if (blocks.length > 0) this.usedOf = usedOf;
    await this.persist();
    await this.state.storage.setAlarm(keepUntil);
    return { taken: true };
  }

  async giveBack(blocks: readonly string[]): Promise<{ readonly used: number }> {
    this.used = Math.max(0, this.used - 1);
    // Whoever makes lesser links that open nothing leaves nothing here.
    if (this.usedOf !== undefined) {
      const counts = Object.entries(this.usedOf).map(([block, used]): [string, number] => [
        block,
        blocks.includes(block) ? used - 1 : used,
      ]);
      this.usedOf = Object.fromEntries(counts.filter(([, used]) => used > 0));
    }
    await this.persist();
    return { used: this.used };
  }

  async revoke(keepUntil: number): Promise<{ readonly revoked: true }> {
    this.revoked = true;
    await this.persist();
    await this.state.storage.setAlarm(keepUntil);
    return { revoked: true };
  }

  /** The link has expired, so that nobody asks any more. The library has not loaded the state here, and need not. */
  async alarm(): Promise<void> {
    await this.state.storage.deleteAll();
  }
}
