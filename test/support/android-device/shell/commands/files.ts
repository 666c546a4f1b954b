import { createHash } from "node:crypto";
import { FileError, type FileNode } from "../../system/files.ts";
import { complain, type Process, type Program, say } from "../process.ts";

const FOLDER_BYTES = 4096;

/** toybox, as far as command lines of a host use it: programs of files. */
export const FILE_PROGRAMS: Readonly<Record<string, Program>> = {
  ls,
  mkdir: (process) => each(process, "mkdir", (path) => process.system.android.files.makeFolder(path)),
  rm: (process) => {
    const forced = process.args.some((arg) => /^-\w*f/.test(arg));
    const { files } = process.system.android;
    return each(process, "rm", (path) => {
      if (files.find(path) !== undefined || !forced) files.remove(path);
    });
  },
  touch: (process) => {
    const { files } = process.system.android;
    return each(process, "touch", (path) =>
      files.write(path, files.find(path)?.kind === "file" ? files.read(path) : Buffer.alloc(0)),
    );
  },
  chmod: () => 0,
  mv: (process) => two(process, "mv", (from, to) => process.system.android.files.move(from, to)),
  cp: (process) =>
    two(process, "cp", (from, to) => process.system.android.files.write(to, process.system.android.files.read(from))),
  stat: (process) =>
    each(process, "stat", async (path) => {
      const node = found(process, path);
      const format = process.args.includes("-c") ? process.args[process.args.indexOf("-c") + 1] : undefined;
      await process.out(
        `${(format ?? "  File: %n\n  Size: %s").replace(/%([nsYa])/g, (_sign, what) => fact(what, path, node))}\n`,
      );
    }),
  sha256sum: (process) => digests(process, "sha256"),
  md5sum: (process) => digests(process, "md5"),
  df: (process) =>
    say(
      process,
      "Filesystem     1K-blocks    Used Available Use% Mounted on\n/dev/block/dm-5  52428800 8388608  44040192  17% /storage/emulated\n",
    ),
  test: (process) => holds(process, process.args),
  "[": (process) => holds(process, process.args.slice(0, -1)),
};

/** What `stat -c` calls by a letter: name, size, time of the last change, permissions. */
function fact(what: string, path: string, node: FileNode): string {
  switch (what) {
    case "n":
      return path;
    case "s":
      return String(node.kind === "file" ? node.data.length : FOLDER_BYTES);
    case "Y":
      return String(Math.floor(node.modifiedAt / 1_000));
    default:
      return (node.mode & 0o777).toString(8);
  }
}

async function ls(process: Process): Promise<number> {
  const { files } = process.system.android;
  const long = process.args.some((arg) => /^-\w*l/.test(arg));
  const paths = process.args.filter((arg) => !arg.startsWith("-"));
  let status = 0;
  for (const path of paths.length > 0 ? paths : ["/"]) {
    const node = files.find(path);
    const entries = files.list(path) ?? (node === undefined ? undefined : [[path, node] as const]);
    if (entries === undefined) status = await complain(process, `ls: ${path}: No such file or directory\n`);
    else await process.out(entries.map(([name, entry]) => `${long ? longLine(name, entry) : name}\n`).join(""));
  }
  return status;
}

function longLine(name: string, node: FileNode): string {
  const date = new Date(node.modifiedAt).toISOString().slice(0, 16).replace("T", " ");
  const bits = [...(node.mode & 0o777).toString(2).padStart(9, "0")];
  const rights = bits.map((bit, at) => (bit === "1" ? ("rwx"[at % 3] ?? "-") : "-")).join("");
  const bytes = node.kind === "file" ? node.data.length : FOLDER_BYTES;
  return `${node.kind === "file" ? "-" : "d"}${rights} 1 shell shell ${String(bytes).padStart(8)} ${date} ${name}`;
}

function digests(process: Process, algorithm: "sha256" | "md5"): Promise<number> {
  return each(process, `${algorithm}sum`, async (path) => {
    const digest = createHash(algorithm).update(process.system.android.files.read(path)).digest("hex");
    await process.out(process.args.includes("-b") ? `${digest}\n` : `${digest}  ${path}\n`);
  });
}

function holds({ system, args: all }: Process, args: readonly string[]): number {
  const [first = "", second = "", third = ""] = args;
  const node = first.startsWith("-") ? system.android.files.find(second) : undefined;
  // What the shell's user may write to of what there is: what belongs to everybody, or to a group of his.
  if (first === "-w") return Number(node === undefined || (node.mode & 0o022) === 0);
  if (first === "-e") return Number(node === undefined);
  if (first === "-f") return Number(node?.kind !== "file");
  if (first === "-d") return Number(node?.kind !== "folder");
  if (second === "=") return Number(first !== third);
  return Number(all.length === 0 || first === "");
}

/** For every argument that is no flag; the first failure is the exit code, and the others go on. */
async function each(process: Process, name: string, act: (path: string) => Promise<void> | void): Promise<number> {
  let status = 0;
  const paths = process.args.filter((arg, at) => !arg.startsWith("-") && process.args[at - 1] !== "-c");
  for (const path of paths) {
    try {
      await act(path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      status = await complain(process, `${name}: ${path}: ${error.message}\n`);
    }
  }
  return paths.length === 0 ? await complain(process, `${name}: Needs 1 argument\n`) : status;
}

async function two(process: Process, name: string, act: (from: string, to: string) => void): Promise<number> {
  const [from, to] = process.args.filter((arg) => !arg.startsWith("-"));
  if (from === undefined || to === undefined) return await complain(process, `${name}: Needs 2 arguments\n`);
  try {
    act(from, to);
    return 0;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return await complain(process, `${name}: bad '${from}': ${error.message}\n`);
  }
}

function found({ system }: Process, path: string): FileNode {
  const node = system.android.files.find(path);
  if (node === undefined) throw new FileError("No such file or directory");
  return node;
}
