/**
 * Tells when a CSS pixel has another number of the screen's pixels: the window has gone to another monitor, or is zoomed.
 *
 * A media query knows only of the ratio that it asks for: for each there is a new one.
 */
export function onPixelRatioChange(listener: () => void, signal: AbortSignal): void {
  matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`).addEventListener(
    'change',
    () => {
      if (!signal.aborted) {
        onPixelRatioChange(listener, signal);
        listener();
      }
    },
    { once: true, signal },
  );
}
