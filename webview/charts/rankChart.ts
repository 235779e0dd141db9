/** The rank of a token, layer by layer, as a chart. */
import * as Plot from '@observablehq/plot';
import type { LensLayer } from '../../src/common/protocol/engine/predict';
import { hex } from './colorScale';
import { asPicture, plotClass } from './plotPicture';
import { thousands } from '../common/numbers';
import type { Theme } from '../common/theme';

/** In CSS pixels. */
const height = 132;

/**
 * The rank of the followed token after each layer, the first place at the top, on a logarithmic scale.
 *
 * @param layers one after the other; each knows the rank of the token.
 * @param width in CSS pixels.
 */
export function rankChart(
  layers: readonly LensLayer[],
  { vocabSize, label }: { readonly vocabSize: number; readonly label: string },
  width: number,
  theme: Theme,
): SVGSVGElement | HTMLElement {
  const points = layers.flatMap(({ trackedRank: watched }, layer) =>
    watched ? [{ layer, rank: watched.rank }] : [],
  );
  const last = layers.length - 1;
  const accent = hex(theme.accent);
  const chart = Plot.plot({
    width,
    height,
    className: plotClass,
    marginLeft: 44,
    marginRight: 8,
    marginTop: 8,
    marginBottom: 28,
    style: { background: 'transparent', color: hex(theme.quiet), fontFamily: theme.uiFont },
    x: { domain: [0, Math.max(1, last)], label: null, ticks: layerTicks(last), tickFormat: String },
    y: {
      type: 'log',
      domain: [vocabSize, 1],
      label: null,
      ticks: Array.from(
        { length: Math.floor(Math.log10(vocabSize)) + 1 },
        (_, power) => 10 ** power,
      ),
      tickFormat: thousands,
    },
    marks: [
      Plot.ruleY([1], { stroke: hex(theme.line) }),
      Plot.lineY(points, { x: 'layer', y: 'rank', stroke: accent, strokeWidth: 1.5 }),
      Plot.dot(points, {
        x: 'layer',
        y: 'rank',
        fill: accent,
        r: 2.5,
        title: ({ layer, rank }: { layer: number; rank: number }) =>
          `${layer === 0 ? 'Embedding' : `Layer ${layer}`}: rank ${thousands(rank)}`,
      }),
    ],
  });
  chart.classList.add('rank-chart');
  const ends = [points[0], points.at(-1)].map(point => thousands(point?.rank ?? 0));
  return asPicture(
    chart,
    `Rank of ${label} after each layer, from ${ends[0] ?? ''} to ${ends[1] ?? ''}; the table has all`,
  );
}

/** Whole layers, as many as have room. */
function layerTicks(last: number): readonly number[] {
  const step = last <= 8 ? 1 : last <= 16 ? 2 : 5;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
}
