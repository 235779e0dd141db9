/** The legend of a picture of weights. */
import { createSurface } from './canvas';
import { hex, mix } from './colorScale';
import { type Scale, weightAt } from '../../src/common/attention/attention';
import type { Theme } from '../common/theme';
import { percent } from '../../src/common/text/percent';

const width = 144;
const barHeight = 8;
const height = 26;

/**
 * The scale of a picture with its true ends, and the weight that has the colour in the middle.
 *
 * @param top the largest weight of the picture.
 */
export function legend(top: number, scale: Scale, theme: Theme): HTMLCanvasElement {
  const { canvas, context } = createSurface(width, height);
  const steps = 48;
  for (let step = 0; step < steps; step++) {
    context.fillStyle = hex(mix(theme.background, theme.accent, step / (steps - 1)));
    context.fillRect((step * width) / steps, 0, width / steps + 0.5, barHeight);
  }
  context.strokeStyle = hex(theme.line);
  context.strokeRect(0.5, 0.5, width - 1, barHeight - 1);
  context.fillStyle = hex(theme.quiet);
  context.font = `11px ${theme.uiFont}`;
  context.textBaseline = 'bottom';
  const marks = [
    { place: 0, align: 'left' },
    { place: 0.5, align: 'center' },
    { place: 1, align: 'right' },
  ] as const;
  for (const { place, align } of marks) {
    context.textAlign = align;
    context.fillText(percent(weightAt(place, top, scale)), place * width, height);
    context.fillRect(Math.min(width - 1, place * width), barHeight, 1, 3);
  }
  canvas.setAttribute('role', 'img');
  canvas.setAttribute(
    'aria-label',
    `Colour scale, ${scale === 'sqrt' ? 'square root' : 'linear'}, from 0 to ${percent(top)}`,
  );
  return canvas;
}
