/**
 * Where a soft keyboard covers the page instead of making it smaller (iOS), the page takes the height that is left,
 * so that the whole picture stays in sight.
 */
export function followVisibleHeight(): void {
  const viewport = window.visualViewport;
  if (viewport === null) return;
  const adjust = () => {
    // Zoomed in by the person: then the visible part is theirs to choose.
    if (viewport.scale > 1.01) return;
    document.documentElement.style.setProperty("--visible-height", `${Math.round(viewport.height)}px`);
    scrollTo(0, 0);
  };
  viewport.addEventListener("resize", adjust);
  adjust();
}
