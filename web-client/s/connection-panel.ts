import { byId } from "../by-id.ts";
import type { NearglassView } from "../element.ts";
import type { Session, SessionStats } from "../sdk/index.ts";
import { panelOpened } from "./one-panel.ts";

type Quality = "good" | "fair" | "poor";

const INTERVAL_MS = 1_000;
/** Under 100 ms a touch feels answered; over 250 ms it does not (Kaaresoja et al. 2014 and plain experience). */
const GOOD_MS = 100;
const FAIR_MS = 250;
const QUALITY_WORDS: Readonly<Record<Quality, string>> = { good: "good", fair: "fair", poor: "poor" };

const button = byId("connection", HTMLButtonElement);
const panel = byId("details", HTMLElement);
const list = byId("details-list", HTMLDListElement);
let previous: { readonly at: number; readonly session: Session; readonly stats: SessionStats } | undefined;
let change: Change | undefined;

/** What the last second brought. */
interface Change {
  readonly picturesPerSecond: number;
  readonly bytesPerSecond: number;
}

/** The connection's quality on its button, and the figures behind it in a panel that the button opens. */
export function setUpConnectionPanel(view: NearglassView): void {
  button.addEventListener("click", () => {
    setOpen(panel.hidden === true);
  });
  document.addEventListener("keydown", (event) => {
    // Typed into the device, it is the device's.
    if (event.key !== "Escape" || event.defaultPrevented || panel.hidden === true) return;
    setOpen(false);
    button.focus();
  });
  setInterval(
    () => view.session !== undefined && document.visibilityState === "visible" && look(view.session),
    INTERVAL_MS,
  );

  function close(): void {
    setOpen(false);
  }

  function setOpen(open: boolean): void {
    if (open) panelOpened(close);
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open && view.session !== undefined) showDetails(view.session, view.session.stats());
  }
}

function look(session: Session): void {
  const stats = session.stats();
  const at = performance.now();
  change = previous?.session === session ? changeOf(previous.stats, stats, at - previous.at) : undefined;
  previous = { at, session, stats };
  const quality = qualityOf(stats);
  if (quality === undefined) delete button.dataset.quality;
  else button.dataset.quality = quality;
  const known = stats.state === "live" && stats.rttMs !== undefined;
  byId("connection-ms", HTMLSpanElement).textContent = known ? milliseconds(stats.rttMs) : "";
  const words = quality === undefined ? "Connection" : `Connection: ${QUALITY_WORDS[quality]}`;
  button.setAttribute("aria-label", known ? `${words}, round trip ${milliseconds(stats.rttMs)}` : words);
  if (panel.hidden !== true) showDetails(session, stats);
}

function changeOf(before: SessionStats, now: SessionStats, ms: number): Change | undefined {
  if (ms <= 0) return undefined;
  const perSecond = (count: "framesPainted" | "bytesReceived") => (1_000 * (now[count] - before[count])) / ms;
  return { picturesPerSecond: perSecond("framesPainted"), bytesPerSecond: perSecond("bytesReceived") };
}

/** Undefined while nothing moves: a picture that was kept for whoever joins is old, and the connection is not slow. */
function pictureAgeMs({ frameAgeMs }: SessionStats): number | undefined {
  return change !== undefined && change.picturesPerSecond > 0 ? frameAgeMs : undefined;
}

function qualityOf(stats: SessionStats): Quality | undefined {
  const { state, rttMs } = stats;
  if (state === "reconnecting") return "poor";
  if (state !== "live" || rttMs === undefined) return undefined;
  const worst = Math.max(rttMs, pictureAgeMs(stats) ?? 0);
  return worst <= GOOD_MS ? "good" : worst <= FAIR_MS ? "fair" : "poor";
}

function showDetails(session: Session, stats: SessionStats): void {
  const rows: readonly (readonly [string, string])[] = [
    ["Device", session.device?.name ?? "–"],
    ["Round trip", milliseconds(stats.rttMs)],
    ["Picture age", milliseconds(pictureAgeMs(stats))],
    ["Device to edge", milliseconds(stats.captureToEdgeMs)],
    ["Edge to here", milliseconds(stats.edgeToReceivedMs)],
    ["Arrival to screen", milliseconds(stats.arrivalToPaintMs)],
    ["Pictures", change === undefined ? "–" : `${Math.round(change.picturesPerSecond)} per second`],
    ["Data", change === undefined ? "–" : `${((change.bytesPerSecond * 8) / 1_000_000).toFixed(2)} Mbit/s`],
    ["Size", stats.width === undefined ? "–" : `${stats.width} × ${stats.height}`],
    ["Video", stats.codec ?? "–"],
    ["Painted, dropped", `${stats.framesPainted}, ${stats.framesDropped}`],
    ["Stood still", frozen(stats)],
    ["Keyframes", String(stats.keyframesReceived)],
    ["Sound waiting", stats.sound === "playing" ? milliseconds(stats.audioBufferedMs) : "–"],
    ["Reconnected", stats.reconnects === 1 ? "once" : `${stats.reconnects} times`],
  ];
  list.replaceChildren(
    ...rows.flatMap(([name, value]) => {
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = name;
      text.textContent = value;
      return [term, text];
    }),
  );
}

function frozen({ freezeCount, totalFreezesDurationMs }: SessionStats): string {
  if (freezeCount === 0) return "never";
  const times = freezeCount === 1 ? "once" : `${freezeCount} times`;
  return `${times}, ${(totalFreezesDurationMs / 1_000).toFixed(1)} s`;
}

function milliseconds(value: number | undefined): string {
  if (value === undefined) return "–";
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}
