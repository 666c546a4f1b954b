import { filesAt } from "./files.ts";
import type { EdgePort, TicketAnswer } from "./port.ts";
import { dialWebSocket } from "./web-socket.ts";

const RENEW_DEADLINE_MS = 10_000;
/** A ticket is a JWT of a few hundred bytes; what is far over that is not an answer of ours. */
const MAX_ANSWER_CHARS = 16 * 1024;
const TICKET = /^[\w.-]{1,4096}$/;

/** The edge at this address, over HTTP and WebSocket. */
export function edgeAt(address: URL): EdgePort {
  const sockets = new URL(address);
  sockets.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return {
    ...filesAt(address),
    dial: (path, ticket, listener) => dialWebSocket(new URL(path, sockets), ticket, listener),
    renewTicket: async (session, resume) => {
      const url = new URL(`/api/v1/sessions/${encodeURIComponent(session)}/tickets`, address);
      try {
        return await readAnswer(
          await fetch(url, {
            method: "POST",
            headers: { authorization: `Bearer ${resume}` },
            redirect: "error",
            signal: AbortSignal.timeout(RENEW_DEADLINE_MS),
          }),
        );
      } catch {
        // Refused connections, broken answers and the deadline alike: the next try may fare better.
        return { granted: false, why: "unreachable" };
      }
    },
  };
}

async function readAnswer(response: Response): Promise<TicketAnswer> {
  const text = await response.text();
  if (response.status === 201 && text.length <= MAX_ANSWER_CHARS) {
    const ticket = ticketOf(JSON.parse(text));
    return ticket === undefined ? { granted: false, why: "unreachable" } : { granted: true, ticket };
  }
  const refused = [401, 403, 404, 410].includes(response.status);
  return { granted: false, why: refused ? "refused" : "unreachable" };
}

function ticketOf(answer: unknown): string | undefined {
  if (typeof answer !== "object" || answer === null || !("ticket" in answer)) return undefined;
  return typeof answer.ticket === "string" && TICKET.test(answer.ticket) ? answer.ticket : undefined;
}
