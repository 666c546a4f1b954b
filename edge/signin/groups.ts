import type { Provider } from "./contract.ts";

/** Groups that somebody joins and leaves. */
export interface GroupMoves {
  readonly join: readonly string[];
  readonly leave: readonly string[];
}

/** The groups that follow the claim are brought to what it says; whoever keeps the others, keeps them. */
export function groupMoves(
  mapping: Provider["groups"],
  claimed: readonly string[],
  current: readonly string[],
): GroupMoves {
  const followed = new Set(mapping.map(({ group }) => group));
  const wanted = new Set(mapping.filter(({ claim }) => claimed.includes(claim)).map(({ group }) => group));
  return {
    join: [...wanted].filter((group) => !current.includes(group)),
    leave: current.filter((group) => followed.has(group) && !wanted.has(group)),
  };
}
