import type { Program } from "../process.ts";
import { APP_PROGRAMS } from "./apps.ts";
import { cmd, pm } from "./cmd.ts";
import { dumpsys } from "./dumpsys.ts";
import { FILE_PROGRAMS } from "./files.ts";
import { INPUT_PROGRAMS } from "./input.ts";
import { SYSTEM_PROGRAMS } from "./system.ts";
import { TEXT_PROGRAMS } from "./text.ts";

/** What a shell of the device finds, by name. */
export const PROGRAMS: Readonly<Record<string, Program>> = {
  ...TEXT_PROGRAMS,
  ...FILE_PROGRAMS,
  ...SYSTEM_PROGRAMS,
  ...INPUT_PROGRAMS,
  ...APP_PROGRAMS,
  app_process: (process) => process.system.scrcpy.start(process),
  cmd,
  dumpsys,
  pm,
};
