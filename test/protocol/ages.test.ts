import { expect, it } from "vitest";
import { clearAges, createAges, noteAge, summarizeAges } from "#protocol";

it("K-2 ages are summed up by nearest rank, over the newest alone", () => {
  const ages = createAges(20);
  expect(summarizeAges(ages)).toBeUndefined();
  noteAge(ages, 7.4);
  expect(summarizeAges(ages)).toEqual({ p50: 7, p95: 7 });
  for (let ms = 1; ms <= 40; ms += 1) noteAge(ages, ms);
  // 21 to 40 are left: the tenth of them, and the nineteenth.
  expect(summarizeAges(ages)).toEqual({ p50: 30, p95: 39 });
  clearAges(ages);
  expect(summarizeAges(ages)).toBeUndefined();
  noteAge(ages, 3);
  expect(summarizeAges(ages)).toEqual({ p50: 3, p95: 3 });
});

it("K-2 an age below 0 is the clocks' error", () => {
  const ages = createAges(4);
  noteAge(ages, -5);
  expect(summarizeAges(ages)).toEqual({ p50: 0, p95: 0 });
});
