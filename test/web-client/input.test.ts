import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { FAKE_DEVICE } from "../support/fake-seat.ts";
import { encodeColours } from "../support/painted-pictures.ts";
import { until } from "../support/until.ts";
import { browserWorld, GREEN, showsColour, TALL, WIDE } from "./browser-world.ts";

const { openLive } = browserWorld();

/** Where the picture of 180x320 is in the window: the whole height, in the middle of what the bar leaves. */
async function pictureBox(page: Page, picture = TALL) {
  const box = await page.locator("nearglass-view").boundingBox();
  if (box === null) throw new Error("the view is not shown");
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height };
}

const hex = (message: Buffer | undefined) => message?.toString("hex");

test("I-1 I-2 a click is a press and a release with the bytes of the protocol", async () => {
  const { page, seat } = await openLive();
  const box = await pictureBox(page);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 4);
  await until("both are sent", () => seat.inputs.length === 2);
  // Kind 8 of version 1, one pointer, epoch 1, sequence, lease 1; pointer 0, its phase, x 1/2, y 1/4, pressure.
  expect(hex(seat.inputs[0])).toBe("18010001" + "00000001" + "00000001" + "0000" + "8000" + "4000" + "ffff");
  expect(hex(seat.inputs[1])).toBe("18010001" + "00000002" + "00000001" + "0002" + "8000" + "4000" + "0000");
});

test("a press beside the picture touches nothing, a drag that leaves the picture stays at its edge", async () => {
  const { page, seat } = await openLive();
  const box = await pictureBox(page);
  await page.mouse.click(box.x - 30, box.y + 100);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x - 100, box.y + box.height / 2);
  await page.mouse.up();
  await until("the release is sent", () =>
    seat.parsedInputs().some((input) => input.kind === "touch" && input.pointers[0]?.phase === "up"),
  );
  const touches = seat.parsedInputs().flatMap((input) => (input.kind === "touch" ? input.pointers : []));
  expect(touches[0]).toMatchObject({ phase: "down" });
  expect(touches.at(-1)).toMatchObject({ phase: "up", x: 0 });
});

test("I-4 after a rotation a touch is aimed at the new geometry", async () => {
  const { page, seat } = await openLive();
  const [wide] = await encodeColours(WIDE, [GREEN]);
  if (wide === undefined) throw new Error("nothing was encoded");
  seat.frame({ sequence: 2, epoch: 2, keyframe: true }, wide.data);
  await showsColour(page, GREEN);
  const box = await pictureBox(page, WIDE);
  await page.mouse.click(box.x + box.width * 0.75, box.y + box.height / 2);
  await until("it is sent", () => seat.inputs.length === 2);
  expect(seat.parsedInputs()[0]).toMatchObject({ epoch: 2, pointers: [{ phase: "down" }] });
  expect(hex(seat.inputs[0]?.subarray(14, 18))).toBe("bfff8000");
});

test("moves of one animation frame are one message", async () => {
  const { page, seat } = await openLive();
  const box = await pictureBox(page);
  await page.mouse.move(box.x + 50, box.y + 50);
  await page.mouse.down();
  await until("the press is sent", () => seat.inputs.length === 1);
  await page.evaluate(({ x, y }) => {
    const surface = document.querySelector("nearglass-view")?.canvas;
    for (let step = 0; step < 50; step++) {
      const event = new PointerEvent("pointermove", {
        pointerId: 1,
        pointerType: "mouse",
        clientX: x + step,
        clientY: y,
      });
      surface?.dispatchEvent(event);
    }
  }, box);
  await until("a move is sent", () => seat.inputs.length === 2);
  await page.mouse.up();
  await until("the release is sent", () => seat.parsedInputs().at(-1)?.kind === "touch" && seat.inputs.length >= 3);
  const phases = seat
    .parsedInputs()
    .map((input) => (input.kind === "touch" ? input.pointers.map(({ phase }) => phase) : []));
  expect(phases).toEqual([["down"], ["move"], ["up"]]);
});

