/** A TUN device by way of libc: whole IP packets from and to the kernel. For Deno on Linux, as root. */

const libc = Deno.dlopen("libc.so.6", {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
});

// From Linux's fcntl.h, if_tun.h and poll.h.
const O_RDWR = 2;
const O_NONBLOCK = 0o4000;
const TUNSETIFF = 0x400454can;
const IFF_TUN = 0x0001;
const IFF_NO_PI = 0x1000;
const POLLIN = 1;
const IFREQ_BYTES = 40;
const IFREQ_NAME_BYTES = 16;

/** Nothing larger comes from a device whose MTU is 1500. */
const PACKET_BYTES = 2048;
/** How long to wait for a packet before looking whether to go on. */
const POLL_MS = 1_000;

export class Tun {
  readonly #descriptor: number;
  readonly #buffer = new Uint8Array(PACKET_BYTES);

  /** @throws Error when the device cannot be made: no root, or no TUN in the kernel */
  constructor(name: string) {
    this.#descriptor = libc.symbols.open(new TextEncoder().encode("/dev/net/tun\0"), O_RDWR | O_NONBLOCK);
    const request = new Uint8Array(IFREQ_BYTES);
    request.set(new TextEncoder().encode(name).subarray(0, IFREQ_NAME_BYTES - 1));
    new DataView(request.buffer).setInt16(IFREQ_NAME_BYTES, IFF_TUN | IFF_NO_PI, true);
    if (this.#descriptor < 0 || libc.symbols.ioctl(this.#descriptor, TUNSETIFF, request) < 0)
      throw new Error(`the TUN device ${name} cannot be made`);
  }

  /** Settles when there may be something to read, or a second has passed. */
  async readable(): Promise<void> {
    const poll = new Uint8Array(8);
    const view = new DataView(poll.buffer);
    view.setInt32(0, this.#descriptor, true);
    view.setInt16(4, POLLIN, true);
    await libc.symbols.poll(poll, 1n, POLL_MS);
  }

  /** The next packet, or undefined when there is none now. */
  read(): Uint8Array<ArrayBuffer> | undefined {
    const bytes = Number(libc.symbols.read(this.#descriptor, this.#buffer, BigInt(PACKET_BYTES)));
    return bytes > 0 ? this.#buffer.slice(0, bytes) : undefined;
  }

  /** What the kernel does not take is lost, as on a wire. */
  write(packet: Uint8Array<ArrayBuffer>): void {
    libc.symbols.write(this.#descriptor, packet, BigInt(packet.byteLength));
  }
}
