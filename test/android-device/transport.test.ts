import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type AdbPacket, COMMAND, PacketReader, writePacket } from "../support/android-device/adb/packet.ts";
import { AndroidDevice } from "../support/android-device/index.ts";
import { until } from "../support/until.ts";

const VERSION = 0x0100_0001;
const MAX_DATA = 4096;
const CONNECT = writePacket(COMMAND.connect, VERSION, MAX_DATA, Buffer.from("host::features=shell_v2"));
const SIGNATURE = writePacket(COMMAND.auth, 2, 0, Buffer.alloc(256));
const OPEN = writePacket(COMMAND.open, 7, 0, Buffer.from("shell:echo in; echo on\0; reboot"));

let device: AndroidDevice;
let socket: Socket;
let packets: AdbPacket[];

/** A host that says what it likes. */
async function start(access: "open" | "any-key" | "unauthorized"): Promise<void> {
  device = await AndroidDevice.start({ access });
  socket = connect(device.port, "127.0.0.1");
  const reader = new PacketReader(1024 * 1024);
  packets = [];
  socket.on("data", (data) => packets.push(...reader.read(data)));
  await once(socket, "connect");
}

function commands(): readonly number[] {
  return packets.map(({ command }) => command);
}

beforeEach(() => {
  packets = [];
});

afterEach(async () => {
  socket.destroy();
  await device.stop();
});

it("a device that asks for nothing says at once what it is", async () => {
  await start("open");
  socket.write(CONNECT);
  await until("an answer", () => packets.length === 1);
  expect(packets[0]).toMatchObject({ command: COMMAND.connect, first: VERSION, second: 1024 * 1024 });
  expect(String(packets[0]?.data)).toBe(
    "device::ro.product.name=glassfish;ro.product.model=Glass 14;ro.product.device=glassfish;features=shell_v2,cmd,stat_v2,ls_v2,fixed_push_mkdir",
  );
});

it("a device that takes any key asks for a signature, once", async () => {
  await start("any-key");
  socket.write(CONNECT);
  await until("a token", () => packets.length === 1);
  expect(packets[0]).toMatchObject({ command: COMMAND.auth, first: 1 });
  expect(packets[0]?.data).toHaveLength(20);
  socket.write(SIGNATURE);
  await until("it is let in", () => packets.length === 2);
  expect(commands()).toEqual([COMMAND.auth, COMMAND.connect]);
});

it("a host that was not let in is not served", async () => {
  await start("unauthorized");
  socket.write(Buffer.concat([OPEN, CONNECT, OPEN, SIGNATURE, OPEN]));
  await until("two tokens", () => packets.length === 2);
  expect(commands()).toEqual([COMMAND.auth, COMMAND.auth]);
  expect(device.record.of("shell")).toEqual([]);
});

it("a service's name ends with its first zero, and one packet at a time is under way", async () => {
  await start("open");
  socket.write(Buffer.concat([CONNECT, OPEN]));
  await until("the first words", () => packets.length === 3);
  const [, okay, first] = packets;
  expect(okay).toMatchObject({ command: COMMAND.okay, second: 7 });
  expect([first?.command, String(first?.data)]).toEqual([COMMAND.write, "in\n"]);
  expect(device.record.of("command").map(({ program }) => program)).toEqual(["echo", "echo"]);
  socket.write(writePacket(COMMAND.okay, 7, okay?.first ?? 0));
  await until("the end", () => packets.length === 5);
  expect(String(packets[3]?.data)).toBe("on\n");
  expect(packets[4]).toMatchObject({ command: COMMAND.close, first: okay?.first, second: 7 });
});

it("a service that is not there is closed, and a packet that is none ends the connection", async () => {
  await start("open");
  socket.write(Buffer.concat([CONNECT, writePacket(COMMAND.open, 9, 0, Buffer.from("jdwp:1\0"))]));
  await until("it is closed", () => packets.length === 2);
  expect(packets[1]).toMatchObject({ command: COMMAND.close, first: 0, second: 9 });
  const huge = writePacket(COMMAND.write, 1, 1);
  huge.writeUInt32LE(2 ** 31, 12);
  const closed = once(socket, "close");
  socket.write(huge);
  await closed;
  expect(device.connections).toBe(0);
});
