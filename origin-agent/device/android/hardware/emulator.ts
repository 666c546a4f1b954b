import type { LentHardware } from "../../hardware.ts";
import type { BackEnd } from "./back-end.ts";
import { type Console, ConsoleRefusal } from "./console.ts";
import { AT_REST, motionLines, placeLines } from "./console-lines.ts";

type Kind = keyof typeof AT_REST;
/** A console that was closed since it was used last is opened again. */
const ATTEMPTS = 2;

/** Location and motion of an Android Emulator by its console: what its own satellites and sensors say. The newest is said next. */
export class Emulator implements BackEnd {
  readonly #open: () => Promise<Console>;
  readonly #lent = new Set<Kind>();
  /** Of each kind what is to be said next. */
  readonly #next = new Map<Kind, readonly string[]>();
  #console: Console | undefined;
  #running: Promise<void> | undefined;

  /** @param open throws when there is no console */
  constructor(open: () => Promise<Console>) {
    this.#open = open;
  }

  came(news: LentHardware): void {
    switch (news.type) {
      case "granted":
        if (isKind(news.want.kind)) this.#lent.add(news.want.kind);
        return;
      case "ended":
        if (isKind(news.kind)) this.#end(news.kind);
        return;
      case "location":
        return this.#say("location", placeLines(news));
      case "motion":
        return this.#say("motion", motionLines(news));
      case "frame":
        return;
    }
  }

  async close(): Promise<void> {
    for (const kind of [...this.#lent]) this.#end(kind);
    await this.#running;
    this.#console?.close();
  }

  #say(kind: Kind, lines: readonly string[]): void {
    if (!this.#lent.has(kind)) return;
    this.#next.set(kind, lines);
    this.#running ??= this.#run();
  }

  #end(kind: Kind): void {
    this.#say(kind, AT_REST[kind]);
    this.#lent.delete(kind);
  }

  async #run(): Promise<void> {
    while (this.#next.size > 0) {
      const lines = [...this.#next.values()].flat();
      this.#next.clear();
      await this.#tell(lines);
    }
    this.#running = undefined;
  }

  async #tell(lines: readonly string[]): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        const console = this.#console ?? (await this.#open());
        this.#console = console;
        await Promise.all(lines.map((line) => console.command(line).catch(unlessRefused)));
        return;
      } catch {
        this.#console?.close();
        this.#console = undefined;
      }
    }
  }
}

/** Some emulators are made without some sensors. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof ConsoleRefusal)) throw error;
}

function isKind(kind: string): kind is Kind {
  return kind in AT_REST;
}
