import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { AdbServerClient } from "@yume-chan/adb";
import { MaybeConsumable, ReadableStream } from "@yume-chan/stream-extra";

/** Where an ADB server listens. */
export interface AdbAddress {
  readonly host: string;
  readonly port: number;
}

/** Bytes that wait for their reader before the connection is held back. */
const HIGH_WATER_BYTES = 256 * 1024;

/**
 * Connections to an ADB server. The one that comes with the library never ends for its reader when the connection is reset, and takes a
 * turn of the event loop for every piece.
 */
export function adbConnector(address: AdbAddress): AdbServerClient.ServerConnector {
  return {
    connect: async (options) => {
      const socket = connect({ ...address, noDelay: true });
      if (options?.unref === true) socket.unref();
      const abort = () => socket.destroy();
      options?.signal?.addEventListener("abort", abort);
      await once(socket, "connect");
      return connectionOf(socket);
    },
    addReverseTunnel: noReverse,
    removeReverseTunnel: noReverse,
    clearReverseTunnels: noReverse,
  };
}

/** No device dials this machine. */
function noReverse(): never {
  throw new Error("reverse tunnels are not used");
}

function connectionOf(socket: Socket): AdbServerClient.ServerConnection {
  // Whoever reads, writes or waits for the end sees it by that.
  socket.on("error", () => {});
  const closed = new Promise<undefined>((resolve) => socket.on("close", () => resolve(undefined)));
  let over = false;
  const readable = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const end = () => {
          if (!over) controller.close();
          over = true;
        };
        socket.on("data", (data: Buffer) => {
          if (over) return;
          controller.enqueue(data);
          if ((controller.desiredSize ?? 0) <= 0) socket.pause();
        });
        socket.on("end", end);
        socket.on("close", end);
      },
      pull: () => void socket.resume(),
      cancel: () => {
        over = true;
        socket.destroy();
      },
    },
    { highWaterMark: HIGH_WATER_BYTES, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  const writable = new MaybeConsumable.WritableStream<Uint8Array>({
    // It does not fail when the connection is gone, which the reader sees: the library leaves some failures to nobody, and a rejection
    // that nobody handles ends the program.
    write: (chunk) => new Promise<void>((resolve) => socket.write(chunk, () => resolve())),
  });
  return { readable, writable, closed, close: () => void socket.end() };
}
