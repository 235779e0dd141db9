/** What Observable Plot has drawn, as a picture with words. */

/** The class of what Plot draws; its rules stand in `webview/common/page.css`. */
export const plotClass = 'plot';

/**
 * Makes one picture of what Observable Plot has drawn.
 *
 * @param words what there is to see, for a user who cannot see it; Plot's names of its marks add nothing.
 */
export function asPicture<T extends Element>(plot: T, words: string): T {
  // Plot puts a stylesheet into each drawing: with one that comes or goes the browser styles the whole page anew.
  plot.querySelectorAll('style').forEach(style => style.remove());
  plot.querySelectorAll('[aria-label]').forEach(mark => mark.removeAttribute('aria-label'));
  plot.setAttribute('role', 'img');
  plot.setAttribute('aria-label', words);
  return plot;
}
