import { complain, type Process, say } from "../process.ts";

/** The window manager's shell: sizes, density, rotation. */
export async function wm(process: Process): Promise<number> {
  const { mainScreen: screen, properties } = process.system.android;
  const [verb, ...args] = process.args;
  switch (verb) {
    case "size":
      return await size(process, args);
    case "density":
      return await say(process, `Physical density: ${properties.get("ro.sf.lcd_density") ?? ""}\n`);
    case "user-rotation": {
      // `wm user-rotation lock N`, with a display in between or not.
      const lock = args.indexOf("lock");
      if (lock === -1) return await say(process, `${screen.rotation === 0 ? "free" : `lock ${screen.rotation}`}\n`);
      screen.turnTo(Number(args[lock + 1] ?? 0) & 3);
      return 0;
    }
    case "fixed-to-user-rotation":
      return 0;
    default:
      return await complain(process, `Unknown command: ${verb ?? ""}\n`, 255);
  }
}

async function size(process: Process, [wanted]: readonly string[]): Promise<number> {
  const { android } = process.system;
  const { mainScreen: screen, physicalSize } = android;
  if (wanted === undefined) {
    const overridden = android.sizeOverride;
    const physical = `Physical size: ${physicalSize.width}x${physicalSize.height}\n`;
    return await say(
      process,
      overridden === undefined ? physical : `${physical}Override size: ${overridden.width}x${overridden.height}\n`,
    );
  }
  const match = /^(\d+)x(\d+)$/.exec(wanted);
  if (match === null && wanted !== "reset") return await complain(process, `Error: bad size ${wanted}\n`, 255);
  android.sizeOverride = match === null ? undefined : { width: Number(match[1]), height: Number(match[2]) };
  const { width, height } = android.sizeOverride ?? physicalSize;
  screen.resize(screen.rotation % 2 === 0 ? { width, height } : { width: height, height: width });
  return 0;
}
