import { afterEach, expect, test, vi } from "vitest";
import type { DeviceFiles } from "../../../../origin-agent/device/files.ts";
import { psnr } from "../../../support/h264-decoder.ts";
import { WatchedPhone } from "./screen.ts";

// Real encoding, and other suites beside it.
vi.setConfig({ testTimeout: 30_000 });

let phone: WatchedPhone | undefined;
afterEach(() => phone?.close());

async function start(): Promise<{ readonly phone: WatchedPhone; readonly files: DeviceFiles }> {
  const opened = await WatchedPhone.open("files");
  phone = opened;
  await opened.until(() => opened.video.length > 0);
  if (opened.device.files === undefined) throw new Error("it has no files");
  return { phone: opened, files: opened.device.files };
}

const MEGABYTE = 1024 * 1024;

test("what is sent to the phone is seen in its Files, can be taken from it, and replaces nothing", async () => {
  const { phone: seen, files } = await start();
  await seen.rest();
  const before = seen.picture().luma;
  const sink = await files.receive({ name: "Welcome.txt", size: 5, as: "file" });
  await sink.write(Uint8Array.of(1, 2, 3));
  await sink.write(Uint8Array.of(4, 5));
  expect(await sink.finish()).toBe("Welcome (1).txt");
  await seen.until(() => psnr(seen.picture().luma, before) < 30);
  const [newest, oldest] = await files.list();
  expect(newest).toEqual({ name: "Welcome (1).txt", size: 5, version: expect.any(String) });
  const reader = await files.read("Welcome (1).txt", newest?.version ?? "");
  expect([...(await reader.next(2))]).toEqual([1, 2]);
  expect([...(await reader.next(9))]).toEqual([3, 4, 5]);
  expect(await reader.next(9)).toHaveLength(0);
  const welcome = await files.read("Welcome.txt", oldest?.version ?? "");
  expect(new TextDecoder().decode(await welcome.next(1_000))).toContain("demo phone");
});

test("what is given up leaves nothing, and names that are odd are drawn in one line", async () => {
  const { phone: seen, files } = await start();
  await seen.rest();
  const before = seen.picture().luma;
  const sink = await files.receive({ name: `two\nlines ${"long ".repeat(40)}.txt`, size: MEGABYTE, as: "file" });
  await sink.write(new Uint8Array(1_000));
  await seen.until(() => psnr(seen.picture().luma, before) < 30);
  sink.abort();
  await seen.until(() => psnr(seen.picture().luma, before) > 30);
  expect((await files.list()).map(({ name }) => name)).toEqual(["Welcome.txt"]);
});

test("it holds 64 MB at most, installs nothing, and gives no other version of a file than was listed", async () => {
  const { files } = await start();
  const large = { name: "large", size: 40 * MEGABYTE, as: "file" } as const;
  const sink = await files.receive({ ...large, size: 24 * MEGABYTE });
  await sink.write(new Uint8Array(24 * MEGABYTE));
  await sink.finish();
  await expect(files.receive(large)).rejects.toMatchObject({ reason: "device-full" });
  await expect(files.receive({ ...large, size: 1, as: "app" })).rejects.toMatchObject({ reason: "not-offered" });
  await expect(files.read("large", "0")).rejects.toMatchObject({ reason: "file-changed" });
  await expect(files.read("none", "1")).rejects.toMatchObject({ reason: "no-such-file" });
});
