import { html, type TemplateResult } from 'lit';
import type { ChartSize } from '../../src/common/content/lesson';
import type { Direction } from './flowChart';

/** Drawn smaller than by this factor, labels could no longer be read: the chart goes from top to bottom instead. */
const mostShrunk = 1.35;

/** @param room width there is, in CSS pixels. */
export const directionOf = ({ LR: [width] }: ChartSize, room: number): Direction =>
  width > room * mostShrunk ? 'TB' : 'LR';

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
