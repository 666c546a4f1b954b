/** What is taken from a sequence parameter set. */
export interface SequenceParameters {
  /** Pixels that are shown: what is cropped is left out. */
  readonly size: { readonly width: number; readonly height: number };
  /** The whole set for decoding one in, one out; undefined when it is that already. */
  readonly rewritten: Uint8Array | undefined;
}
