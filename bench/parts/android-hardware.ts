import { startAgent } from "../../origin-agent/agent.ts";
import { edgeAt, systemTimers } from "../../origin-agent/link/index.ts";
import { Rig } from "../../test/origin-agent/device/android/rig.ts";
import type { AndroidDevice } from "../../test/support/android-device/index.ts";
import { openBrowser } from "../../test/support/browser.ts";
import { Fifo } from "../../test/support/fifo.ts";
import { openPhone } from "../../test/support/phone-page.ts";
import { Stack } from "../../test/support/stack.ts";
import { until } from "../../test/support/until.ts";
import { CameraFilm } from "../support/camera-film.ts";
import { allow, linkTo, placeTimes, START_PLACE } from "../support/lending-page.ts";
import type { Report } from "../support/report.ts";
import { percentile } from "../support/statistics.ts";
import { nowMicros } from "../support/stream.ts";

const HOST = "bench-lending-rack";
const CAMERA = { width: 640, height: 480, frameRate: 15 } as const;
const PICTURES = 450;
const WARM_UP_PICTURES = 30;

/**
 * What a person lends, on its way into an Android device: a place from the moment the browser is given it until the device has
 * carried out the command that says it, a camera's picture from the moment the page has it until who reads the pipe has it whole.
 */
export async function androidHardware(): Promise<Report> {
  const stack = await Stack.start("--device", "demo");
  const browser = await openBrowser("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream");
  const [rig, fifo, film] = [await Rig.start(), await Fifo.make(), new CameraFilm(CAMERA)];
  rig.atEnd(() => fifo.remove());
  try {
    const phone = await rig.phone();
    await rig.adb.connect(phone.serial);
    const places = placesOf(phone);
    const hardware = {
      cameras: new Map([[phone.serial, { ...CAMERA, path: fifo.path }]]),
      microphones: new Map(),
    };
    const { token }: { token: string } = await (await stack.api("POST", "/api/v1/hosts", { host: HOST })).json();
    const agent = startAgent({
      edge: edgeAt(new URL(stack.link.origin)),
      timers: systemTimers,
      token,
      devices: [],
      sources: [film.beside(rig.source({ hardware }))],
      log: () => {},
      refused: ({ kind }) => console.error(`the edge refused the bench's agent: ${kind}`),
    });
    rig.atEnd(() => agent.stop());
    const context = await browser.newContext({ geolocation: START_PLACE, permissions: ["geolocation"] });
    const page = await openPhone(context, await linkTo(stack, HOST, phone.serial));
    const request = { provider: "gps", intervalMs: 200, distanceMetres: 0, app: "org.example.maps" };
    const end = phone.requestLocation(request);
    await allow(page, "location");
    const times = await placeTimes(page, places);
    end();
    const reader = fifo.read();
    film.read(reader);
    await allow(page, "camera");
    const began = performance.now();
    await until("enough pictures", () => film.lent >= WARM_UP_PICTURES + PICTURES, 120_000);
    const rate = film.lent / ((performance.now() - began) / 1_000);
    await film.close();
    reader.close();
    const ages = film.ages.slice(WARM_UP_PICTURES);
    return {
      part: `android-hardware: Chromium to an Android device, ${times.length} places, ${ages.length} pictures of ${CAMERA.width}x${CAMERA.height}`,
      rows: [
        { what: "place p50, command carried out", figure: percentile(times, 0.5), unit: "ms" },
        { what: "place p95, command carried out", figure: percentile(times, 0.95), unit: "ms", bar: 150 },
        { what: "picture p50, read", figure: percentile(ages, 0.5), unit: "ms" },
        { what: "picture p95, read", figure: percentile(ages, 0.95), unit: "ms", bar: 250 },
        { what: "pictures a second, lent", figure: rate, unit: "", atLeast: 14 },
        { what: "pictures read of those lent", figure: film.ages.length / film.lent, unit: "" },
      ],
    };
  } finally {
    await browser.close();
    await rig.stop();
    await stack.stop();
  }
}

/** By latitude: when the device had first carried out the command with a place, Unix microseconds. */
function placesOf(phone: AndroidDevice): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  phone.record.watcher = (event) => {
    if (event.kind !== "location" || event.provider !== "gps") return;
    if (!places.has(event.fix.latitude)) places.set(event.fix.latitude, nowMicros());
  };
  return places;
}
