import type { ControlMessage } from "./scrcpy/control-message.ts";
import type { ServerOptions } from "./scrcpy/options.ts";

/** What the device was told, in the order in which it was told. */
export type DeviceEvent =
  | { readonly kind: "connected"; readonly host: string }
  /** A program that was started by a shell, with what stood in the place of its arguments when they were expanded. */
  | { readonly kind: "command"; readonly program: string; readonly args: readonly string[] }
  /** The words of a host for a shell, before a shell read them. */
  | { readonly kind: "shell"; readonly service: "shell" | "exec"; readonly line: string }
  | { readonly kind: "push"; readonly path: string; readonly bytes: number; readonly mode: number }
  | { readonly kind: "pull"; readonly path: string }
  | { readonly kind: "install"; readonly name: string; readonly bytes: number }
  | { readonly kind: "location"; readonly provider: string; readonly fix: Fix }
  | { readonly kind: "server-started"; readonly version: string; readonly options: ServerOptions }
  | { readonly kind: "server-ended" }
  /** `taken` is false where Android drops it without a word: a touch aimed at another size of picture. */
  | { readonly kind: "control"; readonly message: ControlMessage; readonly taken: boolean }
  /** Text that reached whatever had the focus, typed or pasted. */
  | { readonly kind: "text"; readonly text: string; readonly by: "keys" | "paste" }
  | { readonly kind: "app-started"; readonly name: string; readonly stoppedFirst: boolean; readonly display: number };

export interface Fix {
  readonly latitude: number;
  readonly longitude: number;
  /** Metres. */
  readonly accuracy: number | undefined;
}

type EventOf<Kind extends DeviceEvent["kind"]> = Extract<DeviceEvent, { kind: Kind }>;
type MessageOf<Type extends ControlMessage["type"]> = Extract<ControlMessage, { type: Type }>;

/** A device that runs for days forgets what is older. */
const MOST_EVENTS = 100_000;

export class DeviceRecord {
  #events: DeviceEvent[] = [];
  /** Told of every event as it happens. */
  watcher: ((event: DeviceEvent) => void) | undefined;

  add(event: DeviceEvent): void {
    this.#events.push(event);
    this.watcher?.(event);
    if (this.#events.length > 2 * MOST_EVENTS) this.#events = this.#events.slice(-MOST_EVENTS);
  }

  get events(): readonly DeviceEvent[] {
    return this.#events;
  }

  of<Kind extends DeviceEvent["kind"]>(kind: Kind): readonly EventOf<Kind>[] {
    return this.#events.filter((event): event is EventOf<Kind> => event.kind === kind);
  }

  /** Control messages of one type that the device took. */
  messages<Type extends ControlMessage["type"]>(type: Type): readonly MessageOf<Type>[] {
    return this.of("control")
      .filter(({ taken }) => taken)
      .map(({ message }) => message)
      .filter((message): message is MessageOf<Type> => message.type === type);
  }

  /** The arguments of every run of a program, each run's joined by blanks. */
  runs(program: string): readonly string[] {
    return this.of("command")
      .filter((event) => event.program === program)
      .map(({ args }) => args.join(" "));
  }

  /** Everything that was typed and pasted, in one. */
  get text(): string {
    return this.of("text")
      .map(({ text }) => text)
      .join("");
  }

  clear(): void {
    this.#events = [];
  }
}
