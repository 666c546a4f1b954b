/**
 * A trace of mahimahi: one number a line, the millisecond at which 1504 bytes may pass, never falling; the last is how
 * long it is. Source: mahimahi's mm-link(1).
 * @throws Error that names the line which is no such number
 */
export function parseTrace(text: string): number[] {
  const moments: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const moment = Number(line);
    if (!Number.isInteger(moment) || moment < (moments.at(-1) ?? 0))
      throw new Error(`line ${index + 1} of the trace is no later millisecond`);
    moments.push(moment);
  }
  if ((moments.at(-1) ?? 0) === 0) throw new Error("the trace has no length");
  return moments;
}
