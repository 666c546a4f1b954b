import type { Adb } from "@yume-chan/adb";
import type { DeviceDescription } from "#protocol";
import { run } from "./adb/shell.ts";
import type { CodedSize } from "./scrcpy/framing.ts";
import { listApps } from "./scrcpy/list-apps.ts";
import type { ServerProgram } from "./scrcpy/server-program.ts";

/** What is known of a device before it is used. */
export interface Discovered {
  readonly description: DeviceDescription;
  /** The screen as it stands by itself. */
  readonly natural: CodedSize;
  readonly audible: boolean;
  /** Android's version, as its programs know it. */
  readonly sdk: number;
}

/** Android 11: the first that lets another program record what is played. */
const FIRST_AUDIBLE_SDK = 30;
/** What a scrcpy server does in any of them. */
const EVERY_ANDROID = ["touch", "keyboard", "clipboard", "rotation", "navigation", "volume", "screen"] as const;
/** Old Android versions and containers keep it from a shell, or have none. */
const PLUGGABLE_QUESTION = ["sh", "-c", "test -w /dev/uhid && echo yes"] as const;
/** Android 7: the first whose package manager reads an app from a stream. */
const FIRST_STREAMED_INSTALL_SDK = 24;
const MAX_NAME_CHARS = 128;

/**
 * Ask a device what it is.
 * @throws Error in words for the host's operator
 */
export async function describe(adb: Adb, serial: string, program: ServerProgram | undefined): Promise<Discovered> {
  const [model, android, sdk, size, uhid, apps] = await Promise.all([
    run(adb, ["getprop", "ro.product.model"]),
    run(adb, ["getprop", "ro.build.version.release"]),
    run(adb, ["getprop", "ro.build.version.sdk"]),
    run(adb, ["wm", "size"]),
    run(adb, PLUGGABLE_QUESTION),
    // A device without them is a device all the same.
    program === undefined ? [] : listApps(adb, program).catch(() => []),
  ]);
  const natural = screenSize(size);
  if (natural === undefined) throw new Error("it does not say how large its screen is; is Android still starting?");
  const audible = Number(sdk) >= FIRST_AUDIBLE_SDK;
  const name = shortened(model) || "Android device";
  return {
    natural,
    audible,
    sdk: Number(sdk),
    description: {
      id: deviceId(serial),
      name,
      model: shortened(`${name}, Android ${android}`),
      kind: "android",
      ...natural,
      videoCodecs: ["h264"],
      features: [
        ...EVERY_ANDROID,
        ...(["file-up", "file-down"] as const),
        ...(Number(sdk) >= FIRST_STREAMED_INSTALL_SDK ? (["app-install"] as const) : []),
        ...(audible ? (["audio"] as const) : []),
        ...(uhid.trim() === "yes" ? (["physical-keyboard", "gamepad"] as const) : []),
      ],
      apps,
    },
  };
}

/** A serial number in the characters that an id may have. */
export function deviceId(serial: string): string {
  return serial.replace(/[^\w.:-]/g, "-").slice(0, 64);
}

/** Out of `wm size`; an override is what is shown. */
export function screenSize(answer: string): CodedSize | undefined {
  const match = /Override size: (\d{1,4})x(\d{1,4})/.exec(answer) ?? /Physical size: (\d{1,4})x(\d{1,4})/.exec(answer);
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  const fits = (side: number) => side >= 1 && side <= 8192;
  return fits(width) && fits(height) ? { width, height } : undefined;
}

/** A device's words may be anything. */
function shortened(words: string): string {
  return words
    .replace(/[\s\p{C}]+/gu, " ")
    .trim()
    .slice(0, MAX_NAME_CHARS);
}
