import { DeviceFault } from "../device-fault.ts";

/** What a scrcpy server says on its control socket (DeviceMessageWriter.java). */
export interface DeviceMessageListener {
  clipboard(text: string): void;
  clipboardSet(sequence: bigint): void;
}

const TYPES = { clipboard: 0, clipboardSet: 1, uhidOutput: 2 } as const;
/** The server's own limit of a message. */
const MAX_MESSAGE_BYTES = 256 * 1024;

const decoder = new TextDecoder();

/** Takes the messages apart as they come, in whatever pieces. */
export class DeviceMessageReader {
  readonly #listener: DeviceMessageListener;
  #waiting: Uint8Array = new Uint8Array(0);

  constructor(listener: DeviceMessageListener) {
    this.#listener = listener;
  }

  /** @throws DeviceFault when it is no such stream */
  push(chunk: Uint8Array): void {
    const bytes = new Uint8Array(this.#waiting.length + chunk.length);
    bytes.set(this.#waiting);
    bytes.set(chunk, this.#waiting.length);
    let at = 0;
    for (;;) {
      const length = this.#take(bytes.subarray(at));
      if (length === undefined) break;
      at += length;
    }
    this.#waiting = bytes.slice(at);
  }

  /** @returns the bytes of the message at the beginning, undefined while it is not whole */
  #take(bytes: Uint8Array): number | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    switch (bytes[0]) {
      case undefined:
        return undefined;
      case TYPES.clipboard: {
        const end = endOf(view, 5, (at) => view.getUint32(at));
        if (end !== undefined) this.#listener.clipboard(decoder.decode(bytes.subarray(5, end)));
        return end;
      }
      case TYPES.clipboardSet:
        if (bytes.length < 9) return undefined;
        this.#listener.clipboardSet(view.getBigUint64(1));
        return 9;
      case TYPES.uhidOutput:
        // Lights of a keyboard that was not created.
        return endOf(view, 5, (at) => view.getUint16(at + 2));
      default:
        throw new DeviceFault("the device says what this version does not know");
    }
  }
}

/** Where a message ends whose length stands in the bytes before `bodyAt`. */
function endOf(view: DataView, bodyAt: number, readLength: (at: number) => number): number | undefined {
  if (view.byteLength < bodyAt) return undefined;
  const length = readLength(1);
  if (length > MAX_MESSAGE_BYTES) throw new DeviceFault(`the device claims a message of ${length} bytes`);
  return view.byteLength < bodyAt + length ? undefined : bodyAt + length;
}
