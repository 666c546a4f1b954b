import { isFrame, MAX_CLIPBOARD_CHARS, type ToOriginMessage, unreachable } from "#protocol";
import type { DeviceSink, OpenDevice } from "../device/device.ts";
import { type EdgePort, type OriginEnd, OriginLink, type OriginWelcome, type Timers } from "../link/index.ts";
import { type ClockOffset, createClockOffset, guessClock } from "./clock-offset.ts";
import { ClockQuestions } from "./clock-questions.ts";
import { FilesIn } from "./files-in.ts";
import { HardwareIn } from "./hardware-in.ts";
import { InputIn } from "./input-in.ts";
import { MediaOut } from "./media-out.ts";

/** How a served session ended by itself. */
export type SessionEnd = OriginEnd | { readonly kind: "device-lost"; readonly words: string };

export interface SessionOptions {
  readonly edge: EdgePort;
  readonly timers: Timers;
  readonly agent: string;
  readonly session: string;
  readonly ticket: string;
  readonly log: (line: string) => void;
  /** Once; not after `leave()`. The device is the owner's to close. */
  readonly ended: (end: SessionEnd) => void;
}

/** What there is once the device is open. */
interface Parts {
  readonly device: OpenDevice;
  readonly link: OriginLink;
  readonly input: InputIn;
  readonly files: FilesIn;
}

/**
 * One session: an open device on one side, the edge's socket on the other. The device stays open, paused, while the
 * socket comes back.
 */
export class ServedSession {
  readonly #options: SessionOptions;
  readonly #clock: ClockOffset = createClockOffset();
  readonly #questions: ClockQuestions;
  readonly #media: MediaOut;
  readonly #hardware: HardwareIn;
  #parts: Parts | undefined;
  #over = false;
  #paused = true;
  /** The device's newest clipboard, if the edge was away when it changed. */
  #unsaidClipboard: string | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { timers } = options;
    this.#questions = new ClockQuestions(timers, this.#clock, (sentAt) =>
      this.#parts?.link.tell({ type: "clock", sentAt }),
    );
    this.#media = new MediaOut({
      timers,
      clock: this.#clock,
      buffered: () => this.#parts?.link.bufferedAmount,
      display: (geometry) => this.#parts?.link.tell({ type: "display", ...geometry }),
      frame: (message) => {
        this.#questions.frameFlows();
        this.#parts?.link.sendFrame(message);
      },
      overdue: () => this.#parts?.link.suspect(),
      roomReturned: () => this.#parts?.device.roomReturned(),
      requestKeyframe: () => this.#parts?.device.requestKeyframe(),
    });
    this.#hardware = new HardwareIn({
      clock: this.#clock,
      tell: (message) => this.#parts?.link.tell(message),
      lent: (news) => this.#parts?.device.hardware?.(news),
    });
  }

  /** Where the device's media and news go, from its opening on. */
  readonly sink: DeviceSink = {
    display: (display) => {
      // What is held down was aimed at the old picture.
      if (this.#media.epoch !== undefined) this.#parts?.device.releaseAll();
      this.#media.display(display);
    },
    hasRoom: () => this.#media.hasRoom(),
    unit: (unit) => this.#media.unit(unit),
    clipboard: (text) => this.#clipboardChanged(text),
    hardware: {
      ask: (purpose, want) => this.#hardware.wishes.ask(purpose, want),
      done: (kind) => this.#hardware.wishes.done(kind),
    },
    lost: (words) => {
      this.#parts?.link.tell({ type: "device-lost" });
      void this.#parts?.link.leave();
      this.#end({ kind: "device-lost", words });
    },
  };

  /** The device is open: dial the edge. */
  begin(device: OpenDevice): void {
    const { edge, timers, agent, session, ticket } = this.#options;
    if (this.#over) return;
    device.setPaused(true);
    const link = new OriginLink({
      edge,
      timers,
      session,
      ticket,
      agent,
      audio: device.audio,
      listener: {
        online: (welcome) => this.#online(welcome),
        away: (why) => this.#away(why),
        said: (message) => this.#said(device, message),
        received: (message) => (isFrame(message) ? this.#hardware.received(message) : input.received(message)),
        over: (end) => this.#end(end),
      },
    });
    const input = new InputIn({
      timers,
      device,
      epoch: () => this.#media.epoch,
      acknowledge: (lease, sequence) => link.tell({ type: "input-ack", lease, sequence }),
    });
    const files = new FilesIn(edge, timers, session, device.files);
    this.#parts = { device, link, input, files };
  }

  get over(): boolean {
    return this.#over;
  }

  /** The fleet has sent a ticket for this session again. */
  offerTicket(ticket: string): void {
    this.#parts?.link.offerTicket(ticket);
  }

  /** Leave on purpose. The device is the owner's to close. @returns settles when the edge has heard it, which may be never */
  async leave(): Promise<void> {
    this.#stop();
    await this.#parts?.link.leave();
  }

  #online(welcome: OriginWelcome): void {
    const { timers, session, log } = this.#options;
    log(`session ${session}: connected`);
    guessClock(this.#clock, welcome.at, timers.now() * 1_000);
    this.#questions.online();
    this.#media.online(welcome);
    this.#parts?.input.online();
    this.#hardware.online();
    if (this.#unsaidClipboard !== undefined) this.#clipboardChanged(this.#unsaidClipboard);
    this.#pause(welcome.viewers === 0);
  }

  #away(why: string): void {
    this.#options.log(`session ${this.#options.session}: away, ${why}`);
    this.#questions.close();
    this.#parts?.input.close();
    this.#media.away();
    this.#hardware.away();
    // Whoever holds something down could not lift it, and the edge could not say so: nobody steers until it is back.
    this.#parts?.device.releaseAll();
    this.#pause(true);
  }

  #said(device: OpenDevice, message: Exclude<ToOriginMessage, OriginWelcome>): void {
    switch (message.type) {
      case "keyframe-request":
        return device.requestKeyframe();
      case "target-rate":
        return device.setTarget(message);
      case "ack":
        return this.#media.acknowledged(message);
      case "release":
        return this.#parts?.input.released(message.lease);
      case "viewers":
        return this.#pause(message.count === 0);
      case "clock-reply":
        return this.#questions.answered(message);
      case "clipboard":
        return device.setClipboard(message.text);
      case "hardware-granted":
      case "hardware-ended":
      case "location":
      case "motion":
        return this.#hardware.said(message);
      case "open-app":
        return device.openApp(message.app);
      case "rotate":
        return device.rotate();
      case "screen":
        return device.setScreen(message.on);
      case "file-call":
        return this.#parts?.files.said(message);
      default:
        return unreachable(message);
    }
  }

  #pause(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.#parts?.device.setPaused(paused);
  }

  #clipboardChanged(text: string): void {
    if (text.length > MAX_CLIPBOARD_CHARS) return;
    const link = this.#parts?.link;
    const away = link?.bufferedAmount === undefined;
    this.#unsaidClipboard = away ? text : undefined;
    if (!away) link?.tell({ type: "clipboard", text });
  }

  #end(end: SessionEnd): void {
    if (this.#over) return;
    this.#stop();
    this.#options.ended(end);
  }

  #stop(): void {
    this.#over = true;
    this.#questions.close();
    this.#parts?.input.close();
    this.#parts?.files.close();
    this.#media.away();
  }
}
