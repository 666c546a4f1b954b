/** How late steps may be made up for; a process that stood still longer begins a new grid. */
const MADE_UP_MS = 100;

/** Acts on a grid of time, so that one late step makes no other late. @returns how to stop it */
export function everyStep(intervalMs: () => number, act: () => void): () => void {
  let due = performance.now();
  const step = () => {
    act();
    due = Math.max(due + intervalMs(), performance.now() - MADE_UP_MS);
    timer = setTimeout(step, Math.max(0, due - performance.now()));
  };
  let timer = setTimeout(step, 0);
  return () => clearTimeout(timer);
}
