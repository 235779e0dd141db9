/** Draws diagrams whose nodes can be followed. */
import type { Theme } from '../common/theme';
import { directionOf } from './diagramPlace';
import { flowChart, flowChartConfig, type LinkedDiagram } from './flowChart';
import type * as Mermaid from './mermaid';

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
