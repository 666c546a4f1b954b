import { drawIcon } from "../ui/icons.ts";
import { type Canvas2D, drawText, fillCircle, fillRounded, type Size } from "../ui/shape.ts";
import type { App, Services } from "./app.ts";

const FRAME_RATE = 30;
const BALLS = 14;
const PROGRESS_SECONDS = 60;

/** Content that moves in every picture, drawn at 30 pictures a second; a tap stops and continues it. */
export function createVideo(services: Services): App {
  let playing = true;
  let pressed = false;
  let shownAt: number | undefined;
  let playedSeconds = 0;

  return {
    frameRate: () => (playing ? FRAME_RATE : 0),
    draw: (canvas, size, at) => {
      if (playing && shownAt !== undefined) playedSeconds += (at - shownAt) / 1000;
      shownAt = playing ? at : undefined;
      drawSky(canvas, size, playedSeconds);
      for (let ball = 0; ball < BALLS; ball += 1) drawBall(canvas, size, ball, playedSeconds);
      drawControls(canvas, size, { playing, pressed, playedSeconds });
    },
    touch: (touch) => {
      if (touch.phase === "up") playing = !playing;
      pressed = touch.phase === "down" || touch.phase === "move";
      services.changed();
    },
    hidden: () => {
      shownAt = undefined;
    },
  };
}

function drawSky(canvas: Canvas2D, size: Size, seconds: number): void {
  const swing = Math.sin(seconds * 0.35) * size.width * 0.5;
  const sky = canvas.createLinearGradient(size.width / 2 + swing, 0, size.width / 2 - swing, size.height);
  const hue = seconds * 9;
  sky.addColorStop(0, `hsl(${(235 + hue) % 360} 62% 24%)`);
  sky.addColorStop(0.55, `hsl(${(275 + hue) % 360} 58% 34%)`);
  sky.addColorStop(1, `hsl(${(335 + hue) % 360} 68% 46%)`);
  canvas.fillStyle = sky;
  canvas.fillRect(0, 0, size.width, size.height);
}

function drawBall(canvas: Canvas2D, size: Size, ball: number, seconds: number): void {
  const phase = ball * 2.4;
  const radius = 26 + (ball % 5) * 16;
  const x = size.width * (0.5 + 0.42 * Math.sin(seconds * (0.5 + ball * 0.045) + phase));
  const y = size.height * (0.46 + 0.38 * Math.cos(seconds * (0.42 + ball * 0.03) + phase * 1.7));
  const light = canvas.createRadialGradient(x - radius * 0.35, y - radius * 0.4, radius * 0.1, x, y, radius);
  const hue = (ball * 360) / BALLS;
  light.addColorStop(0, `hsl(${hue} 95% 82%)`);
  light.addColorStop(1, `hsl(${hue} 80% 52%)`);
  canvas.fillStyle = light;
  canvas.beginPath();
  canvas.arc(x, y, radius, 0, 2 * Math.PI);
  canvas.fill();
}

interface Playback {
  readonly playing: boolean;
  readonly pressed: boolean;
  readonly playedSeconds: number;
}

function drawControls(canvas: Canvas2D, size: Size, { playing, pressed, playedSeconds }: Playback): void {
  const y = size.height - 76;
  fillRounded(canvas, { x: 32, y: y - 44, width: size.width - 64, height: 88 }, 44, "rgba(10, 12, 28, 0.62)");
  fillCircle(canvas, 80, y, 34, pressed ? "#9fb0ff" : "#ffffff");
  drawIcon(canvas, playing ? "pause" : "play", 80, y, { size: 34, colour: "#16181f", pen: 3 });
  const bar = { x: 136, y: y - 4, width: size.width - 136 - 196, height: 8 };
  fillRounded(canvas, bar, 4, "rgba(255, 255, 255, 0.3)");
  const played = (playedSeconds % PROGRESS_SECONDS) / PROGRESS_SECONDS;
  fillRounded(canvas, { ...bar, width: Math.max(8, bar.width * played) }, 4, "#ffffff");
  const style = { size: 26, weight: 600, colour: "#ffffff", align: "right" } as const;
  drawText(canvas, playing ? `${FRAME_RATE} fps` : "paused", size.width - 64, y, style);
}