test("I-2 two fingers are two pointers, and a third message tells of the one that was lifted", async () => {
  const { page, seat } = await openLive({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
  const box = await pictureBox(page);
  const devtools = await page.context().newCDPSession(page);
  const finger = (id: number, share: number) => ({ id, x: box.x + box.width * share, y: box.y + box.height * share });
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: ReturnType<typeof finger>[]) =>
    devtools.send("Input.dispatchTouchEvent", { type, touchPoints });
  await touch("touchStart", [finger(5, 0.25)]);
  await touch("touchStart", [finger(5, 0.25), finger(9, 0.75)]);
  // What is listed with an end is what ends.
  await touch("touchEnd", [finger(5, 0.25)]);
  await touch("touchEnd", [finger(9, 0.75)]);
  await until("all is sent", () => seat.inputs.length === 4);
  const told = seat
    .parsedInputs()
    .flatMap((input) => (input.kind === "touch" ? input.pointers.map(({ id, phase }) => `${id} ${phase}`) : []));
  expect(told).toEqual(["0 down", "1 down", "0 up", "1 up"]);
  const second = seat.parsedInputs()[1];
  expect(second?.kind === "touch" && second.pointers[0]?.x).toBeCloseTo(0.75, 2);
});

test("what is held when the window loses the focus is lifted", async () => {
  const { page, seat } = await openLive();
  const box = await pictureBox(page);
  await page.mouse.move(box.x + 50, box.y + 50);
  await page.mouse.down();
  await page.keyboard.down("ArrowUp");
  await until("both are down", () => seat.inputs.length === 2);
  await page.evaluate(() => dispatchEvent(new Event("blur")));
  await until("both are lifted", () => seat.inputs.length === 4);
  expect(seat.parsedInputs().slice(2)).toMatchObject([
    { kind: "touch", pointers: [{ phase: "cancel" }] },
    { kind: "key", down: false, keycode: 19 },
  ]);
});

test("I-7 I-8 letters are sent as text, and keys that act as keys", async () => {
  const { page, seat } = await openLive();
  await page.locator("#keyboard").click();
  await page.keyboard.type("é日");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Control+a");
  await until("all is sent", () => seat.inputs.length === 6);
  expect(hex(seat.inputs[0])).toBe("1a000001" + "00000001" + "00000001" + "c3a9");
  expect(hex(seat.inputs[1])).toBe("1a000001" + "00000002" + "00000001" + "e697a5");
  expect(hex(seat.inputs[2])).toBe("19010001" + "00000003" + "00000001" + "00000042" + "00000000");
  expect(hex(seat.inputs[3])).toBe("19000001" + "00000004" + "00000001" + "00000042" + "00000000");
  expect(seat.parsedInputs()[4]).toMatchObject({ kind: "key", down: true, keycode: 29, meta: 0x3000 });
});

test("I-7 a device that takes a keyboard gets keys by their place, modifiers too, and text again when told so", async () => {
  const features = ["touch", "keyboard", "physical-keyboard", "navigation"] as const;
  const { page, seat } = await openLive({}, { device: { ...FAKE_DEVICE, features: [...features] } });
  const byPlace = page.getByRole("button", { name: "Keys by place" });
  await page.locator("#apps").click();
  await byPlace.click();
  expect(await byPlace.getAttribute("aria-pressed")).toBe("true");
  await page.locator("#keyboard").click();
  await page.keyboard.press("Shift+KeyA");
  await page.keyboard.down("Control");
  await page.locator("#back").focus();
  await until("all are lifted", () => seat.inputs.length === 6);
  const keys = () =>
    seat.parsedInputs().map((input) => input.kind === "key" && [input.keycode, input.down, input.physical === true]);
  expect(keys()).toEqual([
    [59, true, true],
    [29, true, true],
    [29, false, true],
    [59, false, true],
    [113, true, true],
    [113, false, true],
  ]);
  await page.keyboard.up("Control");
  await byPlace.click();
  await page.locator("#keyboard").click();
  await page.keyboard.press("KeyA");
  await until("the text", () => seat.parsedInputs().at(-1)?.kind === "text");
});

test("of a composition only what is committed is sent, and backspace works on a soft keyboard", async () => {
  const { page, seat } = await openLive();
  await page.locator("#keyboard").click();
  const devtools = await page.context().newCDPSession(page);
  const compose = (text: string) =>
    devtools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await compose("n");
  await compose("に");
  await compose("にほ");
  const note = page.locator("nearglass-view").getByText("にほ");
  await until("what is being composed is seen", () => note.isVisible());
  await devtools.send("Input.insertText", { text: "日本" });
  await until("it is seen no more", async () => !(await note.isVisible()));
  await page.evaluate(() => document.execCommand("delete"));
  await until("all is sent", () => seat.inputs.length >= 3);
  expect(seat.parsedInputs()).toMatchObject([
    { kind: "text", text: "日本" },
    { kind: "key", down: true, keycode: 67 },
    { kind: "key", down: false, keycode: 67 },
  ]);
});

test("the key that ends a composition is none for the device, though Safari tells of it afterwards", async () => {
  const { page, seat } = await openLive();
  await page.locator("#keyboard").click();
  await page.evaluate(() => {
    const field = document.querySelector("nearglass-view")?.shadowRoot?.querySelector("textarea");
    const ending = { key: "Enter", code: "Enter", keyCode: 229, bubbles: true, cancelable: true };
    field?.dispatchEvent(new KeyboardEvent("keydown", ending));
  });
  await page.keyboard.type("x");
  await until("what follows is sent", () => seat.inputs.length === 1);
  expect(seat.parsedInputs()).toMatchObject([{ kind: "text", text: "x" }]);
});

test("a paste goes to the device's clipboard first, and then as the key that takes it", async () => {
  const { page, seat } = await openLive({ permissions: ["clipboard-read", "clipboard-write"] });
  await page.evaluate(() => navigator.clipboard.writeText("zwei\nZeilen"));
  await page.locator("#keyboard").click();
  await page.keyboard.press("Control+v");
  await until("both are sent", () => seat.inputs.length === 2 && seat.heardOf("clipboard").length === 1);
  expect(seat.heardOf("clipboard")[0]?.text).toBe("zwei\nZeilen");
  expect(seat.parsedInputs()).toMatchObject([
    { kind: "key", down: true, keycode: 50, meta: 0x3000 },
    { kind: "key", down: false, keycode: 50 },
  ]);
});

test("a seat without the clipboard types what is pasted, line ends and all", async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page, seat } = await openLive({ permissions }, { rights: ["view", "touch", "keyboard"] });
  await page.evaluate(() => navigator.clipboard.writeText("zwei\r\nZeilen"));
  await page.locator("#keyboard").click();
  await page.keyboard.press("Control+v");
  await until("it is sent", () => seat.inputs.length === 1);
  expect(seat.parsedInputs()).toMatchObject([{ kind: "text", text: "zwei\nZeilen" }]);
  expect(seat.heardOf("clipboard")).toEqual([]);
});

