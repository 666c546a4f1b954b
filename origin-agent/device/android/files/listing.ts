import { type Adb, LinuxFileType } from "@yume-chan/adb";
import { isFileName, type ListedFile } from "#protocol";
import { FileRefusal } from "../../files.ts";
import { within } from "../adb/deadline.ts";

const LIST_MS = 15_000;

/** The files of a folder, the newest first: neither folders nor links. @throws FileRefusal */
export async function listFolder(adb: Adb, folder: string): Promise<readonly ListedFile[]> {
  const sync = await adb.sync();
  const entries = await within(
    LIST_MS,
    sync.readdir(folder).catch(() => undefined),
  );
  // A list that does not come is given up with its stream.
  await sync.dispose().catch(() => {});
  if (entries === undefined) throw new FileRefusal("device-failed");
  return entries
    .filter(({ type, name }) => type === LinuxFileType.File && isFileName(name))
    .sort((a, b) => Number(b.mtime - a.mtime))
    .map(({ name, size, mtime }) => ({ name, size: Number(size), version: `${mtime}-${size}` }));
}
