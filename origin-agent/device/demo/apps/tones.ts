import { type Canvas2D, drawText, fillRounded, type Rect, type Size } from "../ui/shape.ts";
import { COLOUR, MARGIN } from "../ui/theme.ts";
import type { App, Services, Touch } from "./app.ts";

/** A pentatonic scale, so that any fingers sound well together. */
const PADS = ["C4", "D4", "E4", "G4", "A4", "C5", "D5", "E5", "G5", "A5", "C6", "D6"] as const;
const SEMITONES = { C: 0, D: 2, E: 4, G: 7, A: 9 } as const;
/** Semitones above C0; A4 is 440 Hz. */
const A4_SEMITONES = 4 * 12 + 9;
const GAP = 20;
const HEADER_HEIGHT = 92;

/** Pads that play notes, as many at once as there are fingers; a finger may slide from pad to pad. */
export function createTones(services: Services): App {
  const held = new Map<number, number>();

  function press(finger: number, pad: number | undefined): void {
    const before = held.get(finger);
    if (before === pad) return;
    if (before !== undefined) {
      held.delete(finger);
      services.noteOff(finger);
    }
    if (pad !== undefined) {
      held.set(finger, pad);
      services.noteOn(finger, frequencyOf(pad));
    }
    services.changed();
  }

  return {
    draw: (canvas, size) => {
      canvas.fillStyle = "#14172a";
      canvas.fillRect(0, 0, size.width, size.height);
      const title = "Touch the pads: several at once make a chord";
      drawText(canvas, title, size.width / 2, HEADER_HEIGHT / 2 + 6, { size: 27, colour: "#a9b0d0", align: "center" });
      const sounding = new Set(held.values());
      for (const [pad, name] of PADS.entries()) drawPad(canvas, padRect(pad, size), pad, name, sounding.has(pad));
    },
    touch: (touch: Touch, size) => {
      const lifted = touch.phase === "up" || touch.phase === "cancel";
      press(touch.id, lifted ? undefined : padAt(touch.x, touch.y, size));
    },
    hidden: () => {
      for (const finger of [...held.keys()]) press(finger, undefined);
    },
  };
}

function frequencyOf(pad: number): number {
  const [letter, octave] = [...(PADS[pad] ?? "A4")];
  // Safe: the names above are of these letters.
  const semitones = Number(octave) * 12 + SEMITONES[letter as keyof typeof SEMITONES];
  return 440 * 2 ** ((semitones - A4_SEMITONES) / 12);
}

function drawPad(canvas: Canvas2D, rect: Rect, pad: number, name: string, sounding: boolean): void {
  const hue = 200 + (pad * 150) / PADS.length;
  fillRounded(canvas, rect, 34, sounding ? `hsl(${hue} 100% 82%)` : `hsl(${hue} 62% 47%)`);
  const colour = sounding ? COLOUR.text : "#ffffff";
  drawText(canvas, name, rect.x + rect.width / 2, rect.y + rect.height / 2, {
    size: 40,
    weight: 700,
    colour,
    align: "center",
  });
}

function padRect(pad: number, size: Size): Rect {
  const columns = size.width > size.height ? 6 : 3;
  const rows = PADS.length / columns;
  const width = (size.width - 2 * MARGIN - GAP * (columns - 1)) / columns;
  const height = (size.height - HEADER_HEIGHT - MARGIN - GAP * (rows - 1)) / rows;
  const column = pad % columns;
  // The lowest notes lie at the bottom, as on an instrument.
  const row = rows - 1 - Math.floor(pad / columns);
  return { x: MARGIN + column * (width + GAP), y: HEADER_HEIGHT + row * (height + GAP), width, height };
}

function padAt(x: number, y: number, size: Size): number | undefined {
  const pad = PADS.findIndex((_name, index) => {
    const rect = padRect(index, size);
    return (
      Math.abs(x - rect.x - rect.width / 2) <= (rect.width + GAP) / 2 &&
      Math.abs(y - rect.y - rect.height / 2) <= (rect.height + GAP) / 2
    );
  });
  return pad === -1 ? undefined : pad;
}
