import { oneInOneOut } from "../../origin-agent/device/android/sps/one-in-one-out.ts";
import { openBrowser } from "../../test/support/browser.ts";
import { type ReelUnit, reorderingReel } from "../../test/support/reordering-reel.ts";
import type { Report } from "../support/report.ts";
import { percentile } from "../support/statistics.ts";

const PICTURES = 120;
const SIZE = { width: 720, height: 1280 } as const;
/** A picture that has not come by then comes with a later one. */
const SETTLED_MS = 100;

/** Pictures that Chromium's decoder holds back, of a stream like a phone's encoder makes, with its SPS as it is and rewritten. */
export async function decoder(): Promise<Report> {
  const reel = await reorderingReel(SIZE, PICTURES);
  const rewritten = reel.map((unit) => (unit.keyframe ? { ...unit, data: oneInOneOut("h264", unit.data).data } : unit));
  const [before, after] = [await heldIn(reel), await heldIn(rewritten)];
  return {
    part: `decoder: pictures held back by Chromium, ${PICTURES} of ${SIZE.width}x${SIZE.height} given one by one`,
    rows: [
      { what: "SPS as it was, p95", figure: percentile(before, 0.95), unit: "pictures" },
      { what: "SPS rewritten, p95", figure: percentile(after, 0.95), unit: "pictures", bar: 1 },
      { what: "SPS rewritten, most", figure: Math.max(...after), unit: "pictures" },
    ],
  };
}

/** After each picture: how many went in and did not come out. */
async function heldIn(reel: readonly ReelUnit[]): Promise<number[]> {
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    // A decoder is for secure pages; this address is one, and nobody is asked for it.
    await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "" }));
    await page.goto("http://localhost/");
    const units = reel.map(({ keyframe, data }) => ({ keyframe, data: [...data] }));
    return await page.evaluate(
      async ({ units: given, settledMs }) => {
        let out = 0;
        let came = () => {};
        const decoder = new VideoDecoder({
          output: (frame) => {
            out += 1;
            frame.close();
            came();
          },
          error: (error) => console.error(error),
        });
        decoder.configure({ codec: "avc1.64001f", optimizeForLatency: true });
        const held: number[] = [];
        for (const [index, { keyframe, data }] of given.entries()) {
          const next = new Promise<void>((resolve) => {
            came = resolve;
          });
          const chunk = {
            type: keyframe ? "key" : "delta",
            timestamp: index * 33_333,
            data: new Uint8Array(data),
          } as const;
          decoder.decode(new EncodedVideoChunk(chunk));
          await Promise.race([next, new Promise((resolve) => setTimeout(resolve, settledMs))]);
          held.push(index + 1 - out);
        }
        decoder.close();
        return held;
      },
      { units, settledMs: SETTLED_MS },
    );
  } finally {
    await browser.close();
  }
}
