/** The legend of a picture of differences. */
import { createSurface } from './canvas';
import { hex, mix } from './colorScale';
import { isHighContrast, type Theme } from '../common/theme';

const width = 144;
const barHeight = 8;
const height = 26;

/**
 * A scale that diverges around the background, with its true ends, which are alike.
 *
 * @param reach the largest distance from 0 that the picture has.
 */
export function signedLegend(reach: number, theme: Theme): HTMLCanvasElement {
  const { canvas, context } = createSurface(width, height);
  const steps = 48;
  for (let step = 0; step < steps; step++) {
    const place = (2 * step) / (steps - 1) - 1;
    context.fillStyle = hex(
      mix(theme.background, place < 0 ? theme.second : theme.accent, Math.abs(place)),
    );
    context.fillRect((step * width) / steps, 0, width / steps + 0.5, barHeight);
  }
  context.strokeStyle = hex(theme.line);
  context.strokeRect(0.5, 0.5, width - 1, barHeight - 1);
  context.fillStyle = hex(theme.quiet);
  context.font = `11px ${theme.uiFont}`;
  context.textBaseline = 'bottom';
  const end = (reach * 100).toFixed(1);
  const marks = [
    { place: 0, align: 'left', words: `−${end}` },
    { place: 0.5, align: 'center', words: '0' },
    { place: 1, align: 'right', words: `+${end}` },
  ] as const;
  for (const { place, align, words } of marks) {
    context.textAlign = align;
    context.fillText(words, place * width, height);
    context.fillRect(Math.min(width - 1, place * width), barHeight, 1, 3);
  }
  canvas.setAttribute('role', 'img');
  canvas.setAttribute(
    'aria-label',
    `Colour scale of the difference, linear, from ${end} points less in A to ${end} points more${isHighContrast(theme) ? '; less is hollow' : ''}`,
  );
  return canvas;
}
