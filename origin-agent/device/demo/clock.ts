/**
 * Unix time in milliseconds with the fraction that `Date.now()` lacks. Only for stamping what is drawn or played:
 * the rules of the phone get their time as an argument.
 */
export function unixMillis(): number {
  return performance.timeOrigin + performance.now();
}
