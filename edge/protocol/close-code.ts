/** What a client should do after a close. */
export type AfterClose =
  /** Nothing: it is over, or trying again cannot help. */
  | "stop"
  /** Fetch a new ticket with the resume token, with growing, shaken delays. */
  | "reconnect";

interface CloseReason {
  readonly code: number;
  readonly after: AfterClose;
  /** For a person, in at most 123 bytes: sent as the close frame's reason. */
  readonly words: string;
}

/** Every close code of our own (docs/protocol.md, C-1). Others (1001, 1006, 1012) mean the network: reconnect. */
export const CLOSE = {
  sessionEnded: { code: 4000, after: "stop", words: "The session has ended." },
  seatReplaced: { code: 4001, after: "stop", words: "This seat was continued on another connection." },
  originReplaced: { code: 4002, after: "stop", words: "Another agent serves this session now." },
  deviceOffline: { code: 4003, after: "stop", words: "The device is offline." },
  noSuchSession: { code: 4004, after: "stop", words: "There is no such session, or it has ended." },
  sessionFull: { code: 4005, after: "stop", words: "The session has no free seat." },
  tooSlow: { code: 4008, after: "reconnect", words: "The connection could not keep up." },
  revoked: { code: 4010, after: "stop", words: "Access was withdrawn." },
  idleTooLong: { code: 4011, after: "stop", words: "Nothing was done for too long." },
  timeOver: { code: 4012, after: "stop", words: "The time that was given is over." },
  protocolFault: { code: 4400, after: "stop", words: "A message broke the protocol." },
  ticketRefused: { code: 4401, after: "reconnect", words: "The ticket is not valid, has expired or was already used." },
  notPermitted: { code: 4403, after: "stop", words: "The seat has no right to do that." },
  helloTimeout: { code: 4408, after: "reconnect", words: "No hello arrived in time." },
  silent: { code: 4409, after: "reconnect", words: "Nothing was heard of this side any more." },
  messageTooBig: { code: 4413, after: "stop", words: "A message was over its size limit." },
  versionUnsupported: {
    code: 4426,
    after: "stop",
    words: "This version of the client is not supported; reload the page.",
  },
  tooManyMessages: { code: 4429, after: "reconnect", words: "Messages arrived faster than allowed." },
  internal: { code: 4500, after: "reconnect", words: "Something failed at the edge; please try again." },
} as const satisfies Record<string, CloseReason>;

export type CloseName = keyof typeof CLOSE;

/** The name of one of our codes, or undefined for a code that is the network's. */
export function closeName(code: number): CloseName | undefined {
  return (Object.keys(CLOSE) as CloseName[]).find((name) => CLOSE[name].code === code);
}
