/** Diagrams in Mermaid's language, in VS Code's colours. */
import type { MermaidConfig } from 'mermaid';
import type { Diagram } from '../../src/common/content/lesson';
import { hex, mix } from '../charts/colorScale';
import { isHighContrast, type Theme } from '../common/theme';

/** From left to right where there is room, else from top to bottom. */
export type Direction = 'LR' | 'TB';

/** A diagram whose nodes lead to targets of one kind. */
export interface LinkedDiagram<T extends string> extends Pick<Diagram, 'words' | 'size' | 'edges'> {
  readonly nodes: readonly {
    readonly id: string;
    readonly label: string;
    readonly opens?: T | undefined;
  }[];
}

/** @see https://mermaid.js.org/syntax/flowchart.html */
export function flowChart(
  { nodes, edges }: Pick<LinkedDiagram<string>, 'nodes' | 'edges'>,
  direction: Direction,
): string {
  const linked = nodes.flatMap(({ id, opens }) => (opens === undefined ? [] : [id]));
  return [
    `flowchart ${direction}`,
    ...nodes.map(({ id, label }) => `  ${id}["${inLines(label)}"]`),
    ...edges.map(({ from, to, label, isAside }) => {
      const words = label === undefined ? '' : `|"${label}"|`;
      return `  ${from} ${isAside ? '-.->' : '-->'}${words} ${to}`;
    }),
    ...(linked.length === 0 ? [] : [`  class ${linked.join(',')} linked`]),
  ].join('\n');
}

/** The most characters in the one line of a label: a longer one is broken, so that a chart keeps its width for its nodes. */
const maxLineLength = 13;

/** A label, broken at the space nearest to its middle where it is long. */
function inLines(label: string): string {
  if (label.length <= maxLineLength) {
    return label;
  }
  const middle = label.length / 2;
  const spaces = [...label.matchAll(/ /g)].map(({ index }) => index);
  const [space] = spaces.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  return space === undefined ? label : `${label.slice(0, space)}<br/>${label.slice(space + 1)}`;
}

export function flowChartConfig(theme: Theme): MermaidConfig {
  const { background, foreground, quiet, line, accent } = theme;
  const isHigh = isHighContrast(theme);
  const fill = isHigh ? background : mix(background, foreground, 0.05);
  return {
    theme: 'base',
    fontFamily: theme.uiFont,
    htmlLabels: false,
    flowchart: { curve: 'basis', nodeSpacing: 20, rankSpacing: 24, padding: 8 },
    themeVariables: {
      fontSize: '13px',
      background: hex(background),
      primaryColor: hex(fill),
      primaryTextColor: hex(foreground),
      primaryBorderColor: hex(isHigh ? foreground : mix(background, foreground, 0.35)),
      lineColor: hex(isHigh ? foreground : quiet),
      textColor: hex(foreground),
      edgeLabelBackground: hex(background),
      tertiaryColor: hex(line),
    },
    themeCSS: `
      .node rect { rx: 3px; ry: 3px; }
      .node.linked rect { stroke: ${hex(isHigh ? foreground : accent)}; stroke-width: ${isHigh ? 3 : 1.5}px; }
      .edgeLabel text, .edgeLabel tspan { fill: ${hex(quiet)}; font-size: 11px; }
      .edgeLabel rect { fill: ${hex(background)}; opacity: 1; }
    `,
  };
}
