import { writtenBy } from "../../../../origin-agent/device/demo/keycode.ts";
import type { Android } from "./android.ts";
import { LAUNCHER } from "./packages.ts";
import type { Screen } from "./screen.ts";

/** Android's key codes, those that do something here. */
const KEY = { home: 3, back: 4, power: 26, enter: 66, paste: 279, wakeUp: 224, sleep: 223 } as const;
const DOWN = 0;

/** A key reaches a display. What keys do that are not here is seen in the record alone. */
export function pressKey(android: Android, screen: Screen, action: number, keycode: number, meta = 0): void {
  if (action !== DOWN) return;
  switch (keycode) {
    case KEY.power:
      return screen.power(!screen.on);
    case KEY.wakeUp:
      return screen.power(true);
    case KEY.sleep:
      return screen.power(false);
    case KEY.home:
    case KEY.back:
      if (screen.app !== LAUNCHER) screen.show(LAUNCHER);
      return;
    case KEY.enter:
      return android.type("\n", "keys", screen);
    case KEY.paste:
      return android.type(android.clipboard, "paste", screen);
    default: {
      const text = writtenBy(keycode, meta);
      if (text !== undefined) android.type(text, "keys", screen);
    }
  }
}
