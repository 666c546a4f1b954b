/** What the server was asked for, after Options.java; values that nothing here depends on are in `others`. */
export interface ServerOptions {
  /** -1 for none. */
  readonly scid: number;
  readonly video: boolean;
  readonly audio: boolean;
  readonly control: boolean;
  /** Pixels of the longer side, 0 for all. */
  readonly maxSize: number;
  /** 0 for as many as there are. */
  readonly maxFps: number;
  readonly videoBitRate: number;
  readonly videoCodec: string;
  readonly audioCodec: string;
  readonly iFrameIntervalSeconds: number;
  readonly tunnelForward: boolean;
  readonly clipboardAutosync: boolean;
  readonly cleanup: boolean;
  readonly powerOn: boolean;
  readonly newDisplay: NewDisplay | undefined;
  readonly list: readonly string[];
  readonly sendDeviceMeta: boolean;
  readonly sendFrameMeta: boolean;
  readonly sendDummyByte: boolean;
  readonly sendStreamMeta: boolean;
  readonly others: Readonly<Record<string, string>>;
}

interface NewDisplay {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly dpi: number | undefined;
}

/** As the server words it before it ends with code 1. */
export class OptionsError extends Error {}

const LISTS = ["list_encoders", "list_displays", "list_cameras", "list_camera_sizes", "list_apps"];
const DEFAULT_I_FRAME_INTERVAL_SECONDS = 10;
const VIDEO_CODECS = ["h264", "h265", "av1"];
const AUDIO_CODECS = ["opus", "aac", "flac", "raw"];

/** @throws OptionsError */
export function parseOptions(args: readonly string[], serverVersion: string): ServerOptions {
  const [clientVersion, ...pairs] = args;
  if (clientVersion === undefined) throw new OptionsError("Missing client version");
  if (clientVersion !== serverVersion) {
    throw new OptionsError(`The server version (${serverVersion}) does not match the client (${clientVersion})`);
  }
  const given = new Map(pairs.map(keyAndValue));
  const majorVersion = Number.parseInt(serverVersion, 10);
  const rest = new Map(given);
  const take = (key: string) => {
    rest.delete(key);
    return given.get(key);
  };
  const flag = (key: string, otherwise: boolean) => truth(take(key) ?? String(otherwise));
  const raw = flag("raw_stream", false);
  const maxSize = whole("max_size", take("max_size") ?? "0");
  return {
    scid: scidOf(take("scid")),
    video: flag("video", true),
    audio: flag("audio", true),
    control: flag("control", true),
    maxSize: majorVersion < 4 ? maxSize & ~7 : maxSize,
    maxFps: fraction("max_fps", take("max_fps") ?? "0"),
    videoBitRate: whole("video_bit_rate", take("video_bit_rate") ?? "8000000"),
    videoCodec: oneOf("Video", VIDEO_CODECS, take("video_codec") ?? "h264"),
    audioCodec: oneOf("Audio", AUDIO_CODECS, take("audio_codec") ?? "opus"),
    iFrameIntervalSeconds: iFrameInterval(take("video_codec_options") ?? ""),
    tunnelForward: flag("tunnel_forward", false),
    clipboardAutosync: flag("clipboard_autosync", true),
    cleanup: flag("cleanup", true),
    powerOn: flag("power_on", true),
    newDisplay: newDisplayOf(take("new_display")),
    list: LISTS.filter((key) => flag(key, false)),
    sendDeviceMeta: !raw && flag("send_device_meta", true),
    sendFrameMeta: !raw && flag("send_frame_meta", true),
    sendDummyByte: !raw && flag("send_dummy_byte", true),
    sendStreamMeta: !raw && flag(majorVersion < 4 ? "send_codec_meta" : "send_stream_meta", true),
    others: Object.fromEntries(rest),
  };
}

function keyAndValue(pair: string): readonly [key: string, value: string] {
  const at = pair.indexOf("=");
  if (at === -1) throw new OptionsError(`Invalid key=value pair: "${pair}"`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** Java's Boolean.parseBoolean: everything else is false. */
function truth(value: string): boolean {
  return value.toLowerCase() === "true";
}

function whole(key: string, value: string): number {
  if (!/^-?\d{1,10}$/.test(value)) throw new OptionsError(`For input string: "${value}" (${key})`);
  return Number(value);
}

function fraction(key: string, value: string): number {
  const number = Number(value);
  if (value.trim() === "" || Number.isNaN(number)) throw new OptionsError(`Invalid float value for ${key}: "${value}"`);
  return number;
}

function scidOf(value: string | undefined): number {
  if (value === undefined) return -1;
  const scid = /^-?[0-9a-f]{1,8}$/i.test(value) ? Number.parseInt(value, 16) : Number.NaN;
  if (Number.isNaN(scid) || scid >= 2 ** 31) throw new OptionsError(`For input string: "${value}" under radix 16`);
  if (scid < -1) throw new OptionsError(`scid may not be negative (except -1 for 'none'): ${scid}`);
  return scid;
}

function oneOf(kind: string, names: readonly string[], value: string): string {
  if (!names.includes(value)) throw new OptionsError(`${kind} codec ${value} not supported`);
  return value;
}

/** Out of `key[:type]=value` pairs, separated by commas. */
function iFrameInterval(options: string): number {
  const match = /(?:^|,)i-frame-interval(?::\w+)?=(\d+(?:\.\d+)?)/.exec(options);
  return match === null ? DEFAULT_I_FRAME_INTERVAL_SECONDS : Number(match[1]);
}

/** `1920x1080/420`, either half of it, or nothing for the main display's own. */
function newDisplayOf(value: string | undefined): NewDisplay | undefined {
  if (value === undefined) return undefined;
  const match = /^(?:(\d+)x(\d+))?(?:\/(\d+))?$/.exec(value);
  if (match === null) throw new OptionsError(`Invalid size format (expected <width>x<height>): "${value}"`);
  const [width, height, dpi] = match.slice(1, 4).map((part) => (part === undefined ? undefined : Number(part)));
  if (dpi === 0) throw new OptionsError("Invalid non-positive dpi: 0");
  return { width, height, dpi };
}
