import { expect } from "vitest";
import {
  type FrameHeader,
  HARDWARE_KINDS,
  type HardwareWant,
  type Right,
  type ToOriginMessage,
  type ToViewerMessage,
  writeFrame,
} from "#protocol";
import { lentFrameArrived } from "../../edge/relay/index.ts";
import { RelayWorld } from "./relay-world.ts";

export const LENDER: readonly Right[] = ["view", "touch", ...HARDWARE_KINDS];
export const CAMERA = { kind: "camera", width: 640, height: 480, frameRate: 15 } as const;
export const PLACES = { kind: "location", intervalMs: 1_000, distanceM: 0, accuracy: "fine" } as const;

/** A session whose device borrows hardware: an agent that is there and has shown a picture. */
export class LendingWorld extends RelayWorld {
  readonly origin = this.serve();

  constructor() {
    super();
    this.video({ keyframe: true });
  }

  asks(want: HardwareWant, purpose = "App"): void {
    this.originSays({ type: "hardware-ask", purpose, want });
  }

  answers(seat: string, kind: HardwareWant["kind"], answer: "granted" | "denied" | "ended"): void {
    this.says(seat, { type: "hardware-answer", kind, answer, ...(kind === "camera" ? { codec: "h264" } : {}) });
  }

  /** What the device's side heard of hardware, in order. */
  heard(): ToOriginMessage[] {
    return this.effects.flatMap((effect) =>
      effect.type === "tell-origin" && /^(hardware-|location|motion)/.test(effect.message.type) ? [effect.message] : [],
    );
  }

  told(seat: string): ToViewerMessage[] {
    return this.effects.flatMap((effect) =>
      effect.type === "tell-seat" && effect.seat === seat && effect.message.type.startsWith("hardware-")
        ? [effect.message]
        : [],
    );
  }

  /** A frame of a viewer. @returns whether its very buffer went on */
  lends(seat: string, header: Partial<FrameHeader> & Pick<FrameHeader, "sequence">, bytes = 500): boolean {
    const full = { kind: "camera", keyframe: false, config: false, epoch: 0, capturedAtMicros: 1, ...header } as const;
    const message = writeFrame(full, new Uint8Array(bytes));
    const effects = this.take(lentFrameArrived(this.state, seat, full, message, this.at));
    const sent = effects.find((effect) => effect.type === "forward-lent");
    if (sent !== undefined) expect(sent.message).toBe(message);
    return sent !== undefined;
  }

  lendCamera(): void {
    this.watch("ada", LENDER);
    this.asks(CAMERA);
    this.answers("ada", "camera", "granted");
  }
}
