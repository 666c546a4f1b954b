/** The W3C MediaStreamTrackProcessor of Chromium, which lib.dom does not declare. */
type TrackProcessor = new (options: {
  readonly track: MediaStreamTrack;
}) => { readonly readable: ReadableStream<VideoFrame> };

/**
 * Every picture of a camera, each to be closed by its receiver. Browsers without a track processor are asked through a
 * video element, which sees those that it would show.
 * @returns what ends it
 */
export function readFrames(stream: MediaStream, take: (frame: VideoFrame) => void): () => void {
  const [track] = stream.getVideoTracks();
  const { MediaStreamTrackProcessor } = globalThis as { readonly MediaStreamTrackProcessor?: TrackProcessor };
  if (track !== undefined && MediaStreamTrackProcessor !== undefined)
    return readTrack(new MediaStreamTrackProcessor({ track }).readable, take);
  return watchVideo(stream, take);
}

function readTrack(readable: ReadableStream<VideoFrame>, take: (frame: VideoFrame) => void): () => void {
  const reader = readable.getReader();
  async function pump(): Promise<void> {
    for (let next = await reader.read(); !next.done; next = await reader.read()) take(next.value);
  }
  // The track's end is told by the track.
  pump().catch(() => {});
  return () => void reader.cancel().catch(() => {});
}

function watchVideo(stream: MediaStream, take: (frame: VideoFrame) => void): () => void {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  let request = 0;
  const next = () => {
    request = video.requestVideoFrameCallback(() => {
      take(new VideoFrame(video));
      next();
    });
  };
  next();
  video.play().catch(() => {});
  return () => {
    video.cancelVideoFrameCallback(request);
    video.srcObject = null;
  };
}
