import type { Adb } from "@yume-chan/adb";
import { within } from "../adb/deadline.ts";
import { closeQuietly, type Flow, readAll } from "../adb/flow.ts";
import { commandLine } from "../adb/shell.ts";
import type { RateSettings } from "../rate-plan.ts";
import { serverArguments, serverSocket } from "./server-arguments.ts";
import { listenTo, type ServerOutput } from "./server-output.ts";
import { newServerId, pushServer, type ServerProgram } from "./server-program.ts";

/** Where a server's bytes go. Every stream is read always: one that is not blocks the device's whole connection. */
export interface ServerListener {
  video(chunk: Uint8Array): void;
  audio(chunk: Uint8Array): void;
  control(chunk: Uint8Array): void;
  /** Once, if it was started: it is gone, or said what made one of the above throw. Not after `close()`. */
  ended(error: Error): void;
}

/** A slow guest starts its runtime for seconds. */
const START_DEADLINE_MS = 15_000;
const RETRY_MS = 50;
/** Messages that the device did not take yet. Input comes at 240 a second at most. */
const MAX_UNSAID = 1_000;

/** One scrcpy server in a device, from its start to its end. The ADB connections are its own, and are closed with it. */
export class ScrcpyServer {
  readonly #adb: Adb;
  readonly #listener: ServerListener;
  readonly #id = newServerId();
  readonly #flows: Flow[] = [];
  readonly #failed = Promise.withResolvers<never>();
  #output: ServerOutput | undefined;
  #control: ReturnType<Flow["writable"]["getWriter"]> | undefined;
  #unsaid = 0;
  #state: "starting" | "running" | "over" = "starting";

  constructor(adb: Adb, listener: ServerListener) {
    this.#adb = adb;
    this.#listener = listener;
    this.#failed.promise.catch(() => {});
  }

  /**
   * Push the program, start it, and connect to it.
   * @throws Error in words for the host's operator
   */
  async start(program: ServerProgram, rate: RateSettings, audio: boolean): Promise<void> {
    // Of the whole: a device that hangs says nothing at any of these steps.
    const late = setTimeout(
      () => this.#fail(new Error("the server in the device did not start in time")),
      START_DEADLINE_MS,
    );
    try {
      const path = await this.#orFailed(pushServer(this.#adb, program, this.#id));
      const line = commandLine(serverArguments({ version: program.version, path, id: this.#id, rate, audio }));
      const output = listenTo(await this.#open(`shell:${line}`));
      this.#output = output;
      await this.#orFailed(this.#connectFirst(output));
      if (audio) this.#watch(readAll(await this.#connect(), (chunk) => this.#listener.audio(chunk)));
      const control = await this.#connect();
      this.#control = control.writable.getWriter();
      this.#watch(readAll(control, (chunk) => this.#listener.control(chunk)));
      this.#state = "running";
    } catch (error) {
      await this.close();
      throw this.#explained(error);
    } finally {
      clearTimeout(late);
    }
  }

  /** One control message. */
  say(message: Uint8Array): void {
    if (this.#control === undefined || this.#state === "over") return;
    this.#unsaid += 1;
    if (this.#unsaid > MAX_UNSAID) return this.#fail(new Error("the device takes no input any more"));
    void this.#control.write(message).then(
      () => {
        this.#unsaid -= 1;
      },
      // Its end is seen where it is read.
      () => {},
    );
  }

  async close(): Promise<void> {
    this.#state = "over";
    await Promise.all(this.#flows.map(closeQuietly));
    // With it goes the connection that waits to hear of the device's end.
    await this.#adb.close().catch(() => {});
  }

  /**
   * The server says one byte on its first connection, so that it is known to be there: an ADB connection may open
   * where nobody listens.
   */
  async #connectFirst(output: ServerOutput): Promise<void> {
    while (this.#state === "starting") {
      const begun = Promise.withResolvers<"begun">();
      let first = true;
      const take = (chunk: Uint8Array) => {
        begun.resolve("begun");
        this.#listener.video(first ? chunk.subarray(1) : chunk);
        first = false;
      };
      const flow = await this.#connect().catch(() => undefined);
      if (flow !== undefined) {
        const reading = readAll(flow, take);
        const outcome = await Promise.race([begun.promise, reading]);
        if (outcome === "begun") return this.#watch(reading);
        await closeQuietly(flow);
      }
      if ((await within(RETRY_MS, output.over)) !== undefined)
        throw new Error("the server in the device ended at once");
    }
  }

  #connect(): Promise<Flow> {
    return this.#open(serverSocket(this.#id));
  }

  async #open(service: string): Promise<Flow> {
    const opening = this.#adb.createSocket(service);
    // One that opens when all is over is closed at once.
    opening.then(
      (flow) => {
        if (this.#state === "over") void closeQuietly(flow);
        else this.#flows.push(flow);
      },
      () => {},
    );
    return this.#orFailed(opening);
  }

  #watch(reading: Promise<void>): void {
    reading.then(
      () => this.#fail(new Error("the server in the device ended")),
      (error: unknown) => this.#fail(error instanceof Error ? error : new Error("the device cannot be read")),
    );
  }

  #fail(error: Error): void {
    if (this.#state === "over") return;
    const tell = this.#state === "running";
    void this.close();
    if (tell) this.#listener.ended(this.#explained(error));
    else this.#failed.reject(error);
  }

  #orFailed<Result>(work: Promise<Result>): Promise<Result> {
    return Promise.race([work, this.#failed.promise]);
  }

  /** What the server itself complained of says more than that it is gone; a lie is a lie whatever it says. */
  #explained(error: unknown): Error {
    const complaint = this.#output?.complaint() ?? "";
    const plain = error instanceof Error && error.constructor !== Error;
    if (plain || complaint === "") return error instanceof Error ? error : new Error("the device could not be started");
    return new Error(complaint);
  }
}
