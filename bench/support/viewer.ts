import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import {
  ALIVE,
  framePayload,
  PONG,
  PROBE,
  readFrameHeader,
  type ToViewerMessage,
  toViewerChannel,
  type ViewerMessage,
  viewerChannel,
  writeInput,
} from "#protocol";
import { Acknowledger } from "../../web-client/sdk/acknowledger.ts";
import { createInputLedger, holdLease, noteApplied, recordInput } from "../../web-client/sdk/input/ledger.ts";
import { unbrokenAfter } from "../../web-client/sdk/video/unbroken.ts";
import { type Dial, dial, dialSession } from "./dial.ts";
import { nowMicros } from "./stream.ts";

export interface Arrival {
  readonly kind: "video" | "audio";
  readonly sequence: number;
  readonly keyframe: boolean;
  /** Of the whole message. */
  readonly bytes: number;
  /** Unix microseconds. */
  readonly capturedAt: number;
  readonly at: number;
}

export interface Counts {
  readonly frames: number;
  /** Of the messages that came, headers of frames included. */
  readonly messageBytes: number;
  /** What came over the wire, WebSocket framing included. */
  readonly wireBytes: number;
  readonly messagesSent: number;
}

const FRAME_ID_INTERVAL_MS = 50;

/** One viewer: takes frames, acknowledges as the page does, and writes down what came when. */
export class Viewer {
  readonly #dial: Dial;
  readonly #keepsPayloads: boolean;
  readonly #acknowledger: Acknowledger;
  readonly #ledger = createInputLedger();
  #socket: WebSocket | undefined;
  #wire: Socket | undefined;
  #resume: string | undefined;
  /** The last picture that is here with all before it. */
  #unbroken: number | undefined;
  /** This connection was welcomed: before, an input would overtake those that are to be sent again. */
  #welcome = false;
  #frameIds: ReturnType<typeof setInterval> | undefined;
  #newest: number | undefined;
  #wireBefore = 0;
  #counts = { frames: 0, messageBytes: 0, messagesSent: 0 };
  #closes: number[] = [];
  arrivals: Arrival[] = [];
  /** The payloads of the video, when they are kept. */
  readonly units: { readonly sequence: number; readonly data: Uint8Array }[] = [];
  /** When each input was given, by its sequence. */
  readonly inputs: { readonly sequence: number; readonly at: number }[] = [];
  /** When the socket was dialled, the ticket in hand; as `performance.now` says it. */
  dialledAt = 0;
  lease: Extract<ToViewerMessage, { type: "lease" }> | undefined;

