import type { AdbSocket } from "@yume-chan/adb";

/** Socket of a service in a device. */
export type Flow = Pick<AdbSocket, "readable" | "writable" | "close">;

/** Give all that comes to `take`, in order. @returns settles when it ends @throws whatever `take` throws */
export async function readAll(flow: Flow, take: (chunk: Uint8Array) => void): Promise<void> {
  const reader = flow.readable.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    take(value);
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
