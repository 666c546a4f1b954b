import type { AgeSummary, DeviceDescription, FileAnswer, FileRefusal, FileWant, QualityReport, Right } from "#protocol";
import type { TicketClaims } from "../access/claims.ts";
import type { Attachment, MirrorState } from "../mirror-link/contract.ts";
import type { FileDenial, SeatTerms } from "../relay/index.ts";

/** What a Session object is told when it is made. */
export interface SessionSpec {
  readonly session: string;
  readonly tenant: string;
  /** Name of the Fleet object that leased the device, to give it back. */
  readonly fleet: string;
  readonly device: DeviceDescription;
}

export interface SeatRequest {
  readonly rights: readonly Right[];
  readonly allowance?: SeatTerms["allowance"];
  readonly times?: SeatTerms["times"];
  readonly name?: string;
  /** Only into a session that shows this app and no other. */
  readonly app?: string;
  /** The platform's region of the person, when it is known. */
  readonly near?: DurableObjectLocationHint;
}

/** The methods of a Session object that routes and the Fleet object call. Refusals are returned, never thrown. */
export interface SessionRpc {
  /** Make the session, or do nothing when it is already open. `false`: it has ended, its name is used up. */
  open(spec: SessionSpec): Promise<boolean>;
  /** A new seat: claims for its ticket, which names the mirror that serves it when `near` is far from here (G-1). */
  admit(seat: SeatRequest): Promise<Admission>;
  /** Claims for the next ticket of the seat, or origin, whose resume token this is, and that is `near` now. */
  renew(resume: string, near?: DurableObjectLocationHint): Promise<Admission>;
  /** A mirror asks to be fed. `up` is its stream of records; the session's comes back. */
  attach(mirror: MirrorState, up: ReadableStream<Uint8Array>): Promise<Attachment>;
  /** Whose it is, for an hour after its end too; undefined of one that is not known. */
  owner(): Promise<string | undefined>;
  /** How the session does or did, for an hour after its end too; undefined of one that is not known. */
  quality(): Promise<SessionQuality | undefined>;
  /**
   * Take seats away, or all of them: their sockets are closed as `revoked`, their tickets and resume tokens are worth nothing.
   * A session that nobody sits in any more is ended. Told of a seat that is gone already it does nothing.
   * The answer says all of it: the tenant is told nothing of these seats besides.
   */
  revoke(seats: readonly string[] | "all"): Promise<RevokedSeats>;
  /** What seats may do was decided anew: it counts at once. Of seats that are gone nothing is said. */
  change(seats: readonly ChangedSeat[]): Promise<void>;
  /** Have something done about files by the agent, for the seat whose resume token this is. `bytes` go along with a `put`. */
  askAboutFile(resume: string, want: FileWant, bytes?: Uint8Array): Promise<FileOutcome>;
  /** To the agent: the bytes that go along with a call, which may be none; undefined of one that nobody waits for. */
  bytesOfFileCall(call: string): Promise<Uint8Array | undefined>;
  /** The agent's answer to a call. @returns whether anybody waits for it */
  answerFileCall(call: string, answer: FileAnswer | Uint8Array): Promise<boolean>;
  /** Close every socket and give the device back. */
  end(reason: "ended" | "device-offline" | "revoked"): Promise<void>;
}

export interface ChangedSeat {
  readonly seat: string;
  readonly terms: SeatTerms;
}

/** What came of a request about files. */
export type FileOutcome =
  | { readonly done: true; readonly answer: Exclude<FileAnswer, { type: "refused" }> | Uint8Array }
  | {
      readonly done: false;
      readonly refusal: FileRefusal | FileDenial | "no-such-session" | "resume-refused" | "no-answer";
      readonly words?: string;
    };

export interface RevokedSeats {
  /** Those that were there. */
  readonly seats: readonly RevokedSeat[];
  /** The session is over. */
  readonly ended: boolean;
  /** Of a session that ended with it: the last video frame that came from the device. */
  readonly lastFrame?: number;
}

/** How far the pictures got that this seat was shown: sequences of video frames, where they are known. */
export interface RevokedSeat {
  readonly seat: string;
  /** The last that was sent on its way. */
  readonly sent?: number;
  /** The last that the viewer said it has. */
  readonly acknowledged?: number;
}

export type Admission =
  | { readonly admitted: true; readonly claims: TicketClaims }
  | { readonly admitted: false; readonly refusal: "no-such-session" | "session-full" | "resume-refused" };

/** Ages of frames at one place, whole milliseconds: of the last that were looked at, and the highest p95 so far. */
export interface AgesSeen extends AgeSummary {
  readonly worst: number;
}

/** Video as it came from the agent. */
export interface OriginQuality {
  readonly frames: number;
  readonly bytes: number;
  readonly keyframes: number;
  readonly keyframesAsked: number;
  /** When frames came to the edge; looked at whenever a viewer reports. */
  readonly edgeAge?: AgesSeen;
}

export type ViewerCounts = Pick<
  QualityReport,
  "received" | "decoded" | "painted" | "dropped" | "keyframesRequested" | "freezes" | "frozenMs"
>;

/** What a seat's pages told. Nobody checks it: it is a person's own account of the picture. */
export interface ViewerQuality {
  readonly reportedAt: number;
  readonly total: ViewerCounts;
  /** Of the page that is open, or was last. */
  readonly page: ViewerCounts;
  readonly rttMs?: number;
  readonly receivedAge?: AgesSeen;
  readonly decodedAge?: AgesSeen;
  readonly paintedAge?: AgesSeen;
}

/** One seat, as the edge counted. Moments are Unix milliseconds. */
export interface SeatQuality {
  readonly seat: string;
  readonly joinedAt: number;
  /** Undefined while it has a socket. */
  readonly leftAt?: number;
  readonly connections: number;
  /** Video frames and their bytes. */
  readonly framesSent: number;
  readonly bytesSent: number;
  /** How often it got no more video until the next keyframe: for a window that was closed, or a decoder that broke. */
  readonly stops: number;
  readonly viewer?: ViewerQuality;
}

export interface SessionQuality {
  readonly origin: OriginQuality;
  readonly seats: readonly SeatQuality[];
}
