import { IttyBase } from "./itty.ts";

export type UseAnswer = { readonly taken: true } | { readonly taken: false; readonly refusal: "used-up" | "revoked" };

/** Its methods, as JSON carries them. */
export interface PassMethods {
  take(wish: { readonly limit?: number; readonly keepUntil: number }): Promise<UseAnswer>;
  giveBack(): Promise<{ readonly used: number }>;
  revoke(keepUntil: number): Promise<{ readonly revoked: true }>;
}

/**
 * How often one link was used, and whether it was revoked. The public fields are what is stored. A use is counted
 * without a wait between the check and the count, and stored before the answer leaves.
 */
export class PassObject extends IttyBase implements PassMethods {
  used = 0;
  revoked = false;

  /** The library would wrap every binding it is given, and keep secrets beside its state: it is given none. */
  constructor(state: DurableObjectState) {
    super(state, {});
  }

  async take({ limit, keepUntil }: { readonly limit?: number; readonly keepUntil: number }): Promise<UseAnswer> {
    if (this.revoked) return { taken: false, refusal: "revoked" };
    if (limit !== undefined && this.used >= limit) return { taken: false, refusal: "used-up" };
    this.used += 1;
    await this.persist();
    await this.state.storage.setAlarm(keepUntil);
    return { taken: true };
  }

  async giveBack(): Promise<{ readonly used: number }> {
    this.used = Math.max(0, this.used - 1);
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
