/**
 * The unseen text field that takes keys, soft keyboards and input methods. It lies over the picture, so that an
 * input method opens its list there, and lets the pointer through.
 */
export function createKeyboardField(label: string): HTMLTextAreaElement {
  const field = document.createElement("textarea");
  field.setAttribute("aria-label", label);
  field.autocomplete = "off";
  field.autocapitalize = "off";
  field.spellcheck = false;
  field.setAttribute("autocorrect", "off");
  field.enterKeyHint = "enter";
  // 16 px: below that, iOS zooms into the page when the field is focused.
  Object.assign(field.style, {
    position: "absolute",
    left: "0",
    top: "50%",
    width: "1px",
    height: "1em",
    padding: "0",
    border: "0",
    outline: "none",
    resize: "none",
    overflow: "hidden",
    opacity: "0",
    fontSize: "16px",
    pointerEvents: "none",
    caretColor: "transparent",
  } satisfies Partial<CSSStyleDeclaration>);
  return field;
}
