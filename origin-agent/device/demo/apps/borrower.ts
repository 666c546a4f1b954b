import type { HardwareWant } from "#protocol";
import type { Borrowing } from "../hardware/borrowed.ts";
import { drawButton } from "../ui/button.ts";
import { drawIcon, type IconName } from "../ui/icons.ts";
import { Presses } from "../ui/press.ts";
import { type Canvas2D, contains, drawText, fillCircle, fillRounded, type Rect, type Size } from "../ui/shape.ts";
import { COLOUR, MARGIN, MAX_COLUMN_WIDTH } from "../ui/theme.ts";
import type { App, Services } from "./app.ts";

export interface Borrower {
  /** Its name, as the person is asked. */
  readonly purpose: string;
  readonly icon: IconName;
  readonly want: HardwareWant;
  /** What is borrowed, as far as it has come: false before that. */
  readonly draw: (canvas: Canvas2D, size: Size) => boolean;
}

const CARD_HEIGHT = 480;
const BUTTON = { width: 260, height: 76 } as const;

/** An app that borrows hardware while it is shown: asks when it is opened, and gives back when it is left. */
export function createBorrower({ hardware, changed }: Services, borrower: Borrower): App {
  const { purpose, icon, want, draw } = borrower;
  const presses = new Presses<"ask">();
  return {
    shown: () => hardware.borrow(purpose, want),
    hidden: () => hardware.giveBack(want.kind),
    draw: (canvas, size) => {
      canvas.fillStyle = COLOUR.surface;
      canvas.fillRect(0, 0, size.width, size.height);
      const borrowing = hardware.borrowing(want.kind);
      if (borrowing.state === "lent" && draw(canvas, size)) return;
      drawPage(canvas, size, icon, wordsFor(borrowing), presses.isPressed("ask"));
    },
    touch: (touch, size) => {
      if (hardware.borrowing(want.kind).state !== "ended") return;
      const press = presses.touch(touch, (x, y) => (contains(buttonOf(size), x, y) ? "ask" : undefined));
      if (press.kind === "clicked") hardware.borrow(purpose, want);
      changed();
    },
  };
}

interface Words {
  readonly title: string;
  readonly detail: string;
  readonly mayAsk: boolean;
}

function wordsFor(borrowing: Borrowing): Words {
  switch (borrowing.state) {
    case "none":
    case "asked":
      return { title: "Asking", detail: "Whoever steers is being asked for it.", mayAsk: false };
    case "lent":
      return { title: "Allowed", detail: "Waiting for the first of it.", mayAsk: false };
    case "ended":
      return { ...ENDS[borrowing.reason], mayAsk: true };
  }
}

const ENDS = {
  denied: { title: "Not allowed", detail: "Whoever steers said no." },
  stopped: { title: "Stopped", detail: "Whoever lent it has stopped it." },
  "no-right": { title: "Not allowed", detail: "The link does not allow to lend it." },
  nobody: { title: "Not connected", detail: "Nobody steers this phone just now." },
  "time-limit": { title: "Time is over", detail: "It was lent for a limited time." },
} as const;

function cardOf(size: Size): Rect {
  const width = Math.min(size.width - 2 * MARGIN, MAX_COLUMN_WIDTH);
  const height = Math.min(CARD_HEIGHT, size.height - 2 * MARGIN);
  return { x: (size.width - width) / 2, y: (size.height - height) / 2 - 20, width, height };
}

function buttonOf(size: Size): Rect {
  const card = cardOf(size);
  const { width, height } = BUTTON;
  return { x: (size.width - width) / 2, y: card.y + card.height - height - 28, width, height };
}

function drawPage(canvas: Canvas2D, size: Size, icon: IconName, words: Words, pressed: boolean): void {
  const card = cardOf(size);
  fillRounded(canvas, card, 40, COLOUR.card);
  const x = size.width / 2;
  const top = card.y + card.height * 0.27;
  fillCircle(canvas, x, top, 84, COLOUR.accentSoft);
  drawIcon(canvas, icon, x, top, { size: 88, colour: COLOUR.accent, pen: 1.6 });
  const title = { size: 40, weight: 700, colour: COLOUR.text, align: "center" } as const;
  drawText(canvas, words.title, x, card.y + card.height * 0.55, title);
  const body = { size: 27, colour: COLOUR.muted, align: "center" } as const;
  drawText(canvas, words.detail, x, card.y + card.height * 0.67, body);
  if (words.mayAsk) drawButton(canvas, buttonOf(size), { label: "Ask again", pressed });
}
