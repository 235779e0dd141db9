/** The place of a diagram on its page. */
import { html, type TemplateResult } from 'lit';
import type { ChartSize } from '../../src/common/content/lesson';
import type { Direction } from './flowChart';

/** The largest factor that a diagram is scaled down by: beyond it labels cannot be read, and it goes from top to bottom. */
const maxReduction = 1.35;

/** Change of the available width after which diagrams are laid out anew, in CSS pixels. */
const widthStep = 80;

/** A number that changes when there is clearly more room or less, not with every pixel. */
export const layoutStep = (room: number): number => Math.round(room / widthStep);

/** @param room the available width, in CSS pixels. */
export const directionOf = ({ LR: [width] }: ChartSize, room: number): Direction =>
  width > room * maxReduction ? 'TB' : 'LR';

/** The place of a chart, as large before it is drawn as after: nothing below it moves. */
export function diagramPlace(
  size: ChartSize,
  room: number,
  drawn: Element | undefined,
): TemplateResult {
  const direction = directionOf(size, room);
  const [width, height] = size[direction];
  return html`<div
    class=${direction === 'TB' ? 'diagram-place tall' : 'diagram-place'}
    style=${`width: ${width}px; aspect-ratio: ${width} / ${height}`}
  >
    ${drawn}
  </div>`;
}
