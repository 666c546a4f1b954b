/**
 * The element's own style. A constructed sheet, so that a page's Content-Security-Policy needs no inline styles.
 * Colours can be set from outside by the custom properties.
 */
export const ELEMENT_STYLE = /* css */ `
  :host {
    display: block;
    position: relative;
    overflow: hidden;
    contain: layout paint style;
    min-width: 0;
    min-height: 0;
    background: var(--nearglass-background, #0b0d10);
    color: var(--nearglass-text, #e8ebef);
    font: 400 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
    -webkit-tap-highlight-color: transparent;
  }
  :host([hidden]) { display: none; }
  .stage, canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    touch-action: none;
  }
  canvas { display: block; object-fit: contain; cursor: default; }
  .stage:not([data-pointed]):has(textarea:focus-visible)::after {
    content: "";
    position: absolute;
    inset: 0;
    pointer-events: none;
    box-shadow: inset 0 0 0 2px var(--nearglass-accent, #7cc4ff);
    opacity: 0.55;
  }
  .veil {
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    padding: 1.5rem;
    text-align: center;
    background: color-mix(in srgb, var(--nearglass-background, #0b0d10) 82%, transparent);
    opacity: 0;
    visibility: hidden;
    /* While it fades the picture under it can be touched already. */
    pointer-events: none;
    transition: opacity 180ms ease, visibility 0s 180ms;
  }
  .veil[data-shown] { opacity: 1; visibility: visible; pointer-events: auto; transition: opacity 180ms ease; }
  .card { max-width: 26rem; display: grid; justify-items: center; gap: 0.5rem; }
  h2 { margin: 0; font-size: 1.375rem; font-weight: 600; letter-spacing: -0.01em; line-height: 1.25; text-wrap: balance; }
  p { margin: 0; color: var(--nearglass-muted, #a7b0bb); text-wrap: balance; }
  .spinner {
    width: 2.25rem;
    height: 2.25rem;
    margin-bottom: 0.75rem;
    border-radius: 50%;
    border: 2px solid color-mix(in srgb, currentColor 18%, transparent);
    border-top-color: var(--nearglass-accent, #7cc4ff);
    animation: turn 0.9s linear infinite;
  }
  .spinner[hidden] { display: none; }
  button {
    margin-top: 1rem;
    min-height: 2.75rem;
    padding: 0 1.375rem;
    border: 0;
    border-radius: 999px;
    background: var(--nearglass-accent, #7cc4ff);
    color: #06121c;
    font: inherit;
    font-weight: 600;
    cursor: pointer;
  }
  button:hover { filter: brightness(1.08); }
  button:focus-visible { outline: 2px solid var(--nearglass-text, #e8ebef); outline-offset: 3px; }
  button[hidden] { display: none; }
  @keyframes turn { to { rotate: 1turn; } }
  @media (prefers-reduced-motion: reduce) {
    .veil, .veil[data-shown] { transition: none; }
    .spinner { animation-duration: 4s; }
  }
`;
