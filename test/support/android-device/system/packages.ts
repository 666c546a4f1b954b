export interface InstalledApp {
  readonly name: string;
  readonly label: string;
  readonly activity: string;
  readonly system: boolean;
  readonly uid: number;
}

const FIRST_APP_UID = 10_200;
export const LAUNCHER = "com.android.launcher3";

const SYSTEM_APPS: readonly (readonly [name: string, label: string, activity: string])[] = [
  [LAUNCHER, "Launcher", ".uioverrides.QuickstepLauncher"],
  ["com.android.settings", "Settings", ".Settings"],
  ["com.android.calculator2", "Calculator", ".Calculator"],
  ["com.android.camera2", "Camera", "com.android.camera.CameraLauncher"],
];

const USER_APPS: readonly (readonly [name: string, label: string, activity: string])[] = [
  ["org.example.maps", "Maps", ".MapActivity"],
  ["org.example.notes", "Notes", ".NotesActivity"],
  ["org.example.chat", "Chat 聊天", ".MainActivity"],
];

/** What is installed. */
export class Packages {
  readonly #apps = new Map<string, InstalledApp>();
  #uids = FIRST_APP_UID;

  constructor() {
    for (const app of SYSTEM_APPS) this.#add(app, true);
    for (const app of USER_APPS) this.#add(app, false);
  }

  get apps(): readonly InstalledApp[] {
    return [...this.#apps.values()];
  }

  find(name: string): InstalledApp | undefined {
    return this.#apps.get(name);
  }

  /** By the beginning of a label, as scrcpy searches. */
  search(label: string): readonly InstalledApp[] {
    const wanted = label.toLowerCase();
    return this.apps.filter((app) => app.label.toLowerCase().startsWith(wanted));
  }

  /**
   * Install what a file holds. A package is recognised as Android does it, by being a ZIP; its name stands in the
   * double's own files as a comment `package=NAME`, and is made up for all others.
   * @returns undefined when it is no package
   */
  install(data: Uint8Array): InstalledApp | undefined {
    const head = Buffer.from(data.subarray(0, 4)).toString("latin1");
    if (head !== "PK\u0003\u0004" && head !== "PK\u0005\u0006") return undefined;
    const named = /package=([a-z][\w.]*)/.exec(Buffer.from(data).toString("latin1"))?.[1];
    const name = named ?? `org.example.installed${this.#uids}`;
    this.#add([name, name.slice(name.lastIndexOf(".") + 1), ".MainActivity"], false);
    return this.#apps.get(name);
  }

  uninstall(name: string): boolean {
    return this.#apps.get(name)?.system === false && this.#apps.delete(name);
  }

  #add([name, label, activity]: readonly [string, string, string], system: boolean): void {
    this.#uids += 1;
    this.#apps.set(name, { name, label, activity, system, uid: this.#uids });
  }
}
