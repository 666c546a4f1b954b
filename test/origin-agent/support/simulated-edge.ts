import type { EdgePort, SocketListener } from "../../../origin-agent/link/index.ts";
import type { TicketAnswer } from "../../../origin-agent/link/port.ts";

/** One socket that the agent has dialled, from the edge's side. */
export interface Dialled {
  readonly path: string;
  readonly ticket: string;
  /** What the agent sent: text as it is, bytes as numbers. */
  readonly heard: (string | number[])[];
  /** How the agent closed it, if it did. */
  closedWith: { code: number; reason: string } | undefined;
  /** Bytes that the agent is told are waiting. */
  buffered: number;
  open(): void;
  say(message: object | string | ArrayBuffer): void;
  close(code: number): void;
}

/** An edge in memory, played by the test. */
export interface SimulatedEdge extends EdgePort {
  readonly dialled: Dialled[];
  /** The newest socket. */
  last(): Dialled;
  readonly renewals: { session: string; resume: string }[];
  answerRenewals(answer: TicketAnswer): void;
}

export function simulatedEdge(): SimulatedEdge {
  const dialled: Dialled[] = [];
  const renewals: { session: string; resume: string }[] = [];
  let answer: TicketAnswer = { granted: true, ticket: "ticket-renewed" };
  return {
    dialled,
    renewals,
    last: () => {
      const last = dialled.at(-1);
      if (last === undefined) throw new Error("nothing was dialled");
      return last;
    },
    answerRenewals: (next) => {
      answer = next;
    },
    renewTicket: async (session, resume) => {
      renewals.push({ session, resume });
      return answer;
    },
    // No files are moved in what it is used for.
    fetchPiece: async () => undefined,
    answerCall: async () => {},
    dial: (path, ticket, listener) => {
      const socket = createDialled(path, ticket, listener);
      dialled.push(socket);
      return {
        get bufferedAmount() {
          return socket.buffered;
        },
        send: (message) => {
          if (socket.closedWith !== undefined) return;
          socket.heard.push(typeof message === "string" ? message : [...new Uint8Array(message)]);
        },
        close: async (code, reason) => {
          socket.closedWith ??= { code, reason };
        },
      };
    },
  };
}

function createDialled(path: string, ticket: string, listener: SocketListener): Dialled {
  const socket: Dialled = {
    path,
    ticket,
    heard: [],
    closedWith: undefined,
    buffered: 0,
    open: () => {
      if (socket.closedWith === undefined) listener.opened();
    },
    say: (message) => {
      if (socket.closedWith !== undefined) return;
      listener.message(
        typeof message === "string" || message instanceof ArrayBuffer ? message : JSON.stringify(message),
      );
    },
    close: (code) => {
      if (socket.closedWith !== undefined) return;
      socket.closedWith = { code, reason: "" };
      listener.closed({ code, reason: "" });
    },
  };
  return socket;
}
