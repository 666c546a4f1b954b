import { describe, expect, it } from "vitest";
import { retryWaitMs } from "../../../../edge/tenant/log/deliveries.ts";
import { isDestination } from "../../../../edge/tenant/log/destination.ts";
import { send } from "../../../../edge/tenant/log/send.ts";
import { signDelivery } from "../../../../edge/tenant/log/signature.ts";
import { Receiver } from "./receiver.ts";

describe("where a log may be sent", () => {
  it.each([
    "https://siem.example.com/in?token=x",
    "https://siem.example.com:8088/services/collector",
    "https://xn--mnchen-3ya.example/",
  ])("is %s", (url) => {
    expect([isDestination(url, false), isDestination(url, true)]).toEqual([true, true]);
  });

  it.each([
    ...["", "siem.example.com", "ftp://siem.example.com/", "javascript:alert(1)", "http://siem.example.com/"],
    ...["https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f.1/", "https://10.0.0.1/"],
    ...[
      "https://169.254.169.254/latest/meta-data",
      "https://[::1]/",
      "https://[fd00::1]/",
      "https://[::ffff:10.0.0.1]/",
    ],
    ...["https://localhost/", "https://LOCALHOST./", "https://a.localhost/", "https://siem/", "https://siem./"],
    ...["https://siem.internal/", "https://siem.local/", "https://router.home.arpa/", "https://siem.corp./"],
    ...["https://user@siem.example.com/", "https://user:pass@siem.example.com/", "https://siem.example.com/#x"],
    ...[
      "https://siem.example.com:22/",
      "https://siem.example.com:25/",
      `https://siem.example.com/${"x".repeat(2_048)}`,
    ],
  ])("is not %s", (url) => {
    expect([isDestination(url, false), isDestination(url, true)]).toEqual([false, false]);
  });

  it("is this machine over http while developing, and never else", () => {
    for (const url of ["http://localhost:9000/x", "http://127.0.0.1:9000/", "http://[::1]:9000/"]) {
      expect([isDestination(url, true), isDestination(url, false)]).toEqual([true, false]);
    }
    expect(isDestination("http://10.0.0.1/", true)).toBe(false);
  });
});

it("a signature is this text for this secret, as Standard Webhooks have it", async () => {
  // The example of the specification.
  const secret = Uint8Array.from(atob("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), (unit) => unit.charCodeAt(0)).buffer;
  const said = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: '{"test": 2432232314}' };
  expect(await signDelivery(secret, said)).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

it("a receiver that takes too long has not taken it", async () => {
  const receiver = new Receiver();
  await receiver.behave("hang");
  const delivery = { url: receiver.url, id: "msg_1", timestamp: 1, body: "{}\n", signatures: ["v1,x"] };
  expect(await send(delivery, 50)).toEqual({ delivered: false, reason: "timed out" });
  await receiver.behave();
  expect(await send(delivery, 10_000)).toEqual({ delivered: true });
  expect(await send({ ...delivery, url: "http://127.0.0.1:9/" }, 10_000)).toEqual({
    ...{ delivered: false, reason: "unreachable" },
  });
});

it("waits grow from seconds to an hour, and are shaken", () => {
  expect([1, 2, 3, 4, 5].map((tries) => retryWaitMs(tries, 1))).toEqual([5_000, 20_000, 80_000, 320_000, 1_280_000]);
  expect([6, 7, 29].map((tries) => retryWaitMs(tries, 1))).toEqual([3_600_000, 3_600_000, 3_600_000]);
  expect(retryWaitMs(1, 0)).toBe(2_500);
  expect(retryWaitMs(2, 0.5)).toBe(15_000);
});
