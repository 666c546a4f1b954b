/** The few members of Deno's namespace that are used here: the type check of the tests is Node's, which knows none. */
declare const Deno: {
  readonly args: readonly string[];
  readonly stdin: { readonly readable: ReadableStream<Uint8Array<ArrayBuffer>> };
  exit(code: number): never;
  dlopen(
    library: string,
    symbols: Readonly<Record<string, object>>,
  ): {
    readonly symbols: {
      open(path: Uint8Array, flags: number): number;
      ioctl(descriptor: number, request: bigint, argument: Uint8Array): number;
      read(descriptor: number, buffer: Uint8Array, bytes: bigint): bigint | number;
      write(descriptor: number, buffer: Uint8Array, bytes: bigint): bigint | number;
      poll(descriptors: Uint8Array, count: bigint, milliseconds: number): Promise<number>;
    };
  };
};
