import { once } from "node:events";
import { createServer } from "node:net";

/** A port of the loopback that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** A port of the loopback, and the next one, that nobody listened on a moment ago. @returns the first */
export async function freePortPair(): Promise<number> {
  for (;;) {
    const port = await freePort();
    const next = createServer().listen(port + 1, "127.0.0.1");
    const isFree = await once(next, "listening").then(
      () => true,
      () => false,
    );
    next.close();
    if (isFree) return port;
  }
}
