/** The bar of a colour scale with marks under it, from which legends are made. */
import { createSurface } from './canvas';
import { hex } from './colorScale';
import type { Rgb, Theme } from '../common/theme';

const width = 144;
const barHeight = 8;
const height = 26;
const steps = 48;

/**
 * Draws a colour scale.
 *
 * @param colorAt a place of the bar, from 0 at its left to 1 at its right.
 * @param marks under its left end, its middle and its right end.
 * @param label for a screen reader.
 */
export function scaleBar(
  colorAt: (place: number) => Rgb,
  marks: readonly [left: string, middle: string, right: string],
  label: string,
  theme: Theme,
): HTMLCanvasElement {
  const { canvas, context } = createSurface(width, height);
  for (let step = 0; step < steps; step++) {
    context.fillStyle = hex(colorAt(step / (steps - 1)));
    context.fillRect((step * width) / steps, 0, width / steps + 0.5, barHeight);
  }
  context.strokeStyle = hex(theme.line);
  context.strokeRect(0.5, 0.5, width - 1, barHeight - 1);
  context.fillStyle = hex(theme.quiet);
  context.font = `11px ${theme.uiFont}`;
  context.textBaseline = 'bottom';
  const aligns = ['left', 'center', 'right'] as const;
  marks.forEach((words, index) => {
    const place = index / 2;
    context.textAlign = aligns[index] ?? 'left';
    context.fillText(words, place * width, height);
    context.fillRect(Math.min(width - 1, place * width), barHeight, 1, 3);
  });
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', label);
  return canvas;
}
