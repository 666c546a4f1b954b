/** Pictures and sound into what goes over the wire; the ports are in encoder.ts. */

export { type CodedSize, codedSize } from "./coded-size.ts";
export type { AudioEncoder, EncodedPicture, Picture, VideoEncoder } from "./encoder.ts";
export { createVideoEncoder, type VideoEncoderOptions } from "./h264-encoder.ts";
export { createAudioEncoder, PACKET_SAMPLES, SAMPLE_RATE } from "./opus-encoder.ts";
