import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { H264Decoder } from "../../../support/h264-decoder.ts";
import { until } from "../../../support/until.ts";
import { Rig } from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

describe("an Android device in use", () => {
  it("says what it is before it is used", async () => {
    const phone = await rig.phone();
    rig.follow();
    const { description } = await rig.offered(phone);
    expect(description).toMatchObject({
      id: phone.serial,
      kind: "android",
      width: 720,
      height: 1280,
      videoCodecs: ["h264"],
      features: ["touch", "keyboard", "clipboard", "rotation", "audio"],
    });
    expect(description.apps.map(({ id }) => id)).toContain("org.example.notes");
  });

  it.each(["3.3.4", "4.1"])("shows its screen, by a server of %s", async (scrcpyVersion) => {
    const { yielded } = await rig.inUse({ scrcpyVersion });
    expect(yielded.displays).toEqual([{ width: 720, height: 1280, rotation: 0, codec: "h264" }]);
    const [first] = yielded.video;
    expect(first).toMatchObject({ keyframe: true, config: true, headroom: true });
    expect(first?.data.byteOffset).toBe(16);
    console.log(H264Decoder, rig.log);
    await until("sound", () => yielded.audio.length > 5);
  });
});
