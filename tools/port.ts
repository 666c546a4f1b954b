import { once } from "node:events";
import { createServer } from "node:net";
import { Failure } from "./failure.ts";

/** Make sure that this address can be listened on. @throws Failure in words when it cannot */
export async function expectFreePort(host: string, port: number): Promise<void> {
  const server = createServer();
  server.listen({ host, port, exclusive: true });
  try {
    await once(server, "listening");
  } catch (error) {
    throw new Failure(refusal(error, host, port));
  }
  server.close();
  await once(server, "close");
}

function refusal(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} on ${host} is taken by another program; choose another with PORT=${port + 1}`;
    case "EACCES":
      return `port ${port} may not be used by this user; choose one above 1023 with PORT=8787`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `HOST=${host} is no address of this machine`;
    default:
      return `cannot listen on ${host} port ${port} (${String(code)})`;
  }
}
