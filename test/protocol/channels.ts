import { hostChannel, originChannel, toHostChannel, toOriginChannel, toViewerChannel, viewerChannel } from "#protocol";

/** Every direction in which control messages travel, with a message of it that has no fields to get wrong. */
export const CHANNELS = [
  { name: "viewer", parse: viewerChannel.parse, plain: '{"type":"bye"}', limit: 99_328 },
  { name: "to-viewer", parse: toViewerChannel.parse, plain: '{"type":"origin","state":"away"}', limit: 1_048_576 },
  { name: "origin", parse: originChannel.parse, plain: '{"type":"bye"}', limit: 99_328 },
  { name: "to-origin", parse: toOriginChannel.parse, plain: '{"type":"keyframe-request"}', limit: 99_328 },
  { name: "host", parse: hostChannel.parse, plain: '{"type":"bye"}', limit: 1_048_576 },
  { name: "to-host", parse: toHostChannel.parse, plain: '{"type":"stop","session":"s"}', limit: 99_328 },
] as const;
