import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

interface EmulatorConsoleOptions {
  readonly port: number;
  /** What lets a client in; an empty one lets everybody in. */
  readonly token: string;
}

const HELP = "Android Console: type 'help' for a list of commands\r\nOK\r\n";
const SENSORS = ["acceleration", "gyroscope", "magnetic-field", "orientation", "temperature", "proximity", "light"];
const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const FIX = new RegExp(`^geo fix (${NUMBER}) (${NUMBER})(?: (${NUMBER}))?$`);
const SENSOR = new RegExp(`^sensor set (\\S+) (${NUMBER}):(${NUMBER}):(${NUMBER})$`);

/** The console of an Android Emulator that is none: its words are those of android/console.c. */
export class EmulatorConsole {
  /** What it was told once the client was let in, in order. */
  readonly commands: string[] = [];
  readonly #server: Server;
  readonly #token: string;
  readonly #sockets = new Set<Socket>();
  /** How often it was connected to. */
  connections = 0;
  /** Sensors that it was made without. */
  readonly disabled = new Set<string>();
  /** Answers nothing from now on. */
  mute = false;

  private constructor(server: Server, token: string) {
    this.#server = server;
    this.#token = token;
  }

  static async start({ port, token }: EmulatorConsoleOptions): Promise<EmulatorConsole> {
    const server = createServer();
    const double = new EmulatorConsole(server, token);
    server.on("connection", (socket) => double.#serve(socket));
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return double;
  }

  get clients(): number {
    return this.#sockets.size;
  }

  /** The newest command that begins so. */
  last(beginning: string): string | undefined {
    return this.commands.findLast((command) => command.startsWith(beginning));
  }

  /** As when the emulator ends, and starts again. */
  dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.dropAll();
    await closed;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    this.connections += 1;
    socket.setEncoding("utf8");
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
    let letIn = this.#token === "";
    socket.write(letIn ? HELP : authBanner());
    let held = "";
    socket.on("data", (text: string) => {
      held += text;
      for (let end = held.indexOf("\n"); end !== -1; end = held.indexOf("\n")) {
        const line = held.slice(0, end).trim();
        held = held.slice(end + 1);
        if (this.mute) continue;
        if (letIn) socket.write(this.#command(line));
        else if (line === `auth ${this.#token}`) {
          letIn = true;
          socket.write(HELP);
        } else if (line.startsWith("auth ")) {
          socket.end("KO: authentication token does not match ~/.emulator_console_auth_token\r\n");
        } else socket.write("KO: unknown command, try 'help'\r\n");
      }
    });
  }

  #command(line: string): string {
    this.commands.push(line);
    const fix = FIX.exec(line);
    if (fix !== null) {
      const [longitude, latitude] = [Number(fix[1]), Number(fix[2])];
      if (Math.abs(longitude) > 180) return "KO: invalid longitude value. Must be in range [-180,+180]\r\n";
      if (Math.abs(latitude) > 90) return "KO: invalid latitude value. Must be in range [-90,+90]\r\n";
      return "OK\r\n";
    }
    const name = SENSOR.exec(line)?.[1];
    if (name === undefined) return "KO: unknown command, try 'help'\r\n";
    if (this.disabled.has(name)) return `KO: '${name}' sensor is disabled.\r\n`;
    if (SENSORS.includes(name)) return "OK\r\n";
    return `KO: unknown sensor name: ${name}, run 'sensor status' to get available sensors.\r\n`;
  }
}

function authBanner(): string {
  return [
    "Android Console: Authentication required",
    "Android Console: type 'auth <auth_token>' to authenticate",
    "Android Console: you can find your <auth_token> in ",
    "'/srv/somebody/.emulator_console_auth_token'",
    "OK",
    "",
  ].join("\r\n");
}
