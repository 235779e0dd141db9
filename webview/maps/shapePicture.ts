/** Pictures of recurrent networks, unrolled in time. */
import { html, svg, type TemplateResult } from 'lit';
import type { Shape } from '../../src/common/content/maps';

/** From the middle of one step to that of the next, in CSS pixels. */
const pitch = 44;
const box = 24;
const [written, between, read] = [14, 62, 110];

/** What the network reads below, its states in the middle, what it writes above. */
export function shapePicture({ name, words, steps, reads, writes }: Shape): TemplateResult {
  const places = Array.from({ length: steps }, (_, step) => ({
    x: pitch / 2 + step * pitch,
    isRead: step >= reads[0] && step <= reads[1],
    isWritten: step >= writes[0] && step <= writes[1],
    isLast: step === steps - 1,
  }));
  const [width, height] = [steps * pitch, read + 14];
  return html`<svg
    class="shape"
    role="img"
    aria-label=${`${name}: ${words}`}
    viewBox="0 0 ${width} ${height}"
    width=${width}
    height=${height}
  >
    ${places.map(
      ({ x, isRead, isWritten, isLast }) => svg`
        <rect x=${x - box / 2} y=${between - box / 2} width=${box} height=${box} rx="3"></rect>
        ${isLast ? '' : arrow(x + box / 2, between, x + pitch - box / 2, between)}
        ${isRead ? circle(x, read) : ''}
        ${isRead ? arrow(x, read - 9, x, between + box / 2) : ''}
        ${isWritten ? circle(x, written) : ''}
        ${isWritten ? arrow(x, between - box / 2, x, written + 9) : ''}`,
    )}
  </svg>`;
}

const circle = (x: number, y: number) => svg`<circle cx=${x} cy=${y} r="8"></circle>`;

/** From one point to another, to the right or upwards. */
function arrow(x: number, y: number, toX: number, toY: number) {
  const [headX, headY] = x === toX ? [3, 5] : [-5, 3];
  return svg`<path
    d=${`M${x} ${y}L${toX} ${toY}m${headX} ${headY}L${toX} ${toY}${
      x === toX ? `m-3 5L${toX} ${toY}` : `m-5 -3L${toX} ${toY}`
    }`}
  ></path>`;
}
