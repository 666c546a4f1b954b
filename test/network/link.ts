import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { denoProgram } from "../../tools/agent-command.ts";
import type { DirectionProfile, DirectionReport } from "./direction.ts";
import type { Both, LinkAnswer, LinkOrder, LinkStart } from "./messages.ts";

const PROGRAM = fileURLToPath(new URL("link-program.ts", import.meta.url));
/** Of the range for measuring networks (RFC 2544), which no real host has: 64 networks of four addresses. */
const NETWORK = "198.18.77";
const LINKS = 64;
const ANSWER_DEADLINE_MS = 10_000;

/** Why there can be no links here, or undefined when there can. */
export function whyNoLinks(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "needs Linux and root";
  if (!existsSync("/dev/net/tun")) return "needs /dev/net/tun";
  return ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip"].some((path) => existsSync(path)) ? undefined : "needs iproute2";
}

/** The congestion control of all TCP on links, at both ends: BBR where the kernel has it, else what it begins with. */
export function congestionControl(): string {
  const setting = (name: string) => readFileSync(`/proc/sys/net/ipv4/tcp_${name}`, "utf8").trim();
  return setting("available_congestion_control").split(" ").includes("bbr") ? "bbr" : setting("congestion_control");
}

/**
 * An emulated link: packets between a network namespace, the near end, and this machine, the far end, go by way of a
 * program that delays, limits and loses them. Real TCP of the kernel runs over it, in packets of 1500 bytes.
 */
export class Link {
  /** The address of this machine on the link, where servers listen. */
  readonly far: string;
  readonly near: string;
  readonly #namespace: string;
  readonly #child: ChildProcess;
  readonly #answers: ((answer: LinkAnswer) => void)[] = [];

  /** @throws Error when it cannot be made; `whyNoLinks` tells of the usual reasons before */
  static async open(profiles: Both<DirectionProfile>, seed = 1): Promise<Link> {
    removeOrphans();
    const index = freeIndex();
    const link = new Link(index, profiles, seed);
    try {
      await link.#answer();
      link.#addAddresses(index);
    } catch (error) {
      await link.close();
      throw error;
    }
    return link;
  }

  private constructor(index: number, profiles: Both<DirectionProfile>, seed: number) {
    this.far = `${NETWORK}.${index * 4 + 1}`;
    this.near = `${NETWORK}.${index * 4 + 2}`;
    this.#namespace = namespaceName(index);
    ip("netns", "add", this.#namespace);
    const start: LinkStart = { nearDevice: nearName(index), farDevice: farName(index), profiles, seed };
    const [command, ...before] = denoProgram();
    const permissions = ["--allow-ffi", "--no-lock", "--no-remote", "--quiet"];
    const args = [...before, "run", ...permissions, PROGRAM, JSON.stringify(start)];
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    if (this.#child.stdout === null) throw new Error("the link's program cannot be heard");
    createInterface({ input: this.#child.stdout }).on("line", (line) => {
      // Safe: the program writes nothing else.
      this.#answers.shift()?.(JSON.parse(line) as LinkAnswer);
    });
  }

  /** The words to put before a command so that it runs at the near end. */
  get atNearEnd(): readonly string[] {
    return ["ip", "netns", "exec", this.#namespace];
  }

  /** Change what is named, from now on. */
  async set(profiles: Partial<Both<DirectionProfile>>): Promise<void> {
    await this.#order({ order: "set", profiles });
  }

  /** Begin or end a time in which nothing passes in either direction. */
  async outage(outage: boolean): Promise<void> {
    await this.#order({ order: "outage", outage });
  }

  /** What passed and what was dropped so far. */
  async report(): Promise<Both<DirectionReport>> {
    return await this.#order({ order: "report" });
  }

  /** Leave nothing behind. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill("SIGKILL");
      await ended;
    }
    ip("netns", "del", this.#namespace);
  }

  async #order(order: LinkOrder): Promise<LinkAnswer> {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
    return await this.#answer();
  }

  async #answer(): Promise<LinkAnswer> {
    return await new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error("the link's program does not answer")), ANSWER_DEADLINE_MS);
      this.#answers.push((answer) => {
        clearTimeout(late);
        resolve(answer);
      });
    });
  }

  #addAddresses(index: number): void {
    const inside = (...args: string[]) => ip("-n", this.#namespace, ...args);
    ip("link", "set", nearName(index), "netns", this.#namespace);
    inside("link", "set", "lo", "up");
    inside("addr", "add", this.near, "peer", this.far, "dev", nearName(index));
    inside("link", "set", nearName(index), "mtu", "1500", "up");
    ip("addr", "add", this.far, "peer", this.near, "dev", farName(index));
    ip("link", "set", farName(index), "mtu", "1500", "up");
    // Pinned by the route: a namespace of its own may not set what its sockets begin with.
    const pinned = ["congctl", congestionControl()];
    inside("route", "replace", this.far, "dev", nearName(index), ...pinned);
    ip("route", "replace", this.near, "dev", farName(index), ...pinned);
  }
}

/** Names carry the process that made them, so that what a killed one left can be told from what is in use. */
function namespaceName(index: number): string {
  return `nearglass-${process.pid}-${index}`;
}

function nearName(index: number): string {
  return `ngn${index}`;
}

function farName(index: number): string {
  return `ngf${index}`;
}

/** A network that no link has, of this process or another: a link is listed from its namespace on. */
function freeIndex(): number {
  const taken = new Set(namespaces().map((name) => Number(name.split("-")[2])));
  for (let index = 0; index < LINKS; index += 1) if (!taken.has(index)) return index;
  throw new Error(`${LINKS} links are in use already`);
}

function namespaces(): string[] {
  const names = ip("netns", "list")
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "");
  return names.filter((name) => name.startsWith("nearglass-"));
}

/** Namespaces of processes that are gone. Their devices went with the program that held them. */
function removeOrphans(): void {
  for (const name of namespaces()) if (!existsSync(`/proc/${name.split("-")[1]}`)) ip("netns", "del", name);
}

function ip(...args: string[]): string {
  return execFileSync("ip", args, { encoding: "utf8" });
}
