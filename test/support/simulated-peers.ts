import { sequenceDistance } from "#protocol";
import type { ServerPort, SimulatedServer } from "./simulated-session.ts";

/** Everything to everybody, whatever they can take: ws-scrcpy, jsmpeg. */
export function broadcast(port: ServerPort): SimulatedServer {
  const seats = new Set<string>();
  return {
    joined(seat) {
      seats.add(seat);
      port.askKeyframe();
    },
    frame(_, message) {
      for (const seat of seats) port.sendTo(seat, message);
    },
    acknowledged() {},
  };
}

const POLL_MS = 500;
const TOLERATED_FRAMES = 2 * 30;

/** Looks every half second, and holds frames back from whoever is 2 s behind until a keyframe: Selkies. */
export function polling(port: ServerPort): SimulatedServer {
  const seats = new Map<string, { acked: number | undefined; newest: number; held: boolean; waits: boolean }>();
  const poll = () => {
    for (const seat of seats.values()) {
      const behind = seat.acked === undefined ? 0 : sequenceDistance(seat.newest, seat.acked);
      if (!seat.held && behind > TOLERATED_FRAMES) seat.held = true;
      else if (seat.held && behind <= TOLERATED_FRAMES) {
        seat.held = false;
        seat.waits = true;
        port.askKeyframe();
      }
    }
    port.time.after(POLL_MS, poll);
  };
  poll();
  return {
    joined(seat) {
      seats.set(seat, { acked: undefined, newest: 0, held: false, waits: true });
      port.askKeyframe();
    },
    frame({ kind, keyframe, sequence }, message) {
      for (const [id, seat] of seats) {
        if (kind === "video") {
          if (seat.held || (seat.waits && !keyframe)) continue;
          seat.waits = false;
          seat.newest = sequence;
        }
        port.sendTo(id, message);
      }
    },
    acknowledged(seat, { video }) {
      const known = seats.get(seat);
      if (known !== undefined && video !== undefined) known.acked = video;
    },
  };
}
