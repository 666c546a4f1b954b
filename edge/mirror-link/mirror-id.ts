import { jurisdictionOfSession, within } from "../jurisdiction/index.ts";
import type { MirrorRpc } from "./contract.ts";

type MirrorNamespace = DurableObjectNamespace<MirrorRpc & Rpc.DurableObjectBranded>;

/** A mirror's name within its session says where it lives: the first call for it places the object there. */
export function mirrorName(hint: DurableObjectLocationHint, number: number): string {
  return `${hint}-${number}`;
}

const MIRROR = /^(wnam|enam|sam|weur|eeur|apac|apac-ne|apac-se|oc|afr|me)-\d{1,2}$/;

/** Undefined for a name that no mirror has. */
export function mirrorHint(mirror: string): DurableObjectLocationHint | undefined {
  // Safe: the pattern lists the platform's hints.
  return MIRROR.exec(mirror)?.[1] as DurableObjectLocationHint | undefined;
}

/** The Mirror object of this session and name. */
export function mirrorStub(
  namespace: MirrorNamespace,
  session: string,
  mirror: string,
): DurableObjectStub<MirrorRpc & Rpc.DurableObjectBranded> {
  const locationHint = mirrorHint(mirror);
  const there = within(jurisdictionOfSession(session), namespace);
  return there.get(there.idFromName(`v1:${session}:${mirror}`), locationHint === undefined ? {} : { locationHint });
}
