/** The contract between edge, agent and client. The rules behind it, by id: docs/protocol.md. */
export * from "./ages.ts";
export type { Allowance, Transfers } from "./allowance.ts";
export * from "./capability.ts";
export * from "./close-code.ts";
export { type HostMessage, hostChannel, type ToHostMessage, toHostChannel } from "./control/host.ts";
export { type OriginMessage, originChannel, type ToOriginMessage, toOriginChannel } from "./control/origin.ts";
export {
  type QualityReport,
  type ToViewerMessage,
  toViewerChannel,
  type ViewerMessage,
  viewerChannel,
} from "./control/viewer.ts";
export * from "./error.ts";
export {
  FILE_REFUSALS,
  type FileAnswer,
  type FileRefusal,
  type FileWant,
  isFileName,
  type ListedFile,
  readFileAnswer,
  readFileWant,
} from "./file.ts";
export * from "./frame.ts";
export { readBase64url, writeBase64url } from "./grant/base64url.ts";
export {
  type GrantChain,
  MAX_GRANT_BLOCKS,
  MAX_GRANT_CHARS,
  readGrantBlock,
  signedByBlock,
  signedBySeal,
  splitGrant,
  withBlock,
  withSeal,
  writeGrantBlock,
} from "./grant/chain.ts";
export { type GrantBlock, type GrantTerms, type Narrowing, narrowing, narrowTerms } from "./grant/narrowing.ts";
export {
  type CameraCodec,
  HARDWARE_KINDS,
  type HardwareEnd,
  type HardwareKind,
  type HardwareWant,
  type Location,
  type Motion,
  type WantOf,
} from "./hardware.ts";
export * from "./input/message.ts";
export { readInput } from "./input/read.ts";
export { writeInput } from "./input/write.ts";
export * from "./limits.ts";
export * from "./version.ts";
