/** How often it is looked at, in ms. It costs a comparison of two numbers. */
const lookMs = 500;

/**
 * Tells when a CSS pixel has another number of the screen's pixels: the window has gone to another monitor, or is zoomed.
 *
 * A media query for the resolution would tell too, but not always: where the size in CSS pixels stays the same, Chromium
 * may evaluate it only with the next change of something else.
 */
export function onPixelRatioChange(listener: () => void, signal: AbortSignal): void {
  let ratio = window.devicePixelRatio;
  const timer = setInterval(() => {
    if (window.devicePixelRatio !== ratio) {
      ratio = window.devicePixelRatio;
      listener();
    }
  }, lookMs);
  signal.addEventListener('abort', () => clearInterval(timer));
}
