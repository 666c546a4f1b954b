import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeInput } from "#protocol";
import { startAgent } from "../../../../origin-agent/agent.ts";
import { edgeAt, systemTimers } from "../../../../origin-agent/link/index.ts";
import { CutProxy } from "../../../support/cut-proxy.ts";
import { H264Decoder } from "../../../support/h264-decoder.ts";
import { until } from "../../../support/until.ts";
import { eventually } from "../../support/eventually.ts";
import { fakeDevice } from "../../support/fake-device.ts";
import { type FakeEdge, type OriginSocket, startFakeEdge } from "../../support/fake-edge.ts";
import { Rig } from "./rig.ts";

const WELCOME = {
  type: "welcome",
  protocol: 1,
  resume: "r.s.t",
  nextEpoch: 0,
  nextVideo: 0,
  nextAudio: 0,
  viewers: 1,
} as const;

let rig: Rig;
let edge: FakeEdge;
beforeEach(async () => {
  rig = await Rig.start();
  edge = await startFakeEdge();
});
afterEach(async () => {
  await rig.stop();
  edge.close();
});

async function enrol() {
  const agent = startAgent({
    edge: edgeAt(edge.address),
    timers: systemTimers,
    token: "enrolment.token.secret",
    devices: [fakeDevice("fake-1")],
    sources: [rig.source()],
    log: (line) => rig.log.push(line),
    refused: () => {},
  });
  rig.atEnd(() => agent.stop());
  const host = await eventually("the host's hello", () => edge.hosts.find(({ said }) => said[0]?.type === "hello"));
  host.say({ type: "welcome", protocol: 1, host: "rack-1" });
  return host;
}

/** Serve one device to one viewer who takes every picture at once. */
async function serve(host: Awaited<ReturnType<typeof enrol>>, device: string, session: string): Promise<OriginSocket> {
  const before = edge.origins.length;
  host.say({ type: "serve", session, device, ticket: "a.ticket" });
  const origin = await eventually("the origin's hello", () =>
    edge.origins.slice(before).find(({ said }) => said.length > 0),
  );
  origin.say({ ...WELCOME, session, at: Date.now() * 1_000 });
  const ack = setInterval(() => {
    const video = origin.frames.findLast(({ header }) => header.kind === "video")?.header.sequence;
    if (video !== undefined) origin.say({ type: "ack", video });
  }, 20);
  rig.atEnd(() => clearInterval(ack));
  return origin;
}

describe("an agent with Android devices", () => {
  it("announces them beside its own as they come and go, and serves one through the whole way", async () => {
    const host = await enrol();
    const phone = await rig.phone();
    await rig.adb.connect(phone.serial);
    await eventually("the list", () =>
      host.said.find((message) => message.type === "devices" && message.devices.some(({ id }) => id === phone.serial)),
    );
    const origin = await serve(host, phone.serial, "weur-1");
    phone.screen.animate(30);
    const videos = () => origin.frames.filter(({ header }) => header.kind === "video");
    await until("pictures", () => videos().length > 10);
    expect(videos()[0]?.header).toMatchObject({ keyframe: true, config: true, epoch: 0, sequence: 0 });
    const decoder = new H264Decoder();
    for (const { payload } of videos()) expect(decoder.decode(payload)).toMatchObject({ width: 720, height: 1280 });
    decoder.close();
    const tap = { kind: "key", down: true, repeat: false, keycode: 3, meta: 0 } as const;
    origin.sendRaw(writeInput({ epoch: 0, sequence: 1, lease: 1, ...tap }));
    await until("the key", () => phone.record.messages("keycode").length === 1);
  });

  it("tells the fleet of a device that lies, frees it, and goes on with the other sessions", async () => {
    const host = await enrol();
    const [bad, good] = [await rig.phone(), await rig.phone()];
    for (const { serial } of [bad, good]) {
      await rig.adb.connect(serial);
      await eventually("the list", () =>
        host.said.find((message) => message.type === "devices" && message.devices.some(({ id }) => id === serial)),
      );
    }
    await serve(host, bad.serial, "weur-1");
    const other = await serve(host, good.serial, "weur-2");
    good.screen.animate(30);
    await until("pictures of the good one", () => other.frames.length > 3);
    await bad.fault({ kind: "huge-length", in: "video" });
    await eventually("the end", () => host.said.find((message) => message.type === "serve-failed"));
    expect(rig.log.join("\n")).toMatch(/session weur-1: over, .*claims a packet of 2147483648 bytes/);
    const before = other.frames.length;
    await until("more of them", () => other.frames.length > before + 5);
    const again = await serve(host, bad.serial, "weur-3");
    await until("pictures of the one that was bad", () => again.frames.length > 0);
  });

  it("goes on when the ADB server was away for a moment", async () => {
    const pipe = new CutProxy(new URL(`http://127.0.0.1:${rig.adb.port}`));
    rig.atEnd(() => pipe.close());
    const { port } = await pipe.listen(new URL("http://127.0.0.1/"));
    rig.follow({ adb: { host: "127.0.0.1", port: Number(port) } });
    const phone = await rig.phone();
    const { yielded } = await rig.open(await rig.offered(phone));
    await until("the first picture", () => yielded.keyframes > 0);
    const before = yielded.keyframes;
    pipe.cut();
    await until("a word about it", () => rig.log.some((line) => /nobody answers at 127\.0\.0\.1/.test(line)));
    expect(rig.devices).toHaveLength(1);
    pipe.mend();
    await until("a picture again", () => yielded.keyframes > before, 20_000);
    expect(yielded.losses).toEqual([]);
    expect(rig.devices).toHaveLength(1);
  });
});