test("what is too long for the device's clipboard is typed, whole and in order", async () => {
  const { page, seat } = await openLive({ permissions: ["clipboard-read", "clipboard-write"] });
  const text = `${"0123456789".repeat(1_700)}END`;
  await page.evaluate((long) => navigator.clipboard.writeText(long), text);
  await page.locator("#keyboard").click();
  await page.keyboard.press("Control+v");
  const typed = () => seat.parsedInputs().map((input) => (input.kind === "text" ? input.text : "?"));
  await until("its end is sent", () => typed().at(-1)?.endsWith("END") === true);
  expect(typed().join("")).toBe(text);
  expect(seat.heardOf("clipboard")).toEqual([]);
});

test("what the device copies reaches the person's clipboard", async () => {
  const { page, seat } = await openLive({ permissions: ["clipboard-read", "clipboard-write"] });
  seat.tell({ type: "clipboard", text: "from afar" });
  await until("it is there", async () => (await page.evaluate(() => navigator.clipboard.readText())) === "from afar");
});

test("the buttons are keys of the device, a wheel scrolls and a second button is back", async () => {
  const { page, seat } = await openLive();
  for (const button of ["back", "home", "recents"]) await page.locator(`#${button}`).click();
  const box = await pictureBox(page);
  await page.mouse.click(box.x + 10, box.y + 10, { button: "right" });
  await page.mouse.wheel(0, 200);
  await until("all is sent", () => seat.inputs.length === 9);
  const keys = seat.parsedInputs().flatMap((input) => (input.kind === "key" && input.down ? [input.keycode] : []));
  expect(keys).toEqual([4, 3, 187, 4]);
  expect(seat.parsedInputs().at(-1)).toMatchObject({ kind: "scroll", dx: 0, dy: -2 });
});

test("L-3 a seat that only watches asks for the lease by pressing, and is told who steers", async () => {
  const { page, seat } = await openLive();
  seat.tell({ type: "lease", lease: 2, mine: false, held: true });
  const pill = page.locator("#lease");
  await pill.waitFor({ state: "visible" });
  expect(await pill.textContent()).toContain("Somebody else is steering");
  const box = await pictureBox(page);
  await page.mouse.click(box.x + 10, box.y + 10);
  await until("it is asked for", () => seat.heardOf("lease-request").length === 1);
  expect(seat.heardOf("lease-request")[0]).toMatchObject({ want: true });
  expect(seat.inputs).toHaveLength(0);
  seat.tell({ type: "lease", lease: 3, mine: true, held: true });
  await pill.waitFor({ state: "hidden" });
  await page.mouse.click(box.x + 10, box.y + 10);
  await until("it steers", () => seat.inputs.length === 2);
  expect(seat.parsedInputs()[0]).toMatchObject({ lease: 3, sequence: 1 });
});

test("F6 leaves the picture for the buttons, so that Tab is no trap", async () => {
  const { page } = await openLive();
  await page.locator("#keyboard").click();
  await page.keyboard.press("F6");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("back");
});
