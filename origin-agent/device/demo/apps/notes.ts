import { hasControl, hasShift, KEYCODE, writtenBy } from "../keycode.ts";
import { TextEditor } from "../text/editor.ts";
import { LINE_HEIGHT, TextPage } from "../text/page.ts";
import { drawButton } from "../ui/button.ts";
import { Presses } from "../ui/press.ts";
import { contains, fillRounded, inset, type Rect, type Size } from "../ui/shape.ts";
import { COLOUR, MARGIN } from "../ui/theme.ts";
import type { App, Key, Services } from "./app.ts";

const PADDING = 28;
const TOOLBAR_HEIGHT = 76;
const GAP = 20;
const LINES_PER_NOTCH = 3;

const TOOLS = [
  { id: "copy", label: "Copy", icon: "copy" },
  { id: "paste", label: "Paste", icon: "paste" },
  { id: "clear", label: "Clear", icon: "trash" },
] as const;
type ToolId = (typeof TOOLS)[number]["id"];

/** A page to write on: any script, with a caret, a selection, and the clipboard. */
export function createNotes(services: Services): App {
  const editor = new TextEditor();
  const page = new TextPage(editor);
  const presses = new Presses<ToolId>();
  let selectingFinger: number | undefined;

  function edit(change: () => void): void {
    change();
    page.followCaret();
    services.changed();
  }

  function copy(text: string): void {
    if (text !== "") services.writeClipboard(text);
  }

  function paste(): void {
    edit(() => editor.insert(services.readClipboard()));
  }

  function cut(): void {
    copy(editor.selected);
    if (editor.selected !== "") edit(() => editor.insert(""));
  }

  function use(tool: ToolId): void {
    if (tool === "copy") copy(editor.selected || editor.text);
    else if (tool === "paste") paste();
    else edit(() => editor.clear());
  }

  function shortcut(keycode: number): void {
    if (keycode === KEYCODE.a) edit(() => editor.selectAll());
    else if (keycode === KEYCODE.c) copy(editor.selected);
    else if (keycode === KEYCODE.v) paste();
    else if (keycode === KEYCODE.x) cut();
  }

  function write(text: string | undefined): void {
    if (text !== undefined) edit(() => editor.insert(text));
  }

  function key({ keycode, meta }: Key): void {
    if (hasControl(meta)) return shortcut(keycode);
    const select = hasShift(meta);
    switch (keycode) {
      case KEYCODE.enter:
      case KEYCODE.numpadEnter:
        return write("\n");
      case KEYCODE.deleteBackward:
        return edit(() => editor.deleteBackward());
      case KEYCODE.deleteForward:
        return edit(() => editor.deleteForward());
      case KEYCODE.left:
        return edit(() => editor.moveLeft(select));
      case KEYCODE.right:
        return edit(() => editor.moveRight(select));
      case KEYCODE.up:
        return edit(() => page.moveByLines(-1, select));
      case KEYCODE.down:
        return edit(() => page.moveByLines(1, select));
      case KEYCODE.moveHome:
        return edit(() => page.moveInLine("start", select));
      case KEYCODE.moveEnd:
        return edit(() => page.moveInLine("end", select));
      case KEYCODE.copy:
        return copy(editor.selected);
      case KEYCODE.paste:
        return paste();
      case KEYCODE.cut:
        return cut();
      default:
        return write(writtenBy(keycode, meta));
    }
  }

  return {
    draw: (canvas, size) => {
      canvas.fillStyle = COLOUR.surface;
      canvas.fillRect(0, 0, size.width, size.height);
      for (const [index, tool] of TOOLS.entries()) {
        drawButton(canvas, toolRect(index, size), { ...tool, pressed: presses.isPressed(tool.id) });
      }
      const paper = paperRect(size);
      fillRounded(canvas, paper, 28, COLOUR.card);
      page.draw(canvas, inset(paper, PADDING), "Type anything, in any script");
    },
    touch: (touch, size) => {
      const press = presses.touch(touch, (x, y) => toolAt(x, y, size));
      if (press.kind === "clicked") use(press.target);
      if (press.kind !== "nothing") return services.changed();
      if (touch.phase === "down" && contains(paperRect(size), touch.x, touch.y)) {
        selectingFinger = touch.id;
        edit(() => editor.moveTo(page.indexUnder(touch.x, touch.y), false));
      } else if (touch.phase === "move" && touch.id === selectingFinger) {
        edit(() => editor.moveTo(page.indexUnder(touch.x, touch.y), true));
      } else if (touch.id === selectingFinger) {
        selectingFinger = undefined;
      }
    },
    key,
    text: write,
    scroll: (_dx, dy) => {
      page.scrollBy(dy * LINES_PER_NOTCH * LINE_HEIGHT);
      services.changed();
    },
  };
}

function toolRect(index: number, size: Size): Rect {
  const width = (size.width - 2 * MARGIN - GAP * (TOOLS.length - 1)) / TOOLS.length;
  return { x: MARGIN + index * (width + GAP), y: GAP, width, height: TOOLBAR_HEIGHT };
}

function toolAt(x: number, y: number, size: Size): ToolId | undefined {
  return TOOLS.find((_tool, index) => contains(toolRect(index, size), x, y))?.id;
}

function paperRect(size: Size): Rect {
  const y = TOOLBAR_HEIGHT + 2 * GAP;
  return { x: MARGIN, y, width: size.width - 2 * MARGIN, height: size.height - y - MARGIN };
}
