import { type FileAnswer, MAX_FILE_CHUNK_BYTES } from "#protocol";
import type { EdgePort } from "./port.ts";

/** A piece on a slow line; the edge waits for its answer a little longer. */
const REQUEST_DEADLINE_MS = 60_000;
const BYTES = "application/octet-stream";

/** The way of files beside the sockets, over HTTP: each call has a name that opens it. */
export function filesAt(address: URL): Pick<EdgePort, "fetchPiece" | "answerCall"> {
  const request = (session: string, call: string, init: RequestInit) =>
    fetch(new URL(`/api/v1/sessions/${encodeURIComponent(session)}/file-calls`, address), {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${call}` },
      redirect: "error",
      signal: AbortSignal.timeout(REQUEST_DEADLINE_MS),
    });
  return {
    fetchPiece: async (session, call) => {
      try {
        const response = await request(session, call, {});
        const length = Number(response.headers.get("content-length") ?? 0);
        if (response.status === 200 && length <= MAX_FILE_CHUNK_BYTES)
          return new Uint8Array(await response.arrayBuffer());
        await response.body?.cancel();
      } catch {
        // The network, or the deadline: the viewer asks again.
      }
      return undefined;
    },
    answerCall: async (session, call, answer) => {
      try {
        const response = await request(session, call, { method: "POST", ...bodyOf(answer) });
        await response.body?.cancel();
      } catch {
        // The same.
      }
    },
  };
}

function bodyOf(answer: FileAnswer | Uint8Array): RequestInit {
  if (!(answer instanceof Uint8Array))
    return { body: JSON.stringify(answer), headers: { "content-type": "application/json" } };
  // Safe: no device shares memory.
  return { body: answer as Uint8Array<ArrayBuffer>, headers: { "content-type": BYTES } };
}
