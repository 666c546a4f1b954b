/** What `connect` is told. Besides `edge`, one of `grant` or `ticket` is needed, or a tab that held the seat before. */
export interface ConnectOptions {
  /** Where the edge is; the page's own origin when left out. */
  readonly edge?: string | URL;
  /** Out of a link: what stands after its `#`. */
  readonly grant?: string;
  /** Origin of the page around this one, as `MessageEvent.origin` told it; undefined for a page by itself. */
  readonly embeddedBy?: string;
  /** A ticket that a server of yours bought, with its session's id. */
  readonly ticket?: string;
  readonly session?: string;
  /**
   * Where to paint; made when left out, see `Session.canvas`. It must be fresh (its control goes to a worker), and
   * is to be shown with `object-fit: contain`.
   */
  readonly canvas?: HTMLCanvasElement;
  /** Begin without sound. Default: with sound, from the person's first gesture on. */
  readonly muted?: boolean;
  /** For those who hear the page instead of seeing it. Default: "Remote device". */
  readonly label?: string;
}
