import { NAL, nalUnits } from "../../h264-stream.ts";

const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** MediaCodec yields parameter sets by themselves, once for each start, and pictures without them. */
export function divided(unit: Uint8Array): { readonly config: Uint8Array; readonly slices: Uint8Array } {
  const [config, slices]: [Uint8Array[], Uint8Array[]] = [[], []];
  for (const nal of nalUnits(unit)) {
    const type = (nal[0] ?? 0) & 0x1f;
    if (type === NAL.sei) continue;
    (type === NAL.sps || type === NAL.pps ? config : slices).push(START_CODE, nal);
  }
  return { config: Buffer.concat(config), slices: Buffer.concat(slices) };
}
