import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectFreePort } from "../../tools/port.ts";

let server: Server;
let port: number;

beforeEach(async () => {
  server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // Safe: a server that listens on a TCP port has an address of this kind.
  port = (server.address() as AddressInfo).port;
});

afterEach(() => {
  server.close();
});

describe("the check of the port", () => {
  it("says in one line that it is taken, and what to do", async () => {
    const words = `port ${port} on 127.0.0.1 is taken by another program; choose another with PORT=${port + 1}`;
    await expect(expectFreePort("127.0.0.1", port)).rejects.toThrow(words);
  });

  it("leaves a free port free", async () => {
    server.close();
    await once(server, "close");
    await expectFreePort("127.0.0.1", port);
    await expectFreePort("127.0.0.1", port);
  });

  it("says that a host is no address of this machine", async () => {
    await expect(expectFreePort("192.0.2.1", port)).rejects.toThrow("HOST=192.0.2.1 is no address of this machine");
  });
});
