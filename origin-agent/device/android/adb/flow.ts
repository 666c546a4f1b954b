import type { AdbSocket } from "@yume-chan/adb";

/** Socket of a service in a device. */
export type Flow = Pick<AdbSocket, "readable" | "writable" | "closed" | "close">;

/**
 * Give all that comes to `take`, in order. @returns settles when it ends: the connection may be lost without a last word
 * @throws whatever `take` throws
 */
export async function readAll(flow: Flow, take: (chunk: Uint8Array) => void): Promise<void> {
  const reader = flow.readable.getReader();
  const lost = Promise.resolve(flow.closed).then(() => undefined);
  for (;;) {
    const read = await Promise.race([reader.read(), lost]);
    if (read === undefined || read.done) return;
    take(read.value);
  }
}

/** Close it, whatever state it is in. */
export async function closeQuietly(flow: Flow): Promise<void> {
  try {
    await flow.close();
  } catch {
    // It was closed already.
  }
}
