import type { SessionState } from "./sdk/index.ts";
import { type Words, wordsOf } from "./words.ts";

/** What the veil's button does. */
export type VeilAction = NonNullable<Words["action"]>["does"];

/** Words over the picture, for as long as the picture does not speak for itself. */
export class Veil {
  readonly root: HTMLElement;
  readonly #spinner = document.createElement("div");
  readonly #title = document.createElement("h2");
  readonly #detail = document.createElement("p");
  readonly #button = document.createElement("button");
  #words: Words | undefined;
  #countdown: ReturnType<typeof setTimeout> | undefined;

  constructor(act: (does: VeilAction) => void) {
    this.root = document.createElement("div");
    this.root.className = "veil";
    this.root.setAttribute("role", "status");
    const card = document.createElement("div");
    card.className = "card";
    this.#spinner.className = "spinner";
    this.#spinner.setAttribute("aria-hidden", "true");
    // The seconds that count down would be read out one by one.
    this.#detail.setAttribute("aria-live", "off");
    this.#button.type = "button";
    this.#button.addEventListener("click", () => this.#words?.action && act(this.#words.action.does));
    card.append(this.#spinner, this.#title, this.#detail, this.#button);
    this.root.append(card);
  }

  show(state: SessionState, picture: boolean): void {
    clearTimeout(this.#countdown);
    const words = wordsOf(state, { picture, at: Date.now() });
    this.#words = words;
    this.root.toggleAttribute("data-shown", words !== undefined);
    if (words === undefined) return;
    setText(this.#title, words.title);
    setText(this.#detail, words.detail);
    setText(this.#button, words.action?.label ?? "");
    this.#button.hidden = words.action === undefined;
    this.#spinner.hidden = state.name === "ended";
    const counting = state.name === "reconnecting" && state.retryAt !== undefined && state.retryAt > Date.now();
    if (counting) this.#countdown = setTimeout(() => this.show(state, picture), 250);
  }

  close(): void {
    clearTimeout(this.#countdown);
  }
}

/** Left alone when it is the same, so that it is not announced again. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
