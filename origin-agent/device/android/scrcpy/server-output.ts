import { type Flow, readAll } from "../adb/flow.ts";

/** What a server prints: read to its end, or the device's connection blocks. */
export interface ServerOutput {
  /** The last complaint, fit for a line of a log; empty when there was none. */
  complaint(): string;
  /** Settles when the server is gone; never rejects. */
  readonly over: Promise<"over">;
}

const MAX_LINE_CHARS = 200;

export function listenTo(shell: Flow): ServerOutput {
  const decoder = new TextDecoder();
  let unfinished = "";
  let complaint = "";
  const take = (chunk: Uint8Array) => {
    const lines = (unfinished + decoder.decode(chunk, { stream: true })).split("\n");
    unfinished = (lines.pop() ?? "").slice(0, MAX_LINE_CHARS);
    for (const line of lines) if (/ERROR|Exception/.test(line)) complaint = printable(line);
  };
  const over = readAll(shell, take).then(
    () => "over" as const,
    () => "over" as const,
  );
  return { complaint: () => complaint, over };
}

/** A device's words may be anything. */
function printable(line: string): string {
  return line
    .replace(/[^\x20-\x7e]+/g, " ")
    .trim()
    .slice(0, MAX_LINE_CHARS);
}
