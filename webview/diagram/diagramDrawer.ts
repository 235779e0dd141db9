/** Draws diagrams whose nodes can be followed, at their place on the page. */
import type * as Mermaid from './mermaid';
import type { Theme } from '../common/theme';
import { type Direction, flowChart, flowChartConfig, type LinkedDiagram } from './flowChart';
import { html, type TemplateResult } from 'lit';
import type { ChartSize } from '../../src/common/content/lesson';

/** What following a node does, by the kind of its target. */
const effects: Readonly<Record<string, string>> = {
  part: 'shows it live',
  stage: 'goes to this stage',
  view: 'opens its own panel',
  source: 'opens the paper',
};

/**
 * Draws a diagram; its linked nodes are buttons.
 *
 * @param room the available width, in CSS pixels.
 * @throws TypeError when Mermaid cannot be read, Error when it cannot draw the diagram.
 */
export type DrawDiagram = <T extends string>(
  diagram: LinkedDiagram<T>,
  theme: Theme,
  room: number,
  follow: (target: T) => void,
) => Promise<HTMLElement>;

/** Makes the drawer of a page, which gives each of its diagrams an id. */
export function createDiagramDrawer(): DrawDiagram {
  let count = 0;
  return async (diagram, theme, room, follow) => {
    const { drawFlowChart } = await readMermaid();
    const element = document.createElement('div');
    element.className = 'diagram-picture';
    const source = flowChart(diagram, directionOf(diagram.size, room));
    element.innerHTML = await drawFlowChart(`diagram-${count++}`, source, flowChartConfig(theme));
    const svg = element.querySelector('svg');
    svg?.setAttribute('role', 'group');
    svg?.removeAttribute('aria-roledescription');
    svg?.setAttribute('aria-label', `Diagram: ${diagram.words}`);
    for (const { id, label, opens } of diagram.nodes) {
      const node = opens && element.querySelector(`.node[data-id="${id}"], .node[id*="-${id}-"]`);
      if (node) {
        makeButton(node, `${label}: ${effects[opens.split(':')[0] ?? ''] ?? ''}`, () =>
          follow(opens),
        );
      }
    }
    return element;
  };
}

/** Reads Mermaid with the first diagram: a bundle of its own, which pages share. */
async function readMermaid(): Promise<typeof Mermaid> {
  const url = new URL('mermaid.js', import.meta.url).href;
  return (await import(url)) as typeof Mermaid; // The bundle of that entry.
}

function makeButton(node: Element, label: string, press: () => void): void {
  // The lines of a label are one text; without a space their words would run together.
  node.querySelectorAll('text > tspan:not(:last-child)').forEach(line => line.append(' '));
  node.setAttribute('role', 'button');
  node.setAttribute('tabindex', '0');
  node.setAttribute('aria-label', label);
  node.addEventListener('click', press);
  node.addEventListener('keydown', event => {
    if (event instanceof KeyboardEvent && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      press();
    }
  });
}

/** The largest factor that a diagram is scaled down by: beyond it labels cannot be read, and it goes from top to bottom. */
const maxReduction = 1.35;

/** Change of the available width after which diagrams are laid out anew, in CSS pixels. */
const widthStep = 80;

/** A number that changes when there is clearly more room or less, not with every pixel. */
export const layoutStep = (room: number): number => Math.round(room / widthStep);

/** @param room the available width, in CSS pixels. */
const directionOf = ({ LR: [width] }: ChartSize, room: number): Direction =>
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
