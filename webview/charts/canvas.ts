/** Canvases in CSS pixels. */

/** A canvas in CSS pixels that is as sharp as the screen. */
export interface Surface {
  readonly canvas: HTMLCanvasElement;
  /** Scaled so that a unit is a CSS pixel. */
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly pixelRatio: number;
}

/** @throws Error when the browser gives no 2D context; it then draws nothing at all. */
export function createSurface(
  width: number,
  height: number,
  pixelRatio = window.devicePixelRatio,
): Surface {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * pixelRatio));
  canvas.height = Math.max(1, Math.round(height * pixelRatio));
  // By property: the page's CSP allows no style attribute.
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (!context) {
    throw new Error('The browser cannot draw: it gave no 2D canvas.');
  }
  context.scale(pixelRatio, pixelRatio);
  return { canvas, context, width, height, pixelRatio };
}

/** The longest start of a text that fits into a width in the context's font, with an ellipsis where it was cut. */
export function fitText(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) {
    return text;
  }
  const characters = Array.from(text);
  let low = 0;
  let high = characters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const isShort = context.measureText(`${characters.slice(0, middle).join('')}…`).width <= width;
    [low, high] = isShort ? [middle, high] : [low, middle - 1];
  }
  return `${characters.slice(0, low).join('')}…`;
}
