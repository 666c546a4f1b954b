import { type AudioFormat, type DeviceDescription, type DisplayGeometry, type Right, readFrameHeader } from "#protocol";
import { type LoanMemory, rememberLoan, restoreLoan } from "./loan.ts";
import { extendCache, startCache } from "./picture-cache.ts";
import { SEAT_GRACE_MS, watchingFrom } from "./seats.ts";
import { noteFrame } from "./sent-frames.ts";
import {
  AGENT_GRACE_MS,
  type Connection,
  createCursors,
  createRelay,
  createSeat,
  EMPTY_GRACE_MS,
  type Presence,
  type RelayState,
  type Seat,
  type SeatTerms,
} from "./state.ts";
import { steeredAtLatest } from "./time-limits.ts";

/** What a session must know after sleep or a restart: plain data for storage. Times are Unix milliseconds. */
export interface RelayMemory {
  readonly display?: DisplayGeometry;
  readonly audio?: AudioFormat;
  readonly lease: { readonly number: number; readonly holder?: string };
  /** How far video and audio had come. */
  readonly sent: { readonly video: number; readonly audio: number };
  readonly seats: readonly {
    readonly id: string;
    readonly rights: readonly Right[];
    readonly mirror?: string;
    readonly until?: number;
    /** Left out where nothing limits it. */
    readonly allowance?: SeatTerms["allowance"];
    readonly times?: SeatTerms["times"];
    readonly since?: number;
    readonly transfers?: Seat["transfers"];
    readonly askedAt?: number;
  }[];
  readonly steeredAt?: number;
  readonly hardware?: readonly LoanMemory[];
  readonly originUntil?: number;
  readonly emptyUntil?: number;
}

/** What a socket must know after sleep: plain data for its attachment. */
export type SocketMemory =
  | {
      readonly role: "viewer";
      readonly seat: string;
      readonly connection: Connection;
      readonly phase: "greeting" | "flowing" | "waiting";
      readonly until: number;
    }
  | {
      readonly role: "origin";
      readonly connection: Connection;
      readonly phase: "greeting" | "online";
      readonly until: number;
    };

export function rememberRelay(state: RelayState): RelayMemory {
  const { lease, cursors } = state;
  return {
    ...(state.display === undefined ? {} : { display: state.display }),
    ...(state.audio === undefined ? {} : { audio: state.audio }),
    lease: { number: lease.number, ...(lease.holder === undefined ? {} : { holder: lease.holder }) },
    sent: { video: cursors.video ?? cursors.remembered.video, audio: cursors.audio ?? cursors.remembered.audio },
    steeredAt: state.steeredAt,
    seats: [...state.seats.values()].map((seat) => ({
      id: seat.id,
      rights: seat.rights,
      ...rememberTerms(seat),
      ...(seat.mirror === undefined ? {} : { mirror: seat.mirror }),
      ...(seat.presence.phase === "absent" ? { until: seat.presence.until } : {}),
    })),
    ...(state.hardware.size === 0 ? {} : { hardware: [...state.hardware.values()].map(rememberLoan) }),
    ...(state.origin.phase === "away" ? { originUntil: state.origin.until } : {}),
    ...(state.emptyUntil === undefined ? {} : { emptyUntil: state.emptyUntil }),
  };
}

function rememberTerms({ allowance, times, since, transfers, askedAt }: Seat) {
  const isLimited = Object.keys(allowance).length > 0 || Object.keys(times).length > 0;
  const asked = askedAt === undefined ? {} : { askedAt };
  return isLimited ? { allowance, times, since, transfers, ...asked } : { since };
}

/** What the seat's socket must remember, or undefined when the seat has none. */
export function rememberSeat(state: RelayState, id: string): SocketMemory | undefined {
  const presence = state.seats.get(id)?.presence;
  switch (presence?.phase) {
    case undefined:
    case "absent":
      return undefined;
    case "greeting":
      return { role: "viewer", seat: id, connection: presence.connection, phase: "greeting", until: presence.until };
    case "watching":
      return { role: "viewer", seat: id, connection: presence.connection, phase: presence.video, until: 0 };
  }
}

export function rememberOrigin(state: RelayState): SocketMemory | undefined {
  const { origin } = state;
  switch (origin.phase) {
    case "away":
      return undefined;
    case "greeting":
      return { role: "origin", connection: origin.connection, phase: "greeting", until: origin.until };
    case "online":
      return { role: "origin", connection: origin.connection, phase: "online", until: 0 };
  }
}

export interface Remembered {
  readonly session: string;
  readonly device: DeviceDescription;
  readonly memory: RelayMemory;
  /** Of the sockets that are still there. */
  readonly sockets: readonly SocketMemory[];
  /** The frames of the picture cache as it was stored, in order. */
  readonly picture: readonly ArrayBuffer[];
}

/**
 * The state after sleep or a restart. A seat or origin whose socket vanished without a close (a restart takes
 * them all) gets a full grace from now.
 */
export function restoreRelay({ session, device, memory, sockets, picture }: Remembered, at: number): RelayState {
  const state = createRelay(session, device, at);
  state.display = memory.display;
  state.audio = memory.audio;
  state.lease.number = memory.lease.number;
  state.lease.holder = memory.lease.holder;
  state.cursors = createCursors(memory.sent);
  state.origin = { phase: "away", until: memory.originUntil ?? at + AGENT_GRACE_MS };
  state.steeredAt = steeredAtLatest(memory.steeredAt, at);
  state.steeredKept = memory.steeredAt ?? at;
  for (const { id, rights, mirror, until, allowance = {}, times = {}, since, ...more } of memory.seats) {
    const presence = { phase: "absent", until: until ?? at + SEAT_GRACE_MS } as const;
    const seat = createSeat({ id, mirror, presence }, { rights, allowance, times }, since ?? at);
    state.seats.set(id, { ...seat, askedAt: more.askedAt, transfers: more.transfers ?? seat.transfers });
  }
  for (const socket of sockets) {
    if (socket.role === "origin")
      state.origin =
        socket.phase === "online"
          ? { phase: "online", connection: socket.connection }
          : { phase: "greeting", connection: socket.connection, until: socket.until };
    else {
      const seat = state.seats.get(socket.seat);
      if (seat !== undefined) seat.presence = restorePresence(socket, at);
    }
  }
  if (state.seats.size > 0) state.emptyUntil = undefined;
  else state.emptyUntil = memory.emptyUntil ?? at + EMPTY_GRACE_MS;
  for (const loan of memory.hardware ?? []) state.hardware.set(loan.want.kind, restoreLoan(loan, at));
  for (const message of picture) {
    const { keyframe, sequence } = readFrameHeader(message);
    if (keyframe) startCache(state.cache, sequence, message);
    else extendCache(state.cache, sequence, message);
    noteFrame(state.sent, sequence, message.byteLength, at);
  }
  return state;
}

function restorePresence(socket: Extract<SocketMemory, { role: "viewer" }>, at: number): Presence {
  const { connection, phase, until } = socket;
  if (phase === "greeting") return { phase, connection, until };
  // What the way can take is learned anew: a window that was asleep had nothing under way.
  return { ...watchingFrom(connection, at), video: phase };
}
