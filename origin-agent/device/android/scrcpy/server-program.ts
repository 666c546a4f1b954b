import { randomInt } from "node:crypto";
import type { Adb } from "@yume-chan/adb";
import { type MaybeConsumable, ReadableStream } from "@yume-chan/stream-extra";

/** The program that is started in a device. */
export interface ServerProgram {
  readonly version: string;
  readonly bytes: Uint8Array;
}

/** Tells one run from others: 31 bits in 8 hexadecimal digits. */
export function newServerId(): string {
  return randomInt(0x7fff_ffff).toString(16).padStart(8, "0");
}

/** Put the program into the device; it removes itself when it has begun. @returns where it lies */
export async function pushServer(adb: Adb, { bytes }: ServerProgram, id: string): Promise<string> {
  const filename = `/data/local/tmp/nearglass-${id}.jar`;
  const sync = await adb.sync();
  try {
    const file = new ReadableStream<MaybeConsumable<Uint8Array>>({
      start: (controller) => {
        controller.enqueue(bytes);
        controller.close();
      },
    });
    await sync.write({ filename, file, permission: 0o644 });
    return filename;
  } finally {
    await sync.dispose();
  }
}
