/**
 * What an input method is composing, over the foot of the picture: the device is sent it only when it is committed, and the
 * field that it is composed in is not seen. Lets the pointer through; a screen reader hears it from the field.
 */
export class CompositionNote {
  readonly element = document.createElement("div");

  constructor() {
    this.element.hidden = true;
    this.element.setAttribute("aria-hidden", "true");
    Object.assign(this.element.style, {
      position: "absolute",
      left: "50%",
      bottom: "10%",
      translate: "-50% 0",
      maxWidth: "calc(100% - 2rem)",
      padding: "0.375rem 0.875rem",
      borderRadius: "0.75rem",
      background: "rgb(11 13 16 / 0.86)",
      color: "#fff",
      font: "500 1.125rem/1.4 system-ui, sans-serif",
      overflowWrap: "anywhere",
      textDecoration: "underline",
      textUnderlineOffset: "0.25em",
      pointerEvents: "none",
    } satisfies Partial<CSSStyleDeclaration>);
  }

  /** An empty text hides it. */
  show(text: string): void {
    this.element.textContent = text;
    this.element.hidden = text === "";
  }
}
