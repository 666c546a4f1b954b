import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { AdbServer } from "../support/adb-server.ts";
import { AndroidDevice } from "../support/android-device/index.ts";
import { until } from "../support/until.ts";

let device: AndroidDevice;
let server: AdbServer;
let folder: string;

/** Run `adb` for the device. */
function adb(...args: readonly string[]) {
  return server.adb(["-s", device.serial, ...args]);
}

async function said(...args: readonly string[]): Promise<string> {
  const { out, err, code } = await adb(...args);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "android-device-"));
  device = await AndroidDevice.start();
  server = await AdbServer.start();
  await server.connect(device.serial);
});

afterAll(async () => {
  await server.stop();
  await device.stop();
  await rm(folder, { recursive: true });
});

it("adb connects, and lists the device with what it says of itself", async () => {
  const { out } = await server.adb(["devices", "-l"]);
  expect(out).toMatch(
    new RegExp(`^${device.serial} +device product:glassfish model:Glass_14 device:glassfish transport_id:1$`, "m"),
  );
  expect((await said("features")).trim().split("\n")).toEqual([
    "shell_v2",
    "cmd",
    "stat_v2",
    "ls_v2",
    "fixed_push_mkdir",
  ]);
});

it("a shell says on both streams what a program said there, and ends as the program did", async () => {
  expect(await adb("shell", "echo out; echo err >&2; exit 3")).toEqual({ code: 3, out: "out\n", err: "err\n" });
  expect(await adb("shell", "nothing-like-it")).toEqual({
    code: 127,
    out: "",
    err: "/system/bin/sh: nothing-like-it: inaccessible or not found\n",
  });
});

it("a shell of the first version says all on one stream", async () => {
  expect(await adb("shell", "-x", "echo out; echo err >&2; exit 3")).toEqual({ code: 0, out: "out\nerr\n", err: "" });
});

it("a program of the device reads what adb is given, to its end", async () => {
  const text = "ä line\nand another without an end";
  expect((await server.adb(["-s", device.serial, "shell", "cat"], text)).out).toBe(text);
  const large = "0123456789abcdef".repeat(20_000);
  expect((await server.adb(["-s", device.serial, "shell", "cat"], large)).out).toBe(large);
});

it("quoted words are data, and what is not quoted is run", async () => {
  device.record.clear();
  expect(await said("shell", `echo 'a  b' "c \\"d\\"" '$(reboot)' it\\'s $(echo run)`)).toBe(
    `a  b c "d" $(reboot) it's run\n`,
  );
  expect(device.record.of("command").map(({ program }) => program)).toEqual(["echo", "echo"]);
});

it("the system answers as an Android 14", async () => {
  expect(await said("shell", "getprop ro.build.version.sdk")).toBe("34\n");
  expect(await said("shell", "wm size")).toBe("Physical size: 720x1280\n");
  expect(await said("shell", "settings put system user_rotation 1 && settings get system user_rotation")).toBe("1\n");
  expect(await said("shell", "pm list packages -3")).toContain("package:org.example.notes\n");
  expect(await said("shell", "am start -n org.example.notes/.NotesActivity")).toContain("Starting: Intent");
  expect(await said("shell", "dumpsys activity activities | grep -i topresumed")).toMatch(
    /topResumedActivity=ActivityRecord\{\w+ u0 org\.example\.notes\/\.NotesActivity t10\}/,
  );
  expect((await adb("shell", "cmd clipboard get")).code).toBe(255);
});

it("a place is taken from a test provider, once that is allowed and on", async () => {
  device.record.clear();
  const refused = await adb("shell", "cmd location providers add-test-provider gps");
  expect(refused.code).toBe(255);
  expect(refused.err).toContain("not allowed to perform MOCK_LOCATION");
  for (const line of [
    "appops set com.android.shell android:mock_location allow",
    "cmd location set-location-enabled true",
    "cmd location providers add-test-provider gps --supportsAltitude",
    "cmd location providers set-test-provider-enabled gps true",
    "cmd location providers set-test-provider-location gps --location 48.2082,16.3738 --accuracy 12",
  ])
    await said("shell", line);
  expect(device.record.of("location")).toEqual([
    { kind: "location", provider: "gps", fix: { latitude: 48.2082, longitude: 16.3738, accuracy: 12 } },
  ]);
});

