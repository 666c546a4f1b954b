import type { RateSettings } from "../rate-plan.ts";

/** What a scrcpy server is started with. */
export interface ServerStart {
  /** Of the jar; a server refuses any other. */
  readonly version: string;
  /** Where the jar lies in the device. */
  readonly path: string;
  /** Tells this server's socket from others': 8 hexadecimal digits, the first bit 0. */
  readonly id: string;
  readonly rate: RateSettings;
  readonly audio: boolean;
}

/** Seconds between keyframes of a moving picture. 10 by itself, which is long for who has to skip to the next. */
const KEYFRAME_INTERVAL_S = 2;

/** The arguments of the shell command, one by one. Everything in them is a number or a name of ours. */
export function serverArguments({ version, path, id, rate, audio }: ServerStart): string[] {
  return [
    ...program(version, path),
    `scid=${id}`,
    "log_level=info",
    // The agent dials: no port of this machine is opened, and none has to be reachable from the device.
    "tunnel_forward=true",
    "send_device_meta=false",
    // A device that nobody can reach out and wake is not to go dark; the server puts it back in the end.
    "stay_awake=true",
    `audio=${audio}`,
    `video_bit_rate=${rate.bitrate}`,
    `max_fps=${rate.maxFps}`,
    ...(rate.maxSide === undefined ? [] : [`max_size=${rate.maxSide}`]),
    `video_codec_options=i-frame-interval:int=${KEYFRAME_INTERVAL_S}`,
  ];
}

/** The arguments of one that only prints what there is. */
export function listArguments(version: string, path: string, list: "list_apps" | "list_encoders"): string[] {
  return [...program(version, path), `${list}=true`];
}

function program(version: string, path: string): string[] {
  return [`CLASSPATH=${path}`, "app_process", "/", "com.genymobile.scrcpy.Server", version];
}

/** The abstract socket that such a server listens at. */
export function serverSocket(id: string): string {
  return `localabstract:scrcpy_${id}`;
}
