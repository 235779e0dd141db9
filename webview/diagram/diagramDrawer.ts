import type { Theme } from '../common/theme';
import { loadDrawFlowChart } from './drawFlowChart';
import { directionOf } from './diagramPlace';
import { flowChart, flowChartConfig, type LinkedDiagram } from './flowChart';

/** Where a node leads, as a person reads it. */
const waysOf: Readonly<Record<string, string>> = {
  part: 'shows it live',
  stage: 'goes to this stage',
  view: 'opens its own panel',
  source: 'opens the paper',
};

let count = 0;

/**
 * Draws a diagram; its linked nodes are buttons.
 *
 * @param room width there is, in CSS pixels.
 * @throws Error when Mermaid cannot be read or cannot draw it.
 */
export async function drawDiagram<T extends string>(
  diagram: LinkedDiagram<T>,
  theme: Theme,
  room: number,
  follow: (target: T) => void,
): Promise<HTMLElement> {
  const draw = await loadDrawFlowChart();
  const element = document.createElement('div');
  element.className = 'diagram-picture';
  const source = flowChart(diagram, directionOf(diagram.size, room));
  element.innerHTML = await draw(`diagram-${count++}`, source, flowChartConfig(theme));
  const svg = element.querySelector('svg');
  svg?.setAttribute('role', 'group');
  svg?.removeAttribute('aria-roledescription');
  svg?.setAttribute('aria-label', `Diagram: ${diagram.words}`);
  for (const { id, label, opens } of diagram.nodes) {
    const node = opens && element.querySelector(`.node[data-id="${id}"], .node[id*="-${id}-"]`);
    if (!node) {
      continue;
    }
    const way = waysOf[opens.split(':')[0] ?? ''] ?? '';
    // The lines of a label are one text; without a space their words would run together.
    node.querySelectorAll('text > tspan:not(:last-child)').forEach(line => line.append(' '));
    node.setAttribute('role', 'button');
    node.setAttribute('tabindex', '0');
    node.setAttribute('aria-label', `${label}: ${way}`);
    node.addEventListener('click', () => follow(opens));
    node.addEventListener('keydown', event => {
      if (event instanceof KeyboardEvent && (event.key === 'Enter' || event.key === ' ')) {
        event.preventDefault();
        follow(opens);
      }
    });
  }
  return element;
}
