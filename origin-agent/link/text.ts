import { ProtocolFault } from "#protocol";

/** @throws ProtocolFault for a binary message on a socket that carries text alone */
export function textOf(message: string | ArrayBuffer): string {
  if (typeof message !== "string") throw new ProtocolFault("unexpected-message", "this socket carries text only");
  return message;
}
