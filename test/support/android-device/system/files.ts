import { posix } from "node:path";

export type FileNode =
  | { readonly kind: "folder"; readonly mode: number; readonly modifiedAt: number }
  | { readonly kind: "file"; readonly mode: number; readonly modifiedAt: number; readonly data: Uint8Array };

/** As Android words it when a call fails. */
export class FileError extends Error {}

const FOLDER_MODE = 0o040_771;
const FILE_TYPE = 0o100_000;
const PERMISSIONS = 0o777;

const SHARED = "/storage/emulated/0";
const LINKS: Readonly<Record<string, string>> = {
  "/sdcard": SHARED,
  "/mnt/sdcard": SHARED,
  "/storage/self/primary": SHARED,
};
/** Through this a shell plugs in keyboards. */
const UHID = "/dev/uhid";
/** Where the shell's user may make files. */
const WRITABLE = [SHARED, "/data/local/tmp"];

/** The part of the file system that hosts see: what is shared, and the place for temporary files. In memory. */
export class Files {
  readonly #nodes = new Map<string, FileNode>();
  /** Of one file that is pushed. */
  roomBytes = Number.POSITIVE_INFINITY;

  constructor() {
    const folders = [
      "/system/bin",
      "/data/local/tmp",
      ...["Download", "DCIM", "Pictures"].map((name) => `${SHARED}/${name}`),
    ];
    for (const folder of folders) this.#makeFolders(folder);
    this.#nodes.set(UHID, { kind: "file", mode: FILE_TYPE | 0o660, modifiedAt: 0, data: Buffer.alloc(0) });
  }

  /** The one name of a path: without `..`, and links followed. */
  real(path: string): string {
    const normal = posix.resolve("/", path);
    for (const [link, target] of Object.entries(LINKS)) {
      if (normal === link || normal.startsWith(`${link}/`)) return `${target}${normal.slice(link.length)}`;
    }
    return normal;
  }

  find(path: string): FileNode | undefined {
    return this.#nodes.get(this.real(path));
  }

  /** @throws FileError */
  read(path: string): Uint8Array {
    const node = this.find(path);
    if (node === undefined) throw new FileError("No such file or directory");
    if (node.kind === "folder") throw new FileError("Is a directory");
    return node.data;
  }

  /** Makes the folders on the way, as adbd does. @throws FileError */
  write(path: string, data: Uint8Array, mode = 0o644, modifiedAt = Date.now()): void {
    const real = this.#writable(path);
    if (this.#nodes.get(real)?.kind === "folder") throw new FileError("Is a directory");
    this.#makeFolders(posix.dirname(real));
    this.#nodes.set(real, { kind: "file", mode: FILE_TYPE | (mode & PERMISSIONS), modifiedAt, data });
  }

  /** A device without this one. */
  forget(path: string): void {
    this.#nodes.delete(path);
  }

  makeFolder(path: string): void {
    this.#makeFolders(this.#writable(path));
  }

  /** A file, or a folder and all in it. @throws FileError */
  remove(path: string): void {
    const real = this.#writable(path);
    if (!this.#nodes.has(real)) throw new FileError("No such file or directory");
    for (const name of [...this.#nodes.keys()]) {
      if (name === real || name.startsWith(`${real}/`)) this.#nodes.delete(name);
    }
  }

  /** @throws FileError */
  move(from: string, to: string): void {
    const node = this.find(from);
    if (node?.kind !== "file") throw new FileError("No such file or directory");
    const target = this.find(to)?.kind === "folder" ? posix.join(to, posix.basename(from)) : to;
    this.write(target, node.data, node.mode, node.modifiedAt);
    if (this.real(target) !== this.real(from)) this.remove(from);
  }

  /** Names and nodes of what is in a folder, or undefined when there is none. */
  list(path: string): readonly (readonly [name: string, node: FileNode])[] | undefined {
    const real = this.real(path);
    if (real !== "/" && this.#nodes.get(real)?.kind !== "folder") return undefined;
    return [...this.#nodes]
      .filter(([name]) => name !== "/" && posix.dirname(name) === real)
      .map(([name, node]) => [posix.basename(name), node] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #writable(path: string): string {
    const real = this.real(path);
    if (real.includes("\0")) throw new FileError("Invalid argument");
    if (!WRITABLE.some((folder) => real === folder || real.startsWith(`${folder}/`)))
      throw new FileError(real.startsWith("/data") ? "Permission denied" : "Read-only file system");
    return real;
  }

  #makeFolders(path: string): void {
    for (let folder = path; ; folder = posix.dirname(folder)) {
      const node = this.#nodes.get(folder);
      if (node?.kind === "file") throw new FileError("Not a directory");
      if (node === undefined) this.#nodes.set(folder, { kind: "folder", mode: FOLDER_MODE, modifiedAt: Date.now() });
      if (folder === "/") return;
    }
  }
}
