import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { pipeIn } from "../../origin-agent/config.ts";
import type { Surveyed } from "../../origin-agent/device/android/index.ts";
import { type Finding, missing, ok } from "./finding.ts";

/** What a device can borrow by itself; a camera and a microphone are the host's to give. */
export function hardwareFindings({ serial, state, model, borrows, troubles }: Surveyed): Finding[] {
  if (state !== "device" || model === undefined) return [];
  const found = borrows.includes("gps")
    ? ok(`${serial} borrows location${borrows.includes("motion") ? " and motion" : "; motion is for emulators alone"}`)
    : missing(`${serial} cannot borrow a location`, "take an image of Android 12 or later, or an emulator");
  const next = "run this as the user who started the emulator: its token is in ~/.emulator_console_auth_token";
  return [found, ...troubles.map((trouble) => missing(trouble.replace(/^adb: /, ""), next))];
}

/** A pipe of the agent's command line, `SERIAL=PATH`, as it is on this machine. */
export async function pipeFinding(kind: "camera" | "microphone", argument: string): Promise<Finding> {
  const pipe = pipeIn(argument);
  if (pipe === undefined) return missing(`a ${kind} "${argument}"`, `say it as --${kind} SERIAL=PATH`);
  const { serial, path } = pipe;
  const what = `a ${kind} of ${serial} in ${path}`;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return missing(what, `mkfifo ${path}`);
  if (!found.isFIFO() && !found.isCharacterDevice()) return missing(`${what}, which is no FIFO`, "name another path");
  const writable = await access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
  return writable ? ok(what) : missing(`${what} is not for you to write`, `chmod u+w ${path}, as its owner`);
}
