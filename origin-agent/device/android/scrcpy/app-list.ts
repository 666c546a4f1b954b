/** An app that can be opened. */
export interface App {
  /** Its package. */
  readonly id: string;
  readonly name: string;
}

const MAX_APPS = 512;
const MAX_CHARS = 128;
/** The package stands behind the name, or, when that is long, on a line of its own (LogUtils.java). */
const ENTRY = /^ [*-] (.+)$/;
const NAME_AND_PACKAGE = /^(.*\S) +([\w.]{1,128})$/;
const PACKAGE = /^ +([\w.]{1,128})$/;

/** What a scrcpy server prints for `list_apps`. Names may be anything; what is not an entry is left out. */
export function parseAppList(output: string): App[] {
  const apps: App[] = [];
  let unfinished: string | undefined;
  for (const line of output.split(/\r?\n/)) {
    const entry = ENTRY.exec(line)?.[1];
    const whole = entry === undefined ? null : NAME_AND_PACKAGE.exec(entry);
    const id = whole?.[2] ?? (unfinished === undefined ? undefined : PACKAGE.exec(line)?.[1]);
    const name = readable(whole?.[1] ?? unfinished ?? "");
    if (id !== undefined && apps.length < MAX_APPS) apps.push({ id, name: name === "" ? id : name });
    unfinished = whole === null ? entry : undefined;
  }
  return apps;
}

function readable(name: string): string {
  return name
    .replace(/[\s\p{C}]+/gu, " ")
    .trim()
    .slice(0, MAX_CHARS);
}
