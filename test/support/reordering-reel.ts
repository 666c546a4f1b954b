import {
  AV_LOG_ERROR,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_P,
  AV_PIX_FMT_YUV420P,
  FF_ENCODER_LIBX264,
} from "node-av/constants";
import { Codec, CodecContext, FFmpegError, Frame, Log, Packet, Rational } from "node-av/lib";

/** An access unit in Annex B. */
export interface ReelUnit {
  readonly keyframe: boolean;
  readonly data: Uint8Array;
}

const OPTIONS = {
  preset: "superfast",
  "x264-params": "bframes=3:rc-lookahead=0:sync-lookahead=0:sliced-threads=1:scenecut=0:repeat-headers=1",
};

/**
 * What many encoders in phones make: every picture is coded in the order in which it is shown, and the SPS says that some might not be.
 * The order is of the kind that B pictures need, and no picture is one.
 */
export async function reorderingReel(
  size: { readonly width: number; readonly height: number },
  pictures: number,
): Promise<ReelUnit[]> {
  Log.setLevel(AV_LOG_ERROR);
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = size.width;
  context.height = size.height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, 30);
  context.framerate = new Rational(30, 1);
  for (const [name, value] of Object.entries(OPTIONS)) {
    FFmpegError.throwIfError(context.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), name);
  }
  FFmpegError.throwIfError(context.open2Sync(codec), "open");
  const [frame, packet] = [new Frame(), new Packet()];
  frame.alloc();
  packet.alloc();
  frame.width = size.width;
  frame.height = size.height;
  frame.format = AV_PIX_FMT_YUV420P;
  FFmpegError.throwIfError(frame.getBuffer(), "picture");
  const units: ReelUnit[] = [];
  const take = async () => {
    while ((await context.receivePacket(packet)) >= 0) {
      units.push({ keyframe: packet.isKeyframe, data: new Uint8Array(packet.data ?? []) });
      packet.unref();
    }
  };
  for (let index = 0; index < pictures; index += 1) {
    FFmpegError.throwIfError(frame.makeWritable(), "picture");
    for (const plane of frame.data ?? []) plane.fill((index * 5) & 0xff, 0, plane.length >> 1);
    frame.pts = BigInt(index);
    frame.pictType = index === 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_P;
    await context.sendFrame(frame);
    await take();
  }
  await context.sendFrame(null);
  await take();
  context.freeContext();
  frame.free();
  packet.free();
  return units;
}
