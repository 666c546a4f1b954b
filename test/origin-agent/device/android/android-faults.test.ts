import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../../support/until.ts";
import { Rig, Yield } from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

describe("an Android device that fails in use", () => {
  it.each([
    ["an encoder that dies", { kind: "encoder-death" }],
    ["a server that is killed", { kind: "server-death" }],
    ["a server that dies in the middle of a packet", { kind: "half-packet", in: "video" }],
  ] as const)("goes on after %s, in the same display, with a keyframe", async (_, fault) => {
    const { open, phone, yielded } = await rig.inUse();
    const keyframes = yielded.keyframes;
    await phone.fault(fault);
    await until("another server", () => phone.record.of("server-started").length === 2, 20_000);
    await until("its keyframe", () => yielded.keyframes > keyframes, 20_000);
    expect(yielded.displays).toHaveLength(1);
    expect(yielded.losses).toEqual([]);
    phone.record.clear();
    open.input({ kind: "touch", pointers: [{ id: 0, phase: "down", x: 0.5, y: 0.5, pressure: 1 }] });
    await until("a touch", () => phone.record.messages("touch").length === 1);
  });

  it.each([
    ["a packet of 2 GiB", { kind: "huge-length", in: "video" }, /claims a packet of 2147483648 bytes/],
    ["a sound of 2 GiB", { kind: "huge-length", in: "audio" }, /claims a packet of 2147483648 bytes/],
    ["a clipboard of 2 GiB", { kind: "huge-length", in: "control" }, /claims a message of 2147483648 bytes/],
    ["garbage for pictures", { kind: "garbage", in: "video" }, /claims a packet|claims a time/],
    ["garbage for messages", { kind: "garbage", in: "control" }, /does not know/],
  ] as const)("is lost when it sends %s, and says why; it can be opened again", async (_, fault, words) => {
    const { phone, device, yielded } = await rig.inUse();
    await phone.fault(fault);
    await until("the loss", () => yielded.losses.length > 0);
    expect(yielded.losses).toEqual([expect.stringMatching(words)]);
    const again = await rig.open(device);
    await until("a picture", () => again.yielded.video.length > 0);
  });

  it("is lost when it reboots, comes back to the list, and can be opened again", async () => {
    const { phone, yielded } = await rig.inUse();
    const before = rig.devices[0];
    await rig.adb.adb(["disconnect", phone.serial]);
    await phone.fault({ kind: "reboot" });
    await until("the loss", () => yielded.losses.length > 0, 25_000);
    await rig.adb.connect(phone.serial);
    await until("the device anew", () => rig.devices[0] !== undefined && rig.devices[0] !== before, 20_000);
    const again = await rig.open(await rig.offer(phone));
    await until("a picture", () => again.yielded.video.length > 0);
  });

  it("does not stand in the way of the others", async () => {
    const [bad, good] = [await rig.inUse(), await rig.phone()];
    const other = await rig.open(await rig.offered(good));
    await bad.phone.fault({ kind: "huge-length", in: "video" });
    await until("the loss", () => bad.yielded.losses.length > 0);
    const before = other.yielded.video.length;
    good.screen.animate(30);
    await until("pictures of the other", () => other.yielded.video.length > before + 5);
    expect(other.yielded.losses).toEqual([]);
  });

  it("brings its pictures one byte at a time", async () => {
    const phone = await rig.phone({ size: { width: 64, height: 64 } });
    rig.follow();
    const device = await rig.offered(phone);
    await phone.fault({ kind: "crumbs", of: "streams" });
    const { yielded } = await rig.open(device);
    await until("a picture", () => yielded.video.length > 0, 20_000);
    expect(yielded.displays).toEqual([{ width: 64, height: 64, rotation: 0, codec: "h264" }]);
  });
});

describe("an Android device that cannot be used", () => {
  it("does not open when its server is of another version, and says so", async () => {
    const phone = await rig.phone();
    rig.follow();
    const device = await rig.offered(phone);
    await phone.fault({ kind: "server-version", version: "4.1" });
    await expect(device.open(new Yield())).rejects.toThrow(
      /The server version \(4\.1\) does not match the client \(3\.3\.4\)/,
    );
  });

  it("does not open, and says so in the end, when it takes nothing any more", async () => {
    const phone = await rig.phone();
    rig.follow();
    const device = await rig.offered(phone);
    await phone.fault({ kind: "slow-reads", delayMs: 120_000 });
    await expect(device.open(new Yield())).rejects.toThrow(/did not start in time|does not answer/);
  });

  it("is not offered before its owner lets this host in, and is then", async () => {
    const phone = await rig.phone({ access: "unauthorized" });
    rig.follow();
    await rig.adb.adb(["connect", phone.serial]);
    await until("a word about it", () => rig.log.some((line) => line.includes("is unauthorized: confirm this host")));
    expect(rig.devices).toEqual([]);
    phone.authorize();
    const device = await rig.offer(phone);
    const { yielded } = await rig.open(device);
    await until("a picture", () => yielded.video.length > 0);
  });

  it("is offered no longer when it is unplugged, and again when it is back", async () => {
    const phone = await rig.phone();
    rig.follow({ graceMs: 100 });
    await rig.offered(phone);
    await rig.adb.adb(["disconnect", phone.serial]);
    await until("an empty list", () => rig.devices.length === 0);
    await rig.offered(phone);
  });

  it("stays offered through a moment's absence", async () => {
    const phone = await rig.phone();
    rig.follow({ graceMs: 60_000 });
    const device = await rig.offered(phone);
    await rig.adb.adb(["disconnect", phone.serial]);
    await until("its absence", () =>
      device.open(new Yield()).then(
        (open) => open.close().then(() => false),
        () => true,
      ),
    );
    expect(rig.devices).toEqual([device]);
    await rig.offered(phone);
  });

  it("is the one that was chosen, and no other", async () => {
    const [chosen, other] = [await rig.phone(), await rig.phone()];
    rig.follow({ serials: [chosen.serial] });
    await rig.adb.connect(other.serial);
    await rig.offered(chosen);
    expect(rig.devices.map(({ description }) => description.id)).toEqual([chosen.serial]);
  });

  it("says what it is in words that fit a label, whatever it says it is", async () => {
    const model = `$(reboot)'"\n\u0007${"x".repeat(300)}`;
    const phone = await rig.phone({ identity: { model } });
    rig.follow();
    const { description } = await rig.offered(phone);
    expect(description.name).toBe(`$(reboot)'" ${"x".repeat(116)}`);
    expect(description.model).toHaveLength(128);
  });
});
