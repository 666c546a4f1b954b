import { ELEMENT_STYLE } from "./element-style.ts";
import { type ConnectOptions, connect, type Session } from "./sdk/index.ts";
import { Veil, type VeilAction } from "./veil.ts";

export type { ConnectOptions, Session } from "./sdk/index.ts";

const DEFAULT_LABEL = "Remote device";

/**
 * `<nearglass-view>`: a device's picture, whole and centred, with words over it whenever there is no picture.
 *
 * Attributes: `label` names it for those who hear the page. Properties: `session`. Methods: `open(options)` takes a
 * seat, `close()` leaves it, `focus()` gives the keyboard to the device. Events: `nearglass-open` after every
 * `open`, with the session as detail; all others are the session's own.
 */
export class NearglassView extends HTMLElement {
  static readonly observedAttributes = ["label"];
  readonly #stage = document.createElement("div");
  readonly #veil = new Veil((does) => this.#act(does));
  #options: Omit<ConnectOptions, "canvas"> | undefined;
  #session: Session | undefined;
  #painted = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    const style = new CSSStyleSheet();
    style.replaceSync(ELEMENT_STYLE);
    root.adoptedStyleSheets = [style];
    this.#stage.className = "stage";
    // Whoever has just pressed the picture knows where the focus is; others are shown a ring.
    this.#stage.addEventListener("pointerdown", () => this.#stage.toggleAttribute("data-pointed", true), true);
    this.#stage.addEventListener("focusout", () => this.#stage.removeAttribute("data-pointed"));
    root.append(this.#stage, this.#veil.root);
  }

  get session(): Session | undefined {
    return this.#session;
  }

  /** The canvas with the picture, to copy pixels from; undefined before `open`. */
  get canvas(): HTMLCanvasElement | undefined {
    return this.#session?.canvas;
  }

  /** Take a seat; one that is held already is left. */
  open(options: Omit<ConnectOptions, "canvas">): Session {
    this.close();
    this.#options = options;
    this.#painted = false;
    // A canvas serves one session: its control goes to that session's worker for good.
    const canvas = document.createElement("canvas");
    canvas.width = 1;
    canvas.height = 1;
    this.#stage.replaceChildren(canvas);
    const session = connect({ label: this.#label, ...options, canvas });
    this.#session = session;
    session.on("state", () => this.#show());
    session.on("painted", () => {
      if (this.#painted) return;
      this.#painted = true;
      this.#show();
    });
    this.#show();
    this.dispatchEvent(new CustomEvent("nearglass-open", { detail: session }));
    return session;
  }

  close(): void {
    this.#session?.close();
    this.#session = undefined;
    this.#stage.replaceChildren();
  }

  override focus(): void {
    this.#session?.focusKeyboard();
  }

  connectedCallback(): void {
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", this.#label);
  }

  disconnectedCallback(): void {
    this.#veil.close();
  }

  attributeChangedCallback(): void {
    this.setAttribute("aria-label", this.#label);
  }

  get #label(): string {
    return this.getAttribute("label") ?? DEFAULT_LABEL;
  }

  #act(does: VeilAction): void {
    if (does === "retry-now") this.#session?.retryNow();
    else if (does === "reload") location.reload();
    else if (this.#options !== undefined) this.open(this.#options);
  }

  #show(): void {
    if (this.#session !== undefined) this.#veil.show(this.#session.state, this.#painted);
  }
}

/** Make `<nearglass-view>` known to this page; a second call changes nothing. */
export function defineNearglassView(): void {
  if (customElements.get("nearglass-view") === undefined) customElements.define("nearglass-view", NearglassView);
}

declare global {
  interface HTMLElementTagNameMap {
    "nearglass-view": NearglassView;
  }
}
