import type { Process } from "../shell/process.ts";
import type { Android } from "../system/android.ts";
import type { Log } from "./controller.ts";
import { OptionsError, parseOptions, type ServerOptions } from "./options.ts";
import { ScrcpyServer } from "./server.ts";
import { appList } from "./start-app.ts";

const SERVER_CLASS = "com.genymobile.scrcpy.Server";
/** What the runtime ends with when it has no such class. */
const ABORTED = 134;
const LEVELS = ["VERBOSE", "DEBUG", "INFO", "WARN", "ERROR"] as const;

/** Runs scrcpy's server when a shell starts it, and knows the runs. */
export class ScrcpyHost {
  readonly #android: Android;
  /** The version that the pushed server is of. */
  version: string;
  /** What the device plays, in hertz. */
  toneHz: number | undefined;
  readonly #servers = new Set<ScrcpyServer>();

  constructor(android: Android, version: string, toneHz: number | undefined) {
    this.#android = android;
    this.version = version;
    this.toneHz = toneHz;
  }

  get servers(): readonly ScrcpyServer[] {
    return [...this.#servers];
  }

  /** `app_process / com.genymobile.scrcpy.Server VERSION KEY=VALUE...` with the server's file as CLASSPATH. */
  async start(process: Process): Promise<number> {
    const { files } = this.#android;
    const jar = process.environment.get("CLASSPATH") ?? "";
    const [className, ...args] = process.args.filter((arg) => !arg.startsWith("-X") && !arg.startsWith("-D")).slice(1);
    if (files.find(jar)?.kind !== "file" || className !== SERVER_CLASS) {
      await process.err(`Error: unable to find class '${className ?? ""}' in '${jar}'\nAborted\n`);
      return ABORTED;
    }
    const log = logger(process);
    try {
      const options = parseOptions(args, this.version);
      // The server removes itself when it has begun, unless it is told not to.
      if (options.cleanup) files.remove(jar);
      const { manufacturer, model } = this.#android.identity;
      log("INFO", `Device: [${manufacturer}] ${manufacturer} ${model} (Android 14)`);
      if (options.list.length > 0) this.#list(options, log);
      else await this.#mirror(options, process, log);
      return 0;
    } catch (error) {
      if (!(error instanceof OptionsError) && !isRefusal(error)) throw error;
      log("ERROR", error.message);
      return 1;
    }
  }

  async #mirror(options: ServerOptions, process: Process, log: Log): Promise<void> {
    const { version } = this;
    const killed = process.signal;
    const server = new ScrcpyServer(options, { android: this.#android, version, log, killed, tone: () => this.toneHz });
    this.#servers.add(server);
    this.#android.record.add({ kind: "server-started", version, options });
    try {
      await server.run();
    } finally {
      this.#servers.delete(server);
      this.#android.record.add({ kind: "server-ended" });
    }
  }

  #list({ list }: ServerOptions, log: Log): void {
    if (list.includes("list_encoders")) {
      log(
        "INFO",
        "List of video encoders:\n    --video-codec=h264 --video-encoder=c2.android.avc.encoder         (sw)",
      );
      log(
        "INFO",
        "List of audio encoders:\n    --audio-codec=opus --audio-encoder=c2.android.opus.encoder        (sw)",
      );
    }
    if (list.includes("list_displays")) {
      const lines = [...this.#android.screens.values()].map(
        ({ id, size }) => `    --display-id=${id}    (${size.width}x${size.height})`,
      );
      log("INFO", ["List of displays:", ...lines].join("\n"));
    }
    if (list.includes("list_cameras") || list.includes("list_camera_sizes"))
      log("INFO", "List of cameras:\n    (none)");
    if (list.includes("list_apps")) {
      log("INFO", "Processing Android apps... (this may take some time)");
      log("INFO", appList("List of apps:", this.#android.packages.apps));
    }
  }
}

/** What a server says; DEBUG and INFO on standard output, the others on standard error (Ln.java). */
function logger(process: Process): Log {
  const asked = process.args
    .find((arg) => arg.startsWith("log_level="))
    ?.slice("log_level=".length)
    .toUpperCase();
  const threshold = Math.max(
    0,
    LEVELS.findIndex((level) => level === (asked ?? "DEBUG")),
  );
  return (level, text) => {
    if (LEVELS.indexOf(level) < threshold) return;
    const write = level === "WARN" || level === "ERROR" ? process.err : process.out;
    // Whoever does not read what the server says does not stop it.
    void write(`[server] ${level}: ${text}\n`).catch(() => {});
  };
}

/** Nobody to connect to, or somebody there already. */
function isRefusal(error: unknown): error is Error {
  return (
    error instanceof Error &&
    /^(Connection refused|Address already in use|the socket was closed|broken pipe)$/.test(error.message)
  );
}
