import type { LentHardware } from "../../hardware.ts";

/** A way for what a person lends into one device in use. It throws nothing, and keeps nothing of it past the loan. */
export interface BackEnd {
  came(news: LentHardware): void;
  /** The device is given back. Settles when nothing of it is left there, as far as it can be reached. */
  close(): Promise<void>;
}
