import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { InputBody, Pointer, TouchPhase } from "#protocol";
import { H264Decoder } from "../../../support/h264-decoder.ts";
import { until } from "../../../support/until.ts";
import { Rig } from "./rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

function finger(id: number, phase: TouchPhase, x: number, y: number): Pointer {
  return { id, phase, x, y, pressure: phase === "up" ? 0 : 1 };
}

function touch(...pointers: Pointer[]): InputBody {
  return { kind: "touch", pointers };
}

describe("an Android device in use", () => {
  it("says what it is before it is used", async () => {
    const phone = await rig.phone();
    rig.follow();
    const { description } = await rig.offered(phone);
    expect(description).toMatchObject({
      id: phone.serial,
      name: "Glass 14",
      model: "Glass 14, Android 14",
      kind: "android",
      width: 720,
      height: 1280,
      videoCodecs: ["h264"],
      features: [
        "touch",
        "keyboard",
        "clipboard",
        "rotation",
        "navigation",
        "volume",
        "screen",
        "file-up",
        "file-down",
        "app-install",
        "audio",
        "physical-keyboard",
        "gamepad",
        "gps",
      ],
    });
    expect(description.apps).toContainEqual({ id: "org.example.notes", name: "Notes" });
    expect(description.apps).toContainEqual({ id: "org.example.chat", name: "Chat 聊天" });
  });

  it.each(["3.3.4", "4.1"])("shows its screen and plays its sound, by a server of %s", async (scrcpyVersion) => {
    const { open, phone, yielded } = await rig.inUse({ scrcpyVersion });
    expect(yielded.displays).toEqual([{ width: 720, height: 1280, rotation: 0, codec: "h264" }]);
    expect(yielded.video[0]).toMatchObject({ keyframe: true, config: true, headroom: true });
    expect(open.audio).toEqual({ codec: "opus", sampleRate: 48_000, channels: 2 });
    phone.screen.animate(30);
    await until("pictures", () => yielded.video.length > 10);
    await until("sound", () => yielded.audio.length > 10);
    const decoder = new H264Decoder();
    for (const { data } of yielded.video) expect(decoder.decode(data)).toMatchObject({ width: 720, height: 1280 });
    decoder.close();
  });

  it("leaves room for a header before every unit, so that none is copied to be sent", async () => {
    const { phone, yielded } = await rig.inUse();
    phone.screen.animate(30);
    await until("pictures and sound", () => yielded.video.length > 5 && yielded.audio.length > 5);
    for (const { data } of [...yielded.video, ...yielded.audio]) {
      expect([data.byteOffset, data.byteLength]).toEqual([16, data.buffer.byteLength - 16]);
    }
  });

  it("is touched with two fingers, where they are", async () => {
    const { open, phone } = await rig.inUse();
    open.input(touch(finger(0, "down", 0, 0), finger(1, "down", 0.5, 0.5)));
    open.input(touch(finger(0, "move", 0.25, 0.125), finger(1, "up", 1, 1)));
    open.input(touch(finger(0, "up", 0.25, 0.125)));
    await until("five touches", () => phone.record.messages("touch").length === 5);
    const told = phone.record.messages("touch");
    expect(told.map(({ action, pointerId, position }) => [action, Number(pointerId), position.x, position.y])).toEqual([
      [0, 0, 0, 0],
      [0, 1, 360, 640],
      [2, 0, 180, 160],
      [1, 1, 719, 1279],
      [1, 0, 180, 160],
    ]);
  });

  it("cancels a touch instead of ending it, and forgets the finger", async () => {
    const { open, phone } = await rig.inUse();
    open.input(touch(finger(4, "down", 0.5, 0.5)));
    open.releaseAll();
    open.releaseAll();
    open.input({ kind: "key", down: true, repeat: false, keycode: 4, meta: 0 });
    await until("the key", () => phone.record.messages("keycode").length === 1);
    expect(phone.record.messages("touch").map(({ action }) => action)).toEqual([0, 3, 1]);
  });

  it("takes keys, their repeats and the wheel", async () => {
    const { open, phone } = await rig.inUse();
    const key = (down: boolean, repeat: boolean): InputBody => ({ kind: "key", down, repeat, keycode: 29, meta: 1 });
    for (const input of [key(true, false), key(true, true), key(true, true), key(false, false)]) open.input(input);
    open.input({ kind: "scroll", x: 0.5, y: 0.5, dx: 0, dy: -1 });
    await until("the wheel", () => phone.record.messages("scroll").length === 1);
    const told = phone.record.messages("keycode");
    expect(told.map(({ action, keycode, repeat, meta }) => [action, keycode, repeat, meta])).toEqual([
      [0, 29, 0, 1],
      [0, 29, 1, 1],
      [0, 29, 2, 1],
      [1, 29, 0, 1],
    ]);
  });

  it("lifts the keys that are held", async () => {
    const { open, phone } = await rig.inUse();
    open.input({ kind: "key", down: true, repeat: false, keycode: 59, meta: 0 });
    open.releaseAll();
    await until("the lift", () => phone.record.messages("keycode").length === 2);
    expect(phone.record.messages("keycode").map(({ action }) => action)).toEqual([0, 1]);
  });

  it("is typed on in every script, in order", async () => {
    const { open, phone } = await rig.inUse();
    const text = (words: string): InputBody => ({ kind: "text", text: words });
    for (const words of ["$(reboot) 'a' \"b\"", "聊天 👋🏽", " end", "\0nul"]) open.input(text(words));
    await until("the text", () => phone.record.text.endsWith("nul"));
    expect(phone.record.text).toBe("$(reboot) 'a' \"b\"聊天 👋🏽 end\0nul");
    expect(phone.record.messages("set-clipboard").map(({ paste }) => paste)).toEqual([true, true]);
  });

  it("types a line break as the key that it is, and a long text in parts that the server takes", async () => {
    const { open, phone } = await rig.inUse();
    open.input({ kind: "text", text: `${"x".repeat(700)}\n` });
    await until("the key", () => phone.record.messages("keycode").length === 2);
    expect(phone.record.messages("text").map(({ text }) => text.length)).toEqual([300, 300, 100]);
    expect(phone.record.messages("keycode").map(({ keycode }) => keycode)).toEqual([66, 66]);
  });

  it("shares its clipboard both ways", async () => {
    const { open, phone, yielded } = await rig.inUse();
    phone.copy("from the device 📱");
    await until("the device's clipboard", () => yielded.clipboards.length > 0);
    expect(yielded.clipboards).toEqual(["from the device 📱"]);
    open.setClipboard("to the device");
    await until("the person's clipboard", () => phone.record.messages("set-clipboard").length === 1);
    expect(phone.record.messages("set-clipboard")[0]).toMatchObject({ paste: false, text: "to the device" });
  });

  it("opens the apps of its list, and nothing else that a person may name", async () => {
    const { open, phone } = await rig.inUse();
    for (const app of ["org.example.nowhere", "+org.example.notes", "?notes", "a\"'$(reboot)\0\n", ""])
      open.openApp(app);
    open.openApp("org.example.notes");
    await until("the app", () => phone.record.of("app-started").length > 0);
    expect(phone.record.messages("start-app").map(({ name }) => name)).toEqual(["org.example.notes"]);
    expect(phone.record.of("app-started")).toMatchObject([{ name: "org.example.notes", stoppedFirst: false }]);
  });

  it("I-7 a physical key is one of a keyboard that is plugged in, which is waited for; other keys are injected", async () => {
    const { open, phone } = await rig.inUse();
    const physical = (down: boolean, keycode: number, repeat = false): InputBody => {
      return { kind: "key", down, repeat, keycode, meta: 0, physical: true };
    };
    for (const input of [physical(true, 59), physical(true, 29), physical(true, 29, true)]) open.input(input);
    for (const input of [physical(false, 29), physical(true, 4), physical(false, 4)]) open.input(input);
    await until("the injected key", () => phone.record.messages("keycode").length === 2);
    const created = phone.record.messages("uhid-create");
    expect(created.map(({ name, vendor, product }) => [name, vendor, product])).toEqual([["Nearglass keyboard", 0, 0]]);
    const reports = () => phone.record.messages("uhid-input").map(({ data }) => [...data].slice(0, 3));
    expect(reports()).toEqual([
      [2, 0, 0],
      [2, 0, 4],
      [2, 0, 0],
    ]);
    open.releaseAll();
    await until("the lift of shift", () => reports().length === 4);
    expect(reports()[3]).toEqual([0, 0, 0]);
  });

  it("I-7 a keyboard that went with its server is plugged in anew", async () => {
    const { open, phone } = await rig.inUse();
    const press = (): void => {
      for (const down of [true, false])
        open.input({ kind: "key", down, repeat: false, keycode: 29, meta: 0, physical: true });
    };
    press();
    await until("the keyboard", () => phone.record.messages("uhid-input").length === 2);
    await phone.fault({ kind: "server-death" });
    await until("another server", () => phone.record.of("server-started").length === 2, 20_000);
    press();
    await until("another keyboard", () => phone.record.messages("uhid-input").length === 4);
    expect(phone.record.messages("uhid-create")).toHaveLength(2);
  });

  it("I-10 a gamepad is plugged in when it is used, and is let go of with everything else", async () => {
    const { open, phone } = await rig.inUse();
    const pad = (buttons: number): InputBody => {
      return { kind: "gamepad", pad: 1, buttons, axes: [0, 0, 0, 0], triggers: [0, 0] };
    };
    for (const buttons of [0, 1]) open.input(pad(buttons));
    open.releaseAll();
    open.releaseAll();
    await until("three reports", () => phone.record.messages("uhid-input").length === 3);
    expect(phone.record.messages("uhid-create").map(({ id, name }) => [id, name])).toEqual([
      [4, "Nearglass gamepad 2"],
    ]);
    expect(phone.record.messages("uhid-input").map(({ data }) => data[12])).toEqual([0, 1, 0]);
  });

  it("I-7 a device that lets no keyboard be plugged in says so, and is typed on all the same", async () => {
    const phone = await rig.phone();
    phone.android.files.forget("/dev/uhid");
    rig.follow();
    const device = await rig.offered(phone);
    expect(device.description.features).not.toContain("physical-keyboard");
    const { open } = await rig.open(device);
    open.input({ kind: "key", down: true, repeat: false, keycode: 29, meta: 0, physical: true });
    await until("the key", () => phone.record.messages("keycode").length === 1);
    expect(phone.record.messages("uhid-create")).toEqual([]);
  });

  it("M-13 is turned and put to sleep by its person, and made louder by a key", async () => {
    const { open, phone, yielded } = await rig.inUse();
    open.rotate();
    await until("the new display", () => yielded.displays.length === 2);
    expect(yielded.displays[1]).toMatchObject({ width: 1280, height: 720, rotation: 90 });
    open.setScreen(false);
    await until("sleep", () => !phone.screen.on);
    open.setScreen(false);
    open.setScreen(true);
    await until("the screen", () => phone.screen.on);
    const pressed = phone.record.messages("keycode").map(({ keycode }) => keycode);
    expect(pressed).toEqual([223, 223, 223, 223, 224, 224]);
    for (const down of [true, false]) open.input({ kind: "key", down, repeat: false, keycode: 24, meta: 0 });
    await until("the key", () => phone.record.messages("keycode").at(-1)?.keycode === 24);
  });

  it("says a new display when it is turned, begins it with a keyframe, and is touched in it", async () => {
    const { open, phone, yielded } = await rig.inUse();
    const before = yielded.video.length;
    phone.screen.rotate();
    await until("the new display", () => yielded.displays.length === 2);
    expect(yielded.displays[1]).toEqual({ width: 1280, height: 720, rotation: 90, codec: "h264" });
    await until("its picture", () => yielded.video.length > before);
    phone.record.clear();
    open.input(touch(finger(0, "down", 0.5, 0.5)));
    await until("the touch", () => phone.record.messages("touch").length === 1);
    expect(phone.record.messages("touch")[0]?.position).toMatchObject({ x: 640, y: 360, width: 1280, height: 720 });
  });

  it("lifts every finger again after a turn: a lift for the picture before may have been dropped", async () => {
    const { open, phone, yielded } = await rig.inUse();
    open.input(touch(finger(0, "down", 0.5, 0.5)));
    await until("the touch", () => phone.record.messages("touch").length === 1);
    phone.record.clear();
    phone.screen.rotate();
    open.input(touch(finger(0, "up", 0.5, 0.5)));
    await until("the new display", () => yielded.displays.length === 2);
    await until("the lift", () => phone.record.messages("touch").some(({ position }) => position.width === 1280));
    const lifts = phone.record.messages("touch").filter(({ position }) => position.width === 1280);
    expect(lifts.map(({ action }) => action)).toEqual([3, 1]);
  });

  it("makes one keyframe for all who ask while it is on its way, and the next when it has come", async () => {
    const { open, phone, yielded } = await rig.inUse();
    const asked = () => phone.record.messages("reset-video").length;
    const keyframes = yielded.keyframes;
    for (let request = 0; request < 20; request += 1) open.requestKeyframe();
    await until("the keyframe", () => yielded.keyframes > keyframes);
    expect(asked()).toBe(1);
    open.requestKeyframe();
    await until("the second", () => yielded.keyframes > keyframes + 1);
    expect(asked()).toBe(2);
    expect(yielded.displays).toHaveLength(1);
  });

  it("keeps its first picture for when it is said who watches", async () => {
    const phone = await rig.phone();
    rig.follow();
    const { open, yielded } = await rig.open(await rig.offered(phone));
    open.setPaused(true);
    phone.screen.rotate();
    await until("a turn that is seen", () => yielded.displays.length > 1);
    expect(yielded.video).toEqual([]);
    open.setPaused(false);
    await until("a picture", () => yielded.video.length > 0);
    expect(yielded.video[0]).toMatchObject({ keyframe: true, config: true });
  });

  it("yields nothing while nobody watches, and goes on with a keyframe", async () => {
    const { open, phone, yielded } = await rig.inUse();
    phone.screen.animate(30);
    open.setPaused(true);
    const [video, audio] = [yielded.video.length, yielded.audio.length];
    phone.screen.rotate();
    await until("a picture that is let go", () => yielded.displays.length === 2);
    expect([yielded.video.length, yielded.audio.length]).toEqual([video, audio]);
    open.setPaused(false);
    await until("a picture", () => yielded.video.length > video);
    expect(yielded.video[video]).toMatchObject({ keyframe: true, config: true });
  });

  it("starts its encoder anew for a lower target, in the same display, and is touched in the smaller picture", async () => {
    const { open, phone, yielded } = await rig.inUse();
    open.setTarget({ bitrate: 900_000, frameRate: 30, maxSide: 640 });
    const starts = () => phone.record.of("server-started");
    await until("another server", () => starts().length === 2, 20_000);
    expect(starts()[1]?.options).toMatchObject({ videoBitRate: 500_000, maxFps: 30, maxSize: 640 });
    const keyframes = yielded.keyframes;
    await until("its picture", () => yielded.keyframes > keyframes);
    expect(yielded.displays).toHaveLength(1);
    open.input(touch(finger(0, "down", 0.5, 0.5)));
    await until("the touch", () => phone.record.messages("touch").length === 1);
    expect(phone.record.messages("touch")[0]?.position).toMatchObject({ x: 180, y: 320, width: 360, height: 640 });
  });
});
