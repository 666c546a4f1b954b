import type { AudioFormat, DeviceDescription, DisplayGeometry, InputBody } from "#protocol";

import type { DeviceFiles } from "./files.ts";
import type { HardwareWishes, LentHardware } from "./hardware.ts";

/** One encoded access unit, as a device yields it. `data` belongs to the receiver. */
export interface MediaUnit {
  readonly kind: "video" | "audio";
  /** Decoding can start here; always true for audio. */
  readonly keyframe: boolean;
  /** `data` begins with decoder configuration (SPS and PPS for H.264 in Annex B). */
  readonly config: boolean;
  /** When the picture was drawn or the sound was captured: microseconds of Unix time, this machine's clock. */
  readonly capturedAtMicros: number;
  readonly data: Uint8Array;
  /**
   * `data` stands behind `FRAME_HEADER_BYTES` of room, up to the end of a buffer that holds nothing else: it is sent in that
   * buffer, without a copy. For devices that bring pictures that are encoded already.
   */
  readonly headroom?: boolean;
}

/** Picture geometry without its epoch: the session numbers epochs. */
export type Display = Omit<DisplayGeometry, "epoch">;

/** What the video may cost at most (docs/protocol.md, T-1). */
export interface VideoTarget {
  /** Bits per second. */
  readonly bitrate: number;
  /** Pictures per second; at 0 none is made. */
  readonly frameRate: number;
  /** Pixels of the longer side of what is encoded; without it the screen's own size. */
  readonly maxSide?: number | undefined;
}

/** What a device calls while it is open. All calls are synchronous and must not throw. */
export interface DeviceSink {
  /** A new geometry. Called before the first unit, and before the first unit after every change; that unit is a keyframe. */
  display(display: Display): void;
  /** Whether a video unit would be sent now. A device that can skip before encoding asks, and skips when not. */
  hasRoom(): boolean;
  unit(unit: MediaUnit): void;
  /** The device's clipboard changed. A text of over 16384 UTF-16 units goes no further: none is better than half of it. */
  clipboard(text: string): void;
  /** The device wants to borrow hardware of the person, or no more. */
  readonly hardware: HardwareWishes;
  /** The device is gone for good. The words are for the host's operator. */
  lost(reason: string): void;
}

/** A device in use by one session. No method throws for what a remote person sent. */
export interface OpenDevice {
  /** Undefined when the device is silent. */
  readonly audio: AudioFormat | undefined;
  /** Make the next video unit a keyframe, and make it soon even when nothing changes. Calls coalesce. */
  requestKeyframe(): void;
  /**
   * Takes effect with the next picture: bitrate and rate without a keyframe, another coded size with one, in the same
   * display. A device that stands still encodes again only what a higher target makes better.
   */
  setTarget(target: VideoTarget): void;
  /** Nobody watches: stop yielding media until resumed. What changed meanwhile is shown on resuming, by a keyframe only if asked for. */
  setPaused(paused: boolean): void;
  /** Room has come back after `hasRoom()` was false: show what is newest now. */
  roomReturned(): void;
  input(input: InputBody): void;
  /** Lift every finger and key. */
  releaseAll(): void;
  setClipboard(text: string): void;
  /** What comes of the hardware that it asked for; left out by a device that never asks. */
  hardware?(news: LentHardware): void;
  /** The folder that files go into and come from; left out by a device that has none. Announced as features. */
  readonly files?: DeviceFiles | undefined;
  /** Show an app, by its id in the description; any other does nothing. */
  openApp(app: string): void;
  /** Turn it by a quarter, or back; the new geometry comes by `display`. Without the feature `rotation` nothing happens. */
  rotate(): void;
  /** Switch its own screen on or off. Off it sleeps, and shows black or nothing. Without the feature `screen` nothing happens. */
  setScreen(on: boolean): void;
  close(): Promise<void>;
}

/** A device that a host offers: the port that the demo phone and the Android driver stand behind. */
export interface Device {
  readonly description: DeviceDescription;
  /** Its source sees it go and come back: one that was lost in use is offered until the source says otherwise. */
  readonly followed?: boolean;
  /**
   * @param onlyApp the one of its apps that is shown: whatever leaves it, it is brought back. Without one all are free to use.
   * @throws Error in words for the host's operator when the device cannot be opened, or does not have that app
   */
  open(sink: DeviceSink, onlyApp?: string): Promise<OpenDevice>;
}

/** Where devices come from that come and go. */
export interface DeviceSource {
  /** Tell the whole list each time it changes. A device that is in use may be missing in it. @returns stops */
  follow(changed: (devices: readonly Device[]) => void): () => void;
}
