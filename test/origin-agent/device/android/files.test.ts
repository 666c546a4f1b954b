import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeviceFiles } from "../../../../origin-agent/device/files.ts";
import type { AndroidDevice } from "../../../support/android-device/index.ts";
import { until } from "../../../support/until.ts";
import { Rig } from "./rig.ts";

const FOLDER = "/sdcard/Download";
const MEGABYTE = 1024 * 1024;
/** Names that would do something, were they ever read by a shell. */
const ODD_NAMES = [
  "plain.txt",
  'it\'s "quoted" `id`.txt',
  "$(reboot);&& rm -rf *.txt",
  "two\nlines.txt",
  "comma,33206",
  "聊天 👋🏽.txt",
  "-rf",
];

let rig: Rig;
let phone: AndroidDevice;
let files: DeviceFiles;

beforeEach(async () => {
  rig = await Rig.start();
  const used = await rig.inUse();
  phone = used.phone;
  if (used.open.files === undefined) throw new Error("it has no files");
  files = used.open.files;
});
afterEach(() => rig.stop());

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
}

async function send(name: string, data: Uint8Array, as: "file" | "app" = "file", piece = 200_000): Promise<string> {
  const sink = await files.receive({ name, size: data.length, as });
  for (let at = 0; at < data.length; at += piece) await sink.write(data.slice(at, at + piece));
  return await sink.finish();
}

async function take(name: string, piece = 300_000): Promise<Uint8Array> {
  const version = (await files.list()).find((file) => file.name === name)?.version ?? "";
  const reader = await files.read(name, version);
  const parts: Uint8Array[] = [];
  for (let part = await reader.next(piece); part.length > 0; part = await reader.next(piece)) parts.push(part);
  reader.close();
  return Buffer.concat(parts);
}

function onPhone(name: string): Uint8Array | undefined {
  const node = phone.android.files.find(`${FOLDER}/${name}`);
  return node?.kind === "file" ? node.data : undefined;
}

describe("files of an Android device", () => {
  it("go into the folder for downloads and come back byte by byte, by any size of piece", async () => {
    const data = bytes(3 * MEGABYTE + 17);
    expect(await send("large.bin", data)).toBe("large.bin");
    expect(Buffer.compare(onPhone("large.bin") ?? Buffer.of(), data)).toBe(0);
    expect(Buffer.compare(await take("large.bin"), data)).toBe(0);
    expect(await send("empty.bin", bytes(0))).toBe("empty.bin");
    expect(await take("empty.bin")).toHaveLength(0);
  });

  it.each(ODD_NAMES)("U-2 have names that do nothing: %j", async (name) => {
    phone.record.clear();
    expect(await send(name, bytes(5))).toBe(name);
    expect((await files.list()).map((file) => file.name)).toEqual([name]);
    expect(await take(name)).toEqual(Buffer.from(bytes(5)));
    // Who listens for places is asked now and then, whatever is done with files.
    expect(phone.record.of("command").filter(({ program }) => program !== "dumpsys")).toEqual([]);
    expect(phone.record.of("push").map(({ path }) => path)).toEqual([`${FOLDER}/${name}`]);
  });

  it("replace none that is there", async () => {
    phone.android.files.write(`${FOLDER}/notes.txt`, bytes(1));
    expect(await send("notes.txt", bytes(2))).toBe("notes (1).txt");
    expect(await send("notes.txt", bytes(3))).toBe("notes (2).txt");
    expect(onPhone("notes.txt")).toHaveLength(1);
  });

  it("are listed without folders, the newest first, and another version of one is another file", async () => {
    phone.android.files.write(`${FOLDER}/old.txt`, bytes(1), 0o644, 1_000_000);
    phone.android.files.write(`${FOLDER}/new.txt`, bytes(2), 0o644, 2_000_000);
    phone.android.files.makeFolder(`${FOLDER}/inside`);
    expect(await files.list()).toEqual([
      { name: "new.txt", size: 2, version: "2000-2" },
      { name: "old.txt", size: 1, version: "1000-1" },
    ]);
    phone.android.files.write(`${FOLDER}/old.txt`, bytes(3), 0o644, 3_000_000);
    await expect(files.read("old.txt", "1000-1")).rejects.toMatchObject({ reason: "file-changed" });
    await expect(files.read("inside", "")).rejects.toMatchObject({ reason: "no-such-file" });
    await expect(files.read("../../build.prop", "")).rejects.toMatchObject({ reason: "no-such-file" });
  });

  it("leave nothing when they are given up", async () => {
    const sink = await files.receive({ name: "half.bin", size: MEGABYTE, as: "file" });
    await sink.write(bytes(100_000));
    await until("it is on its way", () => onPhone("half.bin") !== undefined);
    sink.abort();
    await until("it is gone", () => onPhone("half.bin") === undefined);
    await expect(sink.write(bytes(1))).rejects.toMatchObject({ reason: "transfer-lost" });
    expect(await send("half.bin", bytes(10))).toBe("half.bin");
  });

  it("are refused when the device is full, and leave nothing", async () => {
    phone.android.files.roomBytes = 300_000;
    await expect(send("large.bin", bytes(MEGABYTE))).rejects.toMatchObject({ reason: "device-full" });
    expect(onPhone("large.bin")).toBeUndefined();
    phone.android.files.roomBytes = Number.POSITIVE_INFINITY;
    expect(await send("large.bin", bytes(MEGABYTE))).toBe("large.bin");
  });

  it("end when the device dies, and go on when it is back", async () => {
    const sink = await files.receive({ name: "cut.bin", size: MEGABYTE, as: "file" });
    await sink.write(bytes(100_000));
    await phone.fault({ kind: "reboot" });
    const rest = async () => {
      await sink.write(bytes(900_000));
      await sink.finish();
    };
    await expect(rest()).rejects.toMatchObject({ reason: "device-failed" });
    await rig.adb.connect(phone.serial);
    await until("it takes files again", async () => (await send("again.bin", bytes(9)).catch(() => "")) !== "");
  });

  it("that are apps are installed, without a name in the command", async () => {
    phone.record.clear();
    const app = Buffer.concat([Buffer.from("PK\u0003\u0004 package=org.example.sent\n"), bytes(400_000)]);
    expect(await send("$(reboot).apk", app, "app")).toBe("$(reboot).apk");
    expect(phone.record.of("install")).toEqual([{ kind: "install", name: "org.example.sent", bytes: app.length }]);
    expect(phone.record.runs("cmd")).toEqual([`package install -r -S ${app.length}`]);
  });

  it("that are no apps are refused in the device's words, and so are those without room", async () => {
    await expect(send("no.apk", bytes(5_000), "app")).rejects.toMatchObject({
      reason: "app-refused",
      words: "INSTALL_PARSE_FAILED_NOT_APK",
    });
    phone.android.files.roomBytes = 300_000;
    await expect(send("large.apk", bytes(MEGABYTE), "app")).rejects.toMatchObject({ reason: "device-full" });
  });
});
