import { describe, expect, it, vi } from "vitest";
import { type DownRecord, down, Link, type UpRecord, up } from "../../../edge/mirror-link/index.ts";
import { writeRecord } from "../../../edge/mirror-link/record.ts";

function ends() {
  const [home, mirror] = [new Link<UpRecord, DownRecord>(), new Link<DownRecord, UpRecord>()];
  const atMirror: DownRecord[] = [];
  const atHome: UpRecord[] = [];
  const endings: string[] = [];
  const reading = Promise.all([
    home.read(mirror.outgoing, up, {
      received: (records) => atHome.push(...records),
      ended: (finished) => endings.push(`home ${finished ? "finished" : "lost"}`),
    }),
    mirror.read(home.outgoing, down, {
      received: (records) => atMirror.push(...records),
      ended: (finished) => endings.push(`mirror ${finished ? "finished" : "lost"}`),
    }),
  ]);
  return { home, mirror, atHome, atMirror, endings, reading };
}

describe("a link", () => {
  it("G-3 brings everything in order, both ways, and ends when both have finished", async () => {
    const { home, mirror, atHome, atMirror, endings, reading } = ends();
    const frames = Array.from({ length: 50 }, (_, size) => new Uint8Array(size * 1_000).fill(size).buffer);
    for (const message of frames) home.send({ kind: "frame", message });
    mirror.send({ kind: "ack", video: 7 });
    home.finish();
    home.send({ kind: "rest" });
    mirror.finish();
    await reading;
    expect(atMirror).toEqual(frames.map((message) => ({ kind: "frame", message })));
    expect(atHome).toEqual([{ kind: "ack", video: 7 }]);
    expect(endings.sort()).toEqual(["home finished", "mirror finished"]);
  });

  it("G-3 G-6 is over at a record that breaks the protocol", async () => {
    const { readable, writable } = new IdentityTransformStream();
    const home = new Link<UpRecord, DownRecord>();
    const received = vi.fn();
    const ended = vi.fn();
    const writer = writable.getWriter();
    void writer.write(writeRecord({ kind: "ack", video: 1 })).catch(() => undefined);
    void writer.write(writeRecord({ kind: "rest" })).catch(() => undefined);
    await home.read(readable, up, { received, ended });
    expect(received).toHaveBeenCalledTimes(1);
    expect(ended).toHaveBeenCalledExactlyOnceWith(false);
    await expect(writer.write(writeRecord({ kind: "ack", video: 2 }))).rejects.toThrow();
  });

  it("G-6 to a peer that reads nothing is cut, when 4 MiB wait", async () => {
    const home = new Link<UpRecord, DownRecord>();
    const { readable } = new IdentityTransformStream();
    const ended = vi.fn();
    const reading = home.read(readable, up, { received: vi.fn(), ended });
    const message = new ArrayBuffer(1024 * 1024);
    for (let frame = 0; frame < 3; frame += 1) home.send({ kind: "frame", message });
    expect(ended).not.toHaveBeenCalled();
    for (let frame = 0; frame < 2; frame += 1) home.send({ kind: "frame", message });
    await reading;
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it("a bug in what takes the records is loud, and the link over", async () => {
    const home = new Link<UpRecord, DownRecord>();
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    void writer.write(writeRecord({ kind: "ack", video: 1 })).catch(() => undefined);
    const received = () => {
      throw new TypeError("a bug");
    };
    const ended = vi.fn();
    await expect(home.read(readable, up, { received, ended })).rejects.toThrow("a bug");
    expect(ended).toHaveBeenCalledExactlyOnceWith(false);
  });
});
