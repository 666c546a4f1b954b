/** What was wrong with a peer's message. Stable names: they stand in `docs/protocol.md`. */
export type FaultCode =
  | "truncated"
  | "oversized"
  | "unsupported-version"
  | "unknown-kind"
  | "bad-flags"
  | "bad-value"
  | "bad-utf8"
  | "bad-json"
  | "unknown-type"
  | "unexpected-message";

/**
 * The peer broke the protocol. Thrown where it is seen, caught where the socket is owned, which closes
 * that socket alone. The message names the rule that was broken and never repeats what was sent.
 */
export class ProtocolFault extends Error {
  override readonly name = "ProtocolFault";
  readonly code: FaultCode;

  constructor(code: FaultCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** The end of a `switch` that covers everything: a type error when a member is forgotten. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${typeof value}`);
}
