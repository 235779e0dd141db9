/** Charts of Observable Plot: the ranks of several tokens, layer by layer. */
import * as Plot from '@observablehq/plot';
import { thousands } from '../common/numbers';
import type { Theme } from '../common/theme';
import { hex } from './colorScale';
import { asPicture, layerTicks, plotClass, powersOfTen } from './lineChart';

/** A token and its rank after the embedding and each layer. */
export interface RankCurve {
  readonly name: string;
  readonly ranks: readonly number[];
}

/** Lines differ in dashes as well as colour. */
const dashes = ['', '6 3', '2 3', '8 3 2 3', '1 2', '10 4'] as const;

/** In CSS pixels. */
const height = 220;

/**
 * The ranks of tokens through the layers on a logarithmic scale, the first place at the top; each line is named at its
 * end.
 *
 * @param width in CSS pixels.
 */
export function rankCurves(
  curves: readonly RankCurve[],
  { vocabSize, words }: { readonly vocabSize: number; readonly words: string },
  width: number,
  theme: Theme,
): SVGSVGElement | HTMLElement {
  const colors = [theme.accent, theme.second, theme.foreground, ...theme.categorical].map(hex);
  const colorOf = (index: number) => colors[index % colors.length] ?? 'currentColor';
  const last = Math.max(1, ...curves.map(({ ranks }) => ranks.length - 1));
  const nameLength = Math.max(0, ...curves.map(({ name }) => name.length));
  const marginRight = Math.min(width / 3, 16 + nameLength * 7);
  const ends = namesApart(
    curves.map(({ name, ranks }, index) => ({ name, index, rank: ranks.at(-1) ?? 1 })),
    vocabSize,
  );
  const chart = Plot.plot({
    ...{ width, height, className: plotClass, marginRight },
    ...{ marginLeft: 56, marginTop: 24, marginBottom: 36 },
    style: {
      ...{ background: 'transparent', color: hex(theme.quiet), fontFamily: theme.uiFont },
      ...{ fontSize: '11px', overflow: 'visible' },
    },
    x: {
      ...{ domain: [0, last], label: 'Layer (0 is the embedding)', labelAnchor: 'center' },
      ...{ ticks: layerTicks(last), tickFormat: String },
    },
    y: {
      ...{ type: 'log', domain: [vocabSize, 1], label: 'Rank (1 is the most probable)' },
      ...{ grid: true, ticks: powersOfTen(vocabSize), tickFormat: thousands },
    },
    marks: [
      ...curves.flatMap(({ name, ranks }, index) => {
        const points = ranks.map((rank, layer) => ({ rank, layer }));
        const color = colorOf(index);
        return [
          Plot.line(points, {
            ...{ x: 'layer', y: 'rank', stroke: color, strokeWidth: 1.75 },
            strokeDasharray: dashes[index % dashes.length] ?? '',
          }),
          Plot.dot(points, {
            ...{ x: 'layer', y: 'rank', fill: color, r: 2.5 },
            title: ({ layer, rank }: { layer: number; rank: number }) =>
              `${name}, ${layer === 0 ? 'embedding' : `layer ${layer}`}: rank ${thousands(rank)}`,
          }),
        ];
      }),
      ...ends.map(({ name, index, place }) =>
        Plot.text([{ x: last, y: place }], {
          ...{ x: 'x', y: 'y', text: () => name, textAnchor: 'start', dx: 8 },
          fill: colorOf(index),
        }),
      ),
    ],
  });
  return asPicture(chart, words);
}

/** Names at the ends of lines, so far apart on the logarithmic scale that they can be read. */
function namesApart<T extends { readonly rank: number }>(
  ends: readonly T[],
  vocabSize: number,
): readonly (T & { readonly place: number })[] {
  const gap = (14 / (height - 60)) * Math.log(vocabSize);
  let before = -Infinity;
  return [...ends]
    .sort((a, b) => a.rank - b.rank)
    .map(end => {
      before = Math.max(Math.log(end.rank), before + gap);
      return { ...end, place: Math.exp(before) };
    });
}
