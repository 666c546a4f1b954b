import { describe, expect, it } from "vitest";
import { readLocationDump } from "../../../../../origin-agent/device/android/hardware/location-dump.ts";
import { locationWanted } from "../../../../../origin-agent/device/android/hardware/wanted.ts";

/** In the words of LocationManagerService of Android 14, shortened. */
const DUMP = `Location Manager State:
  User Info:
    current users: [0]
Location Providers:
  passive provider:
    service: ProviderRequest[@+1s0ms HIGH_ACCURACY]
    listeners:
      10111/org.example.passive/0A0A0A0A Request[@+5s0ms BALANCED]
  gps provider [mock]:
    last location=Location[gps 48.208170,16.373820 hAcc=12.0 et=+1d2h3m4s5ms mock]
    service: ProviderRequest[@+1m30s0ms HIGH_ACCURACY, WorkSource{10123 org.example.maps}]
    listeners:
      1000/android/BEEF Request[@+0 HIGH_ACCURACY]
      10123/org.example.maps[tag]/1A2B3C4D Request[@+1m30s0ms HIGH_ACCURACY, minUpdateDistance=25.5]
      1010124/org.example.second/5E6F (COARSE) Request[@+200ms LOW_POWER, minUpdateInterval=+100ms]
      10090/com.google.android.gms[fused_location_provider]/9F Request[@+2s0ms HIGH_ACCURACY, WorkSource{10128 org.example.taxi}]
      10129/org.example.${"x".repeat(2_000)}/9F Request[@+2s0ms HIGH_ACCURACY]
      10125/org.example.idle/77 Request[@+1s0ms HIGH_ACCURACY] (inactive)
      10126/org.example.taker/88 Request[PASSIVE]
    enabled=true
  network provider:
    service: ProviderRequest[OFF]
Event Log:
  10127/org.example.gone/99 Request[@+1s0ms HIGH_ACCURACY]
`;

describe("who listens to a device's location", () => {
  it("is read out of its service's words: apps that ask a provider, and are awake", () => {
    expect(readLocationDump(DUMP)).toEqual({
      mocked: ["gps"],
      listeners: [
        { app: "org.example.maps", intervalMs: 90_000, distanceM: 25.5, coarse: false },
        { app: "org.example.second", intervalMs: 200, distanceM: 0, coarse: true },
        { app: "org.example.taxi", intervalMs: 2_000, distanceM: 0, coarse: false },
      ],
    });
  });

  it.each([
    "",
    "Can't find service: location",
    "  gps provider:\n    listeners:\n      / Request[@]\n",
    "\0".repeat(99),
  ])("is nobody in %j", (words) => {
    expect(readLocationDump(words)).toEqual({ listeners: [], mocked: [] });
  });

  it("B-2 is one wish, of the widest that all of them want, in the name of the most eager", () => {
    const { listeners } = readLocationDump(DUMP);
    expect(locationWanted(listeners, (app) => `${app} ${"x".repeat(99)}`)).toEqual({
      purpose: `org.example.second ${"x".repeat(45)}`,
      want: { kind: "location", intervalMs: 200, distanceM: 0, accuracy: "fine" },
    });
    expect(locationWanted(listeners.slice(1, 2), (app) => app)?.want).toMatchObject({ accuracy: "coarse" });
    expect(locationWanted([], (app) => app)).toBeUndefined();
  });
});
