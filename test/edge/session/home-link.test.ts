import { describe, expect, it, vi } from "vitest";
import { type DownRecord, down, Link, type UpRecord } from "../../../edge/mirror-link/index.ts";
import { HomeLink } from "../../../edge/session/home-link.ts";
import { RemoteSeat } from "../../../edge/session/remote-seat.ts";

function tell(text: string): DownRecord {
  return { kind: "tell", seat: "ada", connection: 1, text };
}

/** What a mirror that attaches now is told of what waited. */
async function attached(home: HomeLink): Promise<{ readonly hasLost: boolean; readonly told: number }> {
  const link = new Link<UpRecord, DownRecord>();
  const mirror = new Link<DownRecord, UpRecord>();
  const heard: DownRecord[] = [];
  const hasLost = home.attach(link, 0);
  link.finish();
  await mirror.read(link.outgoing, down, { received: (records) => heard.push(...records), ended: () => undefined });
  return { hasLost, told: heard.length };
}

describe("what the home says to a mirror that rests", () => {
  it("G-5 waits for it, and wakes it", async () => {
    const wake = vi.fn();
    const home = new HomeLink("apac-1", wake);
    for (let text = 0; text < 5; text += 1) home.say(tell("a clipboard"));
    expect(wake).toHaveBeenCalled();
    expect(await attached(home)).toEqual({ hasLost: false, told: 5 });
  });

  it("G-5 G-6 is bounded in bytes, and what found no room counts as lost, once", async () => {
    const home = new HomeLink("apac-1", vi.fn());
    for (let text = 0; text < 100; text += 1) home.say(tell("x".repeat(50_000)));
    const first = await attached(home);
    expect(first.hasLost).toBe(true);
    expect(first.told).toBeGreaterThan(5);
    expect(first.told).toBeLessThan(20);
    expect(await attached(home)).toEqual({ hasLost: false, told: 0 });
  });
});

describe("a frame that comes while a mirror goes to rest", () => {
  function resting() {
    const wake = vi.fn();
    const home = new HomeLink("apac-1", wake);
    const link = new Link<UpRecord, DownRecord>();
    home.attach(link, 0);
    const name = { seat: "ada", connection: 1 };
    home.seats.set("ada", new RemoteSeat(name, [], (record) => home.say(record)));
    expect(home.frameCame()).toBe(false);
    home.rest();
    return { home, link, wake };
  }

  it("G-5 wakes it as soon as it rests: before, it would take the call for one that comes late", () => {
    const { home, link, wake } = resting();
    expect(home.frameCame()).toBe(false);
    expect(wake).not.toHaveBeenCalled();
    home.ended(link, true);
    expect(wake).toHaveBeenCalledTimes(1);
  });

  it("G-5 wakes it at once when it rests already, and nothing does before", () => {
    const { home, link, wake } = resting();
    home.ended(link, true);
    expect(wake).not.toHaveBeenCalled();
    expect(home.frameCame()).toBe(true);
  });
});
