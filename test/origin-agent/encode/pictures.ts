import { createCanvas } from "@napi-rs/canvas";
import type { Picture } from "../../../origin-agent/encode/index.ts";

/** Pictures such as phones show, small enough to encode many of them in a test. */
export const WIDTH = 360;
export const HEIGHT = 640;

function drawn(draw: (canvas: CanvasRenderingContext) => void): Picture {
  const surface = createCanvas(WIDTH, HEIGHT);
  draw(surface.getContext("2d"));
  return { width: WIDTH, height: HEIGHT, pixels: surface.data() };
}

type CanvasRenderingContext = ReturnType<ReturnType<typeof createCanvas>["getContext"]>;

/** A page of fine lines, as text is for an encoder: no font is needed. */
export function page(seed = 1): Picture {
  return drawn((canvas) => {
    canvas.fillStyle = "#f7f8fc";
    canvas.fillRect(0, 0, WIDTH, HEIGHT);
    canvas.fillStyle = "#16181f";
    let state = seed;
    for (let y = 20; y < HEIGHT - 20; y += 14) {
      for (let x = 16; x < WIDTH - 16; ) {
        state = (state * 48_271) % 2_147_483_647;
        const width = 2 + (state % 7);
        if (state % 3 !== 0) canvas.fillRect(x, y + (state % 5), width, 2 + (state % 6));
        x += width + 2;
      }
    }
  });
}

/** A picture in which everything moves from one `step` to the next. */
export function moving(step: number): Picture {
  return drawn((canvas) => {
    const sky = canvas.createLinearGradient(0, 0, WIDTH * Math.sin(step / 9), HEIGHT);
    sky.addColorStop(0, `hsl(${(step * 7) % 360} 60% 30%)`);
    sky.addColorStop(1, `hsl(${(step * 5 + 120) % 360} 70% 50%)`);
    canvas.fillStyle = sky;
    canvas.fillRect(0, 0, WIDTH, HEIGHT);
    for (let ball = 0; ball < 30; ball += 1) {
      canvas.fillStyle = `hsl(${ball * 12} 80% 60%)`;
      canvas.beginPath();
      const x = WIDTH * (0.5 + 0.45 * Math.sin(step * 0.21 + ball * 1.3));
      const y = HEIGHT * (0.5 + 0.45 * Math.cos(step * 0.17 + ball * 2.1));
      canvas.arc(x, y, 8 + (ball % 9) * 3, 0, 2 * Math.PI);
      canvas.fill();
    }
  });
}

export function plain(colour: string): Picture {
  return drawn((canvas) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, WIDTH, HEIGHT);
  });
}
