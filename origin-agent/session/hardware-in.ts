import {
  framePayload,
  type HardwareKind,
  type HardwareWant,
  type OriginMessage,
  ProtocolFault,
  readFrameHeader,
  type ToOriginMessage,
  unreachable,
} from "#protocol";
import type { HardwareWishes, LentHardware } from "../device/hardware.ts";
import { type ClockOffset, toLocalTime } from "./clock-offset.ts";

export interface HardwarePorts {
  readonly clock: ClockOffset;
  /** Nothing happens while away. */
  tell(message: Extract<OriginMessage, { type: "hardware-ask" | "hardware-done" }>): void;
  /** To the device; nothing happens before it has opened. */
  lent(news: LentHardware): void;
}

export type HardwareMessage = Extract<
  ToOriginMessage,
  { type: "hardware-granted" | "hardware-ended" | "location" | "motion" }
>;

interface Wish {
  readonly purpose: string;
  readonly want: HardwareWant;
  /** `refused` by the person, who is not asked again by a reconnect. */
  standing: "open" | "lent" | "refused";
}

/** What the device wants to borrow, said again whenever the edge is there anew, and what comes of it. */
export class HardwareIn {
  readonly #ports: HardwarePorts;
  readonly #wishes = new Map<HardwareKind, Wish>();
  /** Done with while the edge was away. */
  readonly #unsaidDone = new Set<HardwareKind>();
  #online = false;

  constructor(ports: HardwarePorts) {
    this.#ports = ports;
  }

  readonly wishes: HardwareWishes = {
    ask: (purpose, want) => {
      const { kind } = want;
      const wish: Wish = { purpose, want, standing: "open" };
      this.#wishes.set(kind, wish);
      this.#unsaidDone.delete(kind);
      if (this.#online) this.#ports.tell({ type: "hardware-ask", purpose, want });
    },
    done: (kind) => {
      if (!this.#wishes.delete(kind)) return;
      if (this.#online) this.#ports.tell({ type: "hardware-done", kind });
      else this.#unsaidDone.add(kind);
    },
  };

  online(): void {
    this.#online = true;
    for (const kind of this.#unsaidDone) this.#ports.tell({ type: "hardware-done", kind });
    this.#unsaidDone.clear();
    for (const { purpose, want, standing } of this.#wishes.values())
      if (standing !== "refused") this.#ports.tell({ type: "hardware-ask", purpose, want });
  }

  away(): void {
    this.#online = false;
    for (const [kind, wish] of this.#wishes) {
      if (wish.standing !== "lent") continue;
      wish.standing = "open";
      this.#ports.lent({ type: "ended", kind, reason: "nobody" });
    }
  }

  said(message: HardwareMessage): void {
    const { clock, lent } = this.#ports;
    switch (message.type) {
      case "hardware-granted": {
        const wish = this.#wishes.get(message.want.kind);
        if (wish === undefined) return;
        wish.standing = "lent";
        return lent({ type: "granted", want: message.want, codec: message.codec });
      }
      case "hardware-ended": {
        const { kind, reason } = message;
        const wish = this.#wishes.get(kind);
        if (wish === undefined) return;
        wish.standing = reason === "nobody" ? "open" : "refused";
        return lent({ type: "ended", kind, reason });
      }
      case "location":
      case "motion":
        if (this.#isLent(message.type)) lent({ ...message, at: toLocalTime(clock, message.at) });
        return;
      default:
        return unreachable(message);
    }
  }

  /** @throws ProtocolFault when it is no frame of lent hardware */
  received(message: ArrayBuffer): void {
    const { kind, keyframe, capturedAtMicros } = readFrameHeader(message);
    if (kind === "video" || kind === "audio")
      throw new ProtocolFault("unexpected-message", "an origin receives camera and microphone only");
    if (!this.#isLent(kind)) return;
    const at = toLocalTime(this.#ports.clock, capturedAtMicros);
    this.#ports.lent({ type: "frame", kind, keyframe, capturedAtMicros: at, data: framePayload(message) });
  }

  /** What was on its way when the device was done with it is lost. */
  #isLent(kind: HardwareKind): boolean {
    return this.#wishes.get(kind)?.standing === "lent";
  }
}
