import type { Allowance, DeviceDescription, HardwareKind, Right } from "#protocol";
import type { SoundState } from "./audio/sound.ts";
import type { DeviceButton } from "./controls.ts";
import type { DeviceFile, FileFailure, FileTransfer } from "./files/transfer.ts";
import type { HardwareLoan } from "./hardware/lending.ts";
import type { OpenFailure } from "./hardware/source.ts";
import type { SessionState } from "./state.ts";
import type { SessionStats } from "./stats.ts";
import type { PaintedPicture } from "./video/messages.ts";

/** Who steers, as this seat sees it. */
export interface LeaseView {
  readonly mine: boolean;
  /** Some seat steers. */
  readonly held: boolean;
}

export interface Refusal {
  /** `home`: a key that leads out of the one app that is allowed. */
  readonly what: "lease" | "touch" | "keyboard" | "clipboard" | "app" | "home";
  /** `over-limit`: too long, or too often. `nobody`: nobody is there who could let this seat steer. */
  readonly reason: "no-right" | "lease-held" | "over-limit" | "nobody" | "denied";
}

/** What this seat may do, and how much of it; what the allowance does not name is without limit. */
export interface Permission {
  readonly rights: readonly Right[];
  readonly allowance: Allowance;
}

/** The time that was given is about to be over, by this page's clock, Unix milliseconds; undefined: it is not, after all. */
export interface Ending {
  readonly reason: "idle" | "length";
  readonly at: number | undefined;
}

/** What a session tells, by name. */
export interface SessionEvents {
  state: SessionState;
  welcome: { readonly device: DeviceDescription; readonly rights: readonly Right[] };
  /** A picture is on the canvas; as often as pictures come. */
  painted: PaintedPicture;
  lease: LeaseView;
  /** Somebody in this seat asks whoever steers, who is you, to let them: say so by `answerLease`. */
  "lease-asked": string;
  /** What this seat may do has changed, and counts from now on. */
  rights: Permission;
  ending: Ending;
  /** Something this seat did was not done. */
  refused: Refusal;
  /** The device's clipboard changed. */
  clipboard: string;
  sound: SoundState;
  /** The device wants to borrow hardware: ask the person, then `allowHardware` or `refuseHardware`. */
  "hardware-ask": HardwareLoan;
  /** What `Session.hardware` says has changed: to be shown for as long as anything of it is live. */
  hardware: readonly HardwareLoan[];
  /** The person allowed it, and the browser did not open it. */
  "hardware-failed": { readonly kind: HardwareKind; readonly why: OpenFailure };
  /** What `Session.transfers` says has changed: as often as pieces of files arrive. */
  transfers: readonly FileTransfer[];
  /** F6 was pressed in the picture: put the focus on the page's own controls. */
  leave: undefined;
}

/** One seat at one device. It reconnects by itself until its state is `ended`. */
export interface Session {
  readonly canvas: HTMLCanvasElement;
  readonly state: SessionState;
  /** Undefined before the first welcome. */
  readonly id: string | undefined;
  /** The same. */
  readonly device: DeviceDescription | undefined;
  readonly rights: readonly Right[];
  readonly allowance: Allowance;
  readonly lease: LeaseView;
  stats(): SessionStats;
  /** Call `listener` at every such event; returns what ends that. */
  on<Name extends keyof SessionEvents>(name: Name, listener: (value: SessionEvents[Name]) => void): () => void;
  /** Type text of any script, line ends and all. */
  sendText(text: string): void;
  press(button: DeviceButton): void;
  /**
   * Send keys by their place from now on, as of a keyboard that is plugged into the device: its own layout then says what is written. False, and
   * nothing changes, when the device has no feature `physical-keyboard`.
   */
  setPhysicalKeyboard(on: boolean): boolean;
  /** Ask to steer. The first seat steers without asking, and a press asks by itself. */
  requestLease(): void;
  releaseLease(): void;
  /** Let a seat steer that has asked, or not. */
  answerLease(seat: string, give: boolean): void;
  /** False when the seat may not send to the clipboard, and for a text of over 16384 UTF-16 units: nothing is set then. */
  setClipboard(text: string): boolean;
  /** Show an app of the device's list, by its id; false when the seat may not touch, or not open it. */
  openApp(app: string): boolean;
  /** Turn the device by a quarter, or back; false when the seat may not touch. */
  rotate(): boolean;
  /** Switch the device's own screen on or off; false when the seat may not touch. */
  setScreen(on: boolean): boolean;
  /** Give the keyboard to the device. On a phone, within an event of the person, it opens the soft keyboard. */
  focusKeyboard(): void;
  /** What the device has borrowed of this person, or wants to. */
  readonly hardware: readonly HardwareLoan[];
  /**
   * Lend what the device asked for, or go on with what was paused. To be called within an event of the person; the
   * browser then asks them too. @returns whether it is lent now
   */
  allowHardware(kind: HardwareKind): Promise<boolean>;
  refuseHardware(kind: HardwareKind): void;
  /** Stop lending anything, at once. */
  stopHardware(): void;
  /** The files under way, and the last that were, in the order they were begun. They follow one another. */
  readonly transfers: readonly FileTransfer[];
  /**
   * Send a file into the device's folder, or have it installed. It goes on after a lost connection, and never throws: what
   * becomes of it is told by `transfers`.
   */
  sendFile(file: File, as?: "file" | "app"): FileTransfer;
  /** The files in the device's folder, or why they are not to be had. */
  files(): Promise<readonly DeviceFile[] | FileFailure>;
  /** Take a file out of it. Undefined when it did not come: `transfers` says why. */
  takeFile(file: DeviceFile): Promise<Blob | undefined>;
  /** By the id of its transfer. Of a file that was on its way to the device nothing stays there. */
  cancelFile(id: string): void;
  mute(): void;
  unmute(): void;
  /** While `reconnecting`: try now. */
  retryNow(): void;
  /** Leave for good: the seat is given up. */
  close(): void;
}
