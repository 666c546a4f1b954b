/** Pictures and sound into what goes over the wire, and back; the ports are in encoder.ts. */

export { type CodedSize, codedSize } from "./coded-size.ts";
export type { AudioDecoder, AudioEncoder, EncodedPicture, Picture, VideoDecoder, VideoEncoder } from "./encoder.ts";
export { createVideoEncoder, type VideoEncoderOptions } from "./h264-encoder.ts";
export { createAudioDecoder } from "./opus-decoder.ts";
export { createAudioEncoder, PACKET_SAMPLES, SAMPLE_RATE } from "./opus-encoder.ts";
export { blackPicture } from "./planar-picture.ts";
export { createPlanarDecoder, createVideoDecoder } from "./video-decoder.ts";
