interface Level {
  /** level_idc: ten times the level's number. */
  readonly idc: number;
  readonly maxMacroblocks: number;
  readonly maxMacroblocksPerSecond: number;
}

/** ITU-T H.264, table A-1, from level 3 on. */
const LEVELS: readonly Level[] = [
  { idc: 30, maxMacroblocks: 1_620, maxMacroblocksPerSecond: 40_500 },
  { idc: 31, maxMacroblocks: 3_600, maxMacroblocksPerSecond: 108_000 },
  { idc: 32, maxMacroblocks: 5_120, maxMacroblocksPerSecond: 216_000 },
  { idc: 40, maxMacroblocks: 8_192, maxMacroblocksPerSecond: 245_760 },
  { idc: 42, maxMacroblocks: 8_704, maxMacroblocksPerSecond: 522_240 },
  { idc: 50, maxMacroblocks: 22_080, maxMacroblocksPerSecond: 589_824 },
  { idc: 51, maxMacroblocks: 36_864, maxMacroblocksPerSecond: 983_040 },
  { idc: 52, maxMacroblocks: 36_864, maxMacroblocksPerSecond: 2_073_600 },
];

/**
 * The lowest level_idc that such pictures fit. It is fixed when the encoder opens, so that a change of the bitrate
 * never changes the SPS and no decoder has to be configured anew.
 * @throws RangeError when no level allows them
 */
export function h264Level(width: number, height: number, frameRate: number): number {
  const macroblocks = Math.ceil(width / 16) * Math.ceil(height / 16);
  const fits = (level: Level) =>
    macroblocks <= level.maxMacroblocks && macroblocks * frameRate <= level.maxMacroblocksPerSecond;
  const level = LEVELS.find(fits);
  if (level === undefined) throw new RangeError(`H.264 has no level for ${width}x${height} at ${frameRate} a second`);
  return level.idc;
}
