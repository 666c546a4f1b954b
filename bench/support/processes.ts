import { readdirSync, readFileSync } from "node:fs";

/** What the kernel knows of a process. */

/** CPU time of all threads so far, user and system, milliseconds: from the scheduler, finer than the ticks of `stat`. */
export function cpuMs(pid: number): number {
  let nanoseconds = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [ran] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    nanoseconds += Number(ran);
  }
  return nanoseconds / 1e6;
}

/** Memory of its own, in bytes: files that it maps are not counted. */
export function memoryBytes(pid: number): number {
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  if (kilobytes === undefined) throw new Error(`process ${pid} does not say what memory it has`);
  return Number(kilobytes) * 1024;
}

/** The children of a process that run this program. */
export function childrenNamed(parent: number, name: string): number[] {
  return readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8")
    .split(" ")
    .filter((pid) => pid !== "")
    .map(Number)
    .filter((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim() === name);
}