  constructor(dialled: Dial, keepsPayloads: boolean) {
    this.#dial = dialled;
    this.#keepsPayloads = keepsPayloads;
    this.#acknowledger = new Acknowledger(
      (ack) => this.#send(viewerChannel.write(ack)),
      () => ({ queued: 0, decodedAt: nowMicros(), paintedAt: nowMicros() }),
    );
  }

  /** Join, or come back with the resume token. Done when the viewer is welcome. */
  async connect(): Promise<void> {
    const target = this.#dial;
    if (target.kind === "plain") {
      this.dialledAt = performance.now();
      this.#wire = (await dial(target.url, [], (socket) => this.#use(socket))).wire;
      if (target.acks === "frame-id")
        this.#frameIds = setInterval(() => {
          if (this.#newest !== undefined) this.#send(`ack ${this.#newest}`);
        }, FRAME_ID_INTERVAL_MS);
      return;
    }
    const { base, name } = target;
    const back = { role: "viewer", resume: this.#resume, seen: this.#unbroken };
    const claims = this.#resume === undefined ? await admit(base, name) : back;
    this.dialledAt = performance.now();
    const isNew = this.#resume === undefined;
    const welcome = Promise.withResolvers<void>();
    const { wire } = await dialSession(base, name, claims, (socket) => {
      socket.on("message", (data, isBinary) => {
        if (!isBinary && String(data).includes('"type":"welcome"')) welcome.resolve();
      });
      socket.once("close", (code) => welcome.reject(new Error(`closed with ${code} before the welcome`)));
      this.#use(socket);
    });
    this.#wire = wire;
    // One that comes back is known, and says no hello (M-1).
    if (isNew) this.#say({ type: "hello", protocol: 1, client: "bench", videoCodecs: ["h264"] });
    await welcome.promise;
  }

  /** Take nothing from the socket: the kernel's buffers fill, and then the sender's. */
  stall(stalled: boolean): void {
    if (stalled) this.#socket?.pause();
    else this.#socket?.resume();
  }

  /** As when a network goes away: without a word. */
  cut(): void {
    this.#wire?.destroy();
  }

  close(): void {
    clearInterval(this.#frameIds);
    this.#acknowledger.reset();
    if (this.#dial.kind === "session" && this.#socket?.readyState === 1) this.#say({ type: "bye" });
    this.#socket?.close();
  }

  askKeyframe(): void {
    if (this.#dial.kind === "session") this.#say({ type: "keyframe-request" });
    else this.#send("keyframe");
  }

  /** A key goes down: must arrive, and once. */
  press(): void {
    if (this.#dial.kind === "plain") {
      const sequence = this.inputs.length + 1;
      this.inputs.push({ sequence, at: nowMicros() });
      this.#send(`input ${sequence}`);
      return;
    }
    const input = recordInput(this.#ledger, { kind: "key", down: true, repeat: false, keycode: 29, meta: 0 }, 0);
    if (input === undefined) return;
    this.inputs.push({ sequence: input.sequence, at: nowMicros() });
    if (this.#welcome) this.#send(writeInput(input));
  }

  /** Forget what was counted so far. */
  mark(): void {
    this.arrivals = [];
    this.#counts = { frames: 0, messageBytes: 0, messagesSent: 0 };
    this.#wireBefore = this.#wire?.bytesRead ?? 0;
  }

  get counts(): Counts {
    return { ...this.#counts, wireBytes: (this.#wire?.bytesRead ?? 0) - this.#wireBefore };
  }

  /** How many inputs the device is not known to have applied. */
  get unapplied(): number {
    return this.#ledger.unapplied.length;
  }

  /** The codes that its sockets were closed with. */
  get closes(): readonly number[] {
    return this.#closes;
  }

  #use(socket: WebSocket): void {
    clearInterval(this.#frameIds);
    this.#acknowledger.reset();
    this.#socket = socket;
    this.#wireBefore = 0;
    this.#welcome = false;
    socket.on("message", (data, isBinary) => {
      if (socket !== this.#socket) return;
      // Safe: binaryType is "arraybuffer".
      if (isBinary) this.#frame(data as ArrayBuffer);
      else this.#heard(String(data));
    });
    socket.once("close", (code) => {
      if (socket === this.#socket) this.#closes.push(code);
    });
  }

  #frame(message: ArrayBuffer): void {
    const at = nowMicros();
    const { kind, sequence, keyframe, capturedAtMicros, ...rest } = readFrameHeader(message);
    if (kind !== "video" && kind !== "audio") return;
    const bytes = message.byteLength;
    this.#counts.frames += 1;
    this.#counts.messageBytes += bytes;
    this.arrivals.push({ kind, sequence, keyframe, bytes, capturedAt: capturedAtMicros, at });
    if (kind === "video") {
      this.#newest = sequence;
      this.#unbroken = unbrokenAfter(this.#unbroken, { keyframe, sequence });
    }
    if (kind === "video" && this.#keepsPayloads) this.units.push({ sequence, data: framePayload(message) });
    const batched = this.#dial.kind === "session" || this.#dial.acks === "batched";
    if (batched) this.#acknowledger.arrived({ kind, sequence, keyframe, capturedAtMicros, ...rest });
  }

  #heard(text: string): void {
    this.#counts.messageBytes += text.length;
    if (this.#dial.kind === "plain" || text === PONG) return;
    if (text === PROBE) return this.#send(ALIVE);
    const message = toViewerChannel.parse(text);
    switch (message.type) {
      case "welcome":
        this.#resume = message.resume;
        this.#welcome = true;
        this.lease = { type: "lease", ...message.lease };
        if (message.lease.mine) this.#sendAgain(message.lease.lease, message.appliedInput);
        return;
      case "lease":
        this.lease = message;
        if (message.mine) this.#sendAgain(message.lease, 0);
        return;
      case "input-ack":
        return noteApplied(this.#ledger, message.lease, message.sequence);
      default:
        return;
    }
  }

  #sendAgain(lease: number, applied: number): void {
    for (const input of holdLease(this.#ledger, lease, applied)) this.#send(writeInput(input));
  }

  #say(message: ViewerMessage): void {
    this.#send(viewerChannel.write(message));
  }

  #send(message: string | ArrayBuffer): void {
    if (this.#socket?.readyState !== 1) return;
    this.#counts.messagesSent += 1;
    this.#socket.send(message);
  }
}

/** Claims of a new seat. */
async function admit(base: string, name: string): Promise<object> {
  const admission = await (await fetch(`${base}/admit?name=${name}`)).json();
  if (!admission.admitted) throw new Error(`not admitted: ${admission.refusal}`);
  return admission.claims;
}
