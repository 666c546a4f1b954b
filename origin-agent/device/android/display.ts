import type { Display } from "../device.ts";
import type { CodedSize } from "./scrcpy/framing.ts";
import type { SpsCodec } from "./sps/one-in-one-out.ts";

/** Two sizes of one display may differ so much in their proportion: encoders want sides that are multiples of 8 or 16. */
const SAME_SHAPE = 0.03;

/**
 * The display behind a coded size. A picture that was made smaller to cost less is of the same display, so that whoever
 * looks and touches need not know.
 * @param natural the device's screen as it stands by itself
 * @param reduced whether the encoder was told to make it smaller
 */
export function displayOf(
  coded: CodedSize,
  natural: CodedSize,
  reduced: boolean,
  before: Display | undefined,
  codec: SpsCodec,
): Display {
  const lying = coded.width > coded.height !== natural.width > natural.height;
  const rotation = lying ? 90 : 0;
  if (!reduced) return { ...coded, rotation, codec };
  const full = before ?? (lying ? { width: natural.height, height: natural.width } : natural);
  const candidates = [full, { width: full.height, height: full.width }];
  const same = candidates.find(
    (size) => Math.abs((size.width / size.height / coded.width) * coded.height - 1) < SAME_SHAPE,
  );
  return { width: same?.width ?? coded.width, height: same?.height ?? coded.height, rotation, codec };
}
