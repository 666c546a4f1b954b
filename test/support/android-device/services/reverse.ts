import type { ByteStream } from "../byte-stream.ts";
import type { Sockets } from "../system/sockets.ts";

/** What of a transport a tunnel needs. */
interface Dialer {
  open(service: string): ByteStream;
}

/** `reverse:...`: sockets of the device that end at the host. Answers are `OKAY` or `FAIL`, and text after its length in hexadecimal. */
export async function serveReverse(
  stream: ByteStream,
  request: string,
  sockets: Sockets,
  transport: Dialer,
): Promise<void> {
  await stream.write(Buffer.from(answer(request, sockets, transport))).catch(() => {});
  stream.close();
}

function answer(request: string, sockets: Sockets, transport: Dialer): string {
  if (request === "list-forward") {
    return counted(
      sockets
        .tunnels()
        .map(([name, remote]) => `UsbFfs ${name} ${remote}\n`)
        .join(""),
    );
  }
  if (request === "killforward-all") {
    sockets.removeTunnels();
    return "OKAY";
  }
  const remove = /^killforward:(.+)$/.exec(request);
  if (remove !== null) {
    return sockets.removeTunnel(remove[1] ?? "") ? "OKAY" : failure(`listener '${remove[1] ?? ""}' not found`);
  }
  const add = /^forward:(norebind:)?([^;]+);(.+)$/.exec(request);
  if (add === null) return failure("unknown command");
  const [, keep, name = "", remote = ""] = add;
  const bound = sockets.addTunnel(name, remote, () => transport.open(remote), keep === undefined);
  if (bound === undefined) return failure(`cannot rebind existing socket`);
  return bound.startsWith("tcp:") ? `OKAY${counted(bound.slice("tcp:".length))}` : "OKAY";
}

function failure(reason: string): string {
  return `FAIL${counted(reason)}`;
}

function counted(text: string): string {
  return `${text.length.toString(16).padStart(4, "0")}${text}`;
}
