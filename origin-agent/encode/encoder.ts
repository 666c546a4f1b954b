/** A drawn picture: `width * height * 4` bytes of RGBA, valid until the encoder's call returns. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export interface EncodedPicture {
  readonly keyframe: boolean;
  /** Coded at the quality aimed at; else the rate made it coarser, and the same picture encoded again comes out better. */
  readonly sharp: boolean;
  /** Annex B with SPS and PPS before every keyframe; belongs to the receiver. */
  readonly data: Uint8Array;
}

/** Pictures of one size into access units: one in, one out, in order, no periodic keyframes. */
export interface VideoEncoder {
  /** @throws Error when the codec fails; the encoder is then to be closed and made anew */
  encode(picture: Picture, options: { readonly keyframe: boolean }): Promise<EncodedPicture>;
  /** Bits per second and frames per second; takes effect with the next picture, without a keyframe. */
  setTarget(bitrate: number, frameRate: number): void;
  close(): void;
}

/** Access units back into pictures, one in, one out, or none while it cannot tell. */
export interface VideoDecoder {
  /** The picture's pixels belong to the receiver. @throws Error when it is no picture; the next keyframe may be one */
  decode(data: Uint8Array): Promise<(Picture & { readonly pixels: Uint8Array<ArrayBuffer> }) | undefined>;
  close(): void;
}

/** Access units into pictures of yuv420p of one size: three planes, one behind the other, without padding. */
export interface PlanarDecoder {
  /** The picture belongs to the receiver. @throws Error when it is no picture; the next keyframe may be one */
  decode(data: Uint8Array): Promise<Uint8Array<ArrayBuffer> | undefined>;
  close(): void;
}

/** Opus packets of one channel back into samples of 48 kHz. */
export interface AudioDecoder {
  /** @throws Error when it is no packet; the next may be one */
  decode(packet: Uint8Array): Promise<Float32Array>;
  close(): void;
}

/** Opus, 48 kHz: packets of 20 ms. */
export interface AudioEncoder {
  /** Interleaved float samples of exactly 20 ms (960 per channel); the packet belongs to the receiver. */
  encode(samples: Float32Array): Promise<Uint8Array>;
  close(): void;
}
