import { describe, expect, it } from "vitest";
import { type HostMessage, hostChannel, type ToHostMessage, toHostChannel } from "#protocol";

const PHONE = {
  id: "emulator-5554",
  name: "Phone 1",
  model: "sdk_gphone64_x86_64",
  kind: "android" as const,
  width: 1080,
  height: 2400,
  videoCodecs: ["h264" as const],
  features: [
    "touch" as const,
    "keyboard" as const,
    "audio" as const,
    "clipboard" as const,
    "rotation" as const,
    "gps" as const,
    "motion" as const,
    "camera" as const,
    "microphone" as const,
  ],
  apps: [],
};
const PHONE_TEXT =
  '{"id":"emulator-5554","name":"Phone 1","model":"sdk_gphone64_x86_64","kind":"android","width":1080,"height":2400,' +
  '"videoCodecs":["h264"],' +
  '"features":["touch","keyboard","audio","clipboard","rotation","gps","motion","camera","microphone"],"apps":[]}';

/** The type checker refuses these tables when a message of the channel has no line. */
const FROM_HOST: { readonly [Type in HostMessage["type"]]: readonly [Extract<HostMessage, { type: Type }>, string] } = {
  hello: [
    { type: "hello", protocol: 1, agent: "nearglass-agent/0.1.0", devices: [PHONE], serving: ["weur-3f0c"] },
    `{"type":"hello","protocol":1,"agent":"nearglass-agent/0.1.0","devices":[${PHONE_TEXT}],"serving":["weur-3f0c"]}`,
  ],
  devices: [{ type: "devices", devices: [PHONE] }, `{"type":"devices","devices":[${PHONE_TEXT}]}`],
  "serve-failed": [
    { type: "serve-failed", session: "weur-3f0c", reason: "the device did not start" },
    '{"type":"serve-failed","session":"weur-3f0c","reason":"the device did not start"}',
  ],
  bye: [{ type: "bye" }, '{"type":"bye"}'],
};

const TO_HOST: { readonly [Type in ToHostMessage["type"]]: readonly [Extract<ToHostMessage, { type: Type }>, string] } =
  {
    welcome: [{ type: "welcome", protocol: 1, host: "rack-7" }, '{"type":"welcome","protocol":1,"host":"rack-7"}'],
    serve: [
      {
        type: "serve",
        session: "weur-3f0c",
        device: "emulator-5554",
        ticket: "e30.e30.c2ln",
        app: "org.example.notes",
      },
      '{"type":"serve","session":"weur-3f0c","device":"emulator-5554","ticket":"e30.e30.c2ln","app":"org.example.notes"}',
    ],
    stop: [{ type: "stop", session: "weur-3f0c" }, '{"type":"stop","session":"weur-3f0c"}'],
  };

describe("host -> edge", () => {
  it.each(Object.values(FROM_HOST))("M-9 $type is this text, both ways", (message, text) => {
    expect(hostChannel.write(message)).toBe(text);
    expect(hostChannel.parse(text)).toEqual(message);
  });
});

describe("edge -> host", () => {
  it.each(Object.values(TO_HOST))("M-10 $type is this text, both ways", (message, text) => {
    expect(toHostChannel.write(message)).toBe(text);
    expect(toHostChannel.parse(text)).toEqual(message);
  });
});