it("who wants to know the place can be read", async () => {
  const end = device.requestLocation({
    provider: "gps",
    intervalMs: 1_500,
    distanceMetres: 10,
    app: "org.example.maps",
  });
  expect(await said("shell", "dumpsys location")).toMatch(
    /org\.example\.maps\/\w+ Request\[@\+1s500ms HIGH_ACCURACY minUpdateDistance=10\.0\]/,
  );
  end();
  expect(await said("shell", "dumpsys location")).not.toContain("Request[@");
});

it("a file is pushed, found and pulled as it was, whatever it is called", async () => {
  const name = `a 'quoted' $(name) ü 🙂.bin`;
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7) % 251));
  await writeFile(join(folder, "file"), content);
  await said("push", join(folder, "file"), `/sdcard/Download/${name}`);
  expect(await said("shell", "ls", "/storage/emulated/0/Download")).toContain(`${name}\n`);
  await said("pull", `/sdcard/Download/${name}`, join(folder, "back"));
  expect(content.equals(await readFile(join(folder, "back")))).toBe(true);
  expect(device.record.of("push").at(-1)).toMatchObject({ path: `/sdcard/Download/${name}`, bytes: 300_000 });
});

it("a whole folder goes there and back", async () => {
  await said("push", join(import.meta.dirname, "..", "support", "android-device", "adb"), "/data/local/tmp/");
  await said("pull", "/data/local/tmp/adb", join(folder, "adb"));
  const file = join("adb", "packet.ts");
  expect(await readFile(join(folder, file))).toEqual(
    await readFile(join(import.meta.dirname, "..", "support", "android-device", file)),
  );
});

it("what the shell may not write is refused in the words of the system", async () => {
  await writeFile(join(folder, "small"), "x");
  expect((await adb("push", join(folder, "small"), "/system/x")).out).toContain("Read-only file system");
  expect((await adb("push", join(folder, "small"), "/data/local/tmp/../../x")).out).toContain("Permission denied");
  expect((await adb("pull", "/sdcard/nothing", folder)).code).toBe(1);
});

it("a package is installed from a stream and from a pushed file, and anything else is refused", async () => {
  const apk = join(folder, "app.apk");
  await writeFile(apk, "PK\u0003\u0004 package=org.example.fresh");
  expect(await said("install", apk)).toContain("Success");
  await said("push", apk, "/data/local/tmp/other.apk");
  expect(await said("shell", "pm install -r /data/local/tmp/other.apk")).toBe("Success\n");
  expect(await said("shell", "pm list packages org.example.fresh")).toBe("package:org.example.fresh\n");
  await writeFile(apk, "no package");
  expect((await adb("install", apk)).code).toBe(1);
});

it("exec-out brings bytes as they are", async () => {
  await writeFile(join(folder, "bytes"), Buffer.from([0, 13, 10, 10, 255]));
  await said("push", join(folder, "bytes"), "/data/local/tmp/bytes");
  expect(await said("exec-out", "cat /data/local/tmp/bytes | wc -c")).toBe("5\n");
  expect(await said("exec-out", "stat -c '%s %a' /data/local/tmp/bytes")).toBe("5 644\n");
});

it("a forwarded port leads to a socket of the device", async () => {
  const listener = device.android.sockets.listen("localabstract:echo");
  const port = Number(await said("forward", "tcp:0", "localabstract:echo"));
  const socket = connect(port, "127.0.0.1");
  socket.write("hello");
  const stream = await listener.accept();
  expect(Buffer.from((await stream.read()) ?? []).toString()).toBe("hello");
  await stream.write(Buffer.from("world"));
  stream.close();
  const [data] = await once(socket, "data");
  expect(String(data)).toBe("world");
  await once(socket, "close");
  listener.close();
});

