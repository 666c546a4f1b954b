import { createCanvas } from "@napi-rs/canvas";
import { expect, test } from "vitest";
import { drawText } from "../../../../origin-agent/device/demo/ui/shape.ts";

function drawn(text: string): Buffer {
  const canvas = createCanvas(48, 48);
  drawText(canvas.getContext("2d"), text, 4, 24, { size: 32, colour: "#000" });
  return canvas.data();
}

test("what may be typed is drawn, whatever the script: never a blank, and never the box of a missing character", () => {
  const characters = [
    "a",
    "ß",
    "Ж",
    "ω",
    "你",
    "鼓",
    "，",
    "か",
    "한",
    "국",
    "ש",
    "ع",
    "म",
    "ไ",
    "→",
    "😀",
    "👍🏽",
    "👩‍💻",
    "🇨🇭",
  ];
  // Of a private area: a box in every font.
  const pictures = ["", "\u{f8ff0}", ...characters].map(drawn);
  for (const [index, picture] of pictures.entries()) {
    const same = pictures.findIndex((other) => other.equals(picture));
    expect(same, `${characters[index - 2]} is drawn as the one at ${same}`).toBe(index);
  }
});
