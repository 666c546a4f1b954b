import { type FaultCode, ProtocolFault } from "#protocol";

/** The code of the fault that reading throws, or undefined when it throws none; anything else thrown is passed on. */
export function faultOf(read: () => unknown): FaultCode | undefined {
  return thrownBy(read)?.code;
}

export function thrownBy(read: () => unknown): ProtocolFault | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolFault) return error;
    throw error;
  }
}