it("a reversed socket of the device leads to a port of the host, until it is removed", async () => {
  const host = createServer((socket) => socket.end("from the host")).listen(0, "127.0.0.1");
  await once(host, "listening");
  const address = host.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  await said("reverse", "localabstract:back", `tcp:${port}`);
  expect(await said("reverse", "--list")).toContain(`localabstract:back tcp:${port}\n`);
  const stream = device.connect("localabstract:back");
  expect(Buffer.from((await stream.read()) ?? []).toString()).toBe("from the host");
  expect(await stream.read()).toBeUndefined();
  await said("reverse", "--remove", "localabstract:back");
  expect(() => device.connect("localabstract:back")).toThrow("Connection refused");
  expect(Number(await said("reverse", "tcp:0", `tcp:${port}`))).toBeGreaterThan(0);
  await said("reverse", "--remove-all");
  expect((await said("reverse", "--list")).trim()).toBe("");
  host.close();
});

it("a device that reboots is gone, and comes back with its files", async () => {
  await said("shell", "echo kept > /sdcard/kept; setprop debug.lost 1");
  const back = device.fault({ kind: "reboot" });
  await until("the device is lost", async () => (await server.state(device.serial)) !== "device");
  await back;
  await server.connect(device.serial);
  expect(await said("shell", "cat /sdcard/kept; getprop debug.lost")).toBe("kept\n\n");
});

it("a server that was started again knows the device once it has connected again", async () => {
  await server.restart();
  expect(await server.state(device.serial)).toBeUndefined();
  await server.connect(device.serial);
  expect(await said("shell", "echo", "back")).toBe("back\n");
});

it("the shell reboots the device when it is told to", async () => {
  const { bootedAt } = device.android;
  await adb("shell", "reboot");
  await until("it has booted again", () => device.android.bootedAt !== bootedAt);
  await server.connect(device.serial);
});

it("a device whose owner has not said yes is unauthorized, until the owner does", async () => {
  await device.fault({ kind: "unauthorized" });
  await until("it is unauthorized", async () => {
    await server.adb(["connect", device.serial]);
    return (await server.state(device.serial)) === "unauthorized";
  });
  expect((await adb("shell", "id")).err).toContain("device unauthorized");
  device.authorize();
  await until("it is let in", async () => (await server.state(device.serial)) === "device");
});

it("a device that answers nothing is offline, until it answers again", async () => {
  await device.fault({ kind: "offline" });
  await until("it is offline", async () => {
    await server.adb(["connect", device.serial]);
    return (await server.state(device.serial)) === "offline";
  });
  await device.fault({ kind: "none" });
  await server.adb(["disconnect", device.serial]);
  await server.connect(device.serial);
});

it.each(["garbage", "huge-length"] as const)(
  "adb drops a connection that brings a packet of %s, and connects anew",
  async (kind) => {
    const before = device.record.of("connected").length;
    await device.fault({ kind, in: "transport" });
    await until("adb has connected again", async () => {
      await server.adb(["connect", device.serial]);
      return device.record.of("connected").length > before;
    });
    await server.connect(device.serial);
    expect(await said("shell", "id")).toContain("uid=2000(shell)");
  },
);

it("adb gets along with a connection that brings one byte at a time", async () => {
  await device.fault({ kind: "crumbs", of: "transport" });
  expect(await said("shell", "getprop ro.product.model")).toBe("Glass 14\n");
  await device.fault({ kind: "none" });
});

it("adb gets along with a device that takes every packet late", async () => {
  await device.fault({ kind: "slow-reads", delayMs: 20 });
  const { out } = await server.adb(["-s", device.serial, "shell", "cat"], "slow");
  expect(out).toBe("slow");
  await device.fault({ kind: "none" });
});
