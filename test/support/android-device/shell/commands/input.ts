import { pressKey } from "../../system/keys.ts";
import type { Screen } from "../../system/screen.ts";
import { complain, type Process, type Program } from "../process.ts";

const NAMES: Readonly<Record<string, number>> = {
  KEYCODE_HOME: 3,
  KEYCODE_BACK: 4,
  KEYCODE_VOLUME_UP: 24,
  KEYCODE_VOLUME_DOWN: 25,
  KEYCODE_POWER: 26,
  KEYCODE_ENTER: 66,
  KEYCODE_APP_SWITCH: 187,
  KEYCODE_SLEEP: 223,
  KEYCODE_WAKEUP: 224,
  KEYCODE_PASTE: 279,
};

export const INPUT_PROGRAMS: Readonly<Record<string, Program>> = { input };

async function input(process: Process): Promise<number> {
  const { android } = process.system;
  const [screen, words] = target(process);
  const [verb = "", ...args] = words;
  switch (verb) {
    case "keyevent":
      for (const key of args.filter((arg) => !arg.startsWith("--"))) {
        const code = NAMES[key] ?? NAMES[`KEYCODE_${key}`] ?? Number(key);
        if (Number.isNaN(code)) return await complain(process, `Error: Unknown keycode: ${key}\n`, 255);
        pressKey(android, screen, 0, code);
      }
      return 0;
    case "text":
      // A blank is written so on Android's side of a shell.
      android.type((args[0] ?? "").replaceAll("%s", " "), "keys", screen);
      return 0;
    case "tap":
    case "swipe": {
      const places = args.slice(0, verb === "tap" ? 2 : 4).map(Number);
      for (let at = 0; at + 1 < places.length; at += 2) screen.finger(0, places[at] ?? 0, places[at + 1] ?? 0);
      return 0;
    }
    default:
      return await complain(process, `Error: Unknown command: ${verb}\n`, 255);
  }
}

/** `input [touchscreen|keyboard] [-d DISPLAY] ...`. */
function target({ system, args }: Process): readonly [screen: Screen, words: readonly string[]] {
  const words = args.filter((arg) => arg !== "touchscreen" && arg !== "keyboard");
  if (words[0] !== "-d") return [system.android.mainScreen, words];
  return [system.android.screens.get(Number(words[1])) ?? system.android.mainScreen, words.slice(2)];
}
