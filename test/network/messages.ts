import type { DirectionProfile, DirectionReport } from "./direction.ts";

/** Two directions: `down` is from the far end, where servers are, to the near end. */
export interface Both<T> {
  readonly down: T;
  readonly up: T;
}

/** How the program is started, and what it is asked, a JSON text a line on its standard input. */
export interface LinkStart {
  readonly nearDevice: string;
  readonly farDevice: string;
  readonly profiles: Both<DirectionProfile>;
  readonly seed: number;
}

export type LinkOrder =
  | { readonly order: "set"; readonly profiles: Partial<Both<DirectionProfile>> }
  | { readonly order: "outage"; readonly outage: boolean }
  | { readonly order: "report" };

/** The program's answers, one to its start and to each order, in turn. */
export type LinkAnswer = Both<DirectionReport>;
