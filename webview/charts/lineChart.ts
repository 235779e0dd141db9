/** Charts of Observable Plot: lines, and the rank of a token layer by layer. */
import * as Plot from '@observablehq/plot';
import { hex } from './colorScale';
import type { Theme } from '../common/theme';
import type { LensLayer } from '../../src/common/protocol/engine/predict';
import { thousands } from '../common/numbers';

/** A line and what it is called. */
interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Single measurements, of which the points are means. */
  readonly measured?: readonly { readonly x: number; readonly y: number }[];
  /** A formula beside what was measured. */
  readonly isDashed?: boolean;
  /** Its points are not marked. */
  readonly isSmooth?: boolean;
}

/** Where the words of a mark stand: over its middle, or with their end or their start at it. */
export type Side = 'above' | 'left' | 'right';

interface Mark {
  readonly x: number;
  readonly y: number;
  readonly words: string;
  readonly side?: Side;
}

const anchors = { above: 'middle', left: 'end', right: 'start' } as const satisfies Record<
  Side,
  string
>;

export interface LineChart {
  readonly series: readonly Series[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xType?: 'linear' | 'log';
  /** Ends of the x axis; by default the smallest and the largest. */
  readonly xDomain?: readonly [number, number];
  /** Ends of the y axis; by default from 0 to the largest. */
  readonly yDomain?: readonly [number, number];
  /** Places to mark, each where it is, with its words. */
  readonly marks?: readonly Mark[];
  readonly xFormat?: (x: number) => string;
  readonly yFormat?: (y: number) => string;
  /** What there is to see, for a user who cannot see it. */
  readonly words: string;
  readonly theme: Theme;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** Lines differ in shape as well as colour, and are named at their ends. */
const shapes = ['circle', 'square', 'triangle', 'diamond'] as const;

export function lineChart(chart: LineChart): Element {
  const { theme, width, height, series, xType = 'linear', marks = [] } = chart;
  const colors = [theme.accent, theme.second, theme.foreground, theme.quiet].map(hex);
  const all = series.flatMap(({ points }) => points);
  const isNarrow = width < 440;
  const maxNameLength = Math.max(0, ...series.map(({ name }) => name.length));
  const ends = series.flatMap(({ name, points }, index) => {
    const last = points.at(-1);
    return last ? [{ ...last, name, color: colors[index % colors.length] }] : [];
  });
  const element = Plot.plot({
    width,
    height,
    className: plotClass,
    marginRight: isNarrow ? 16 : Math.min(180, maxNameLength * 6.5 + 20),
    marginLeft: 48,
    style: {
      background: 'transparent',
      color: hex(theme.quiet),
      fontFamily: theme.uiFont,
      fontSize: '11px',
      overflow: 'visible',
    },
    x: {
      label: chart.xLabel,
      labelAnchor: 'center',
      type: xType,
      grid: false,
      ...(chart.xDomain && { domain: chart.xDomain }),
      ...(chart.xFormat && { tickFormat: chart.xFormat }),
      ticks: isNarrow ? 4 : 7,
    },
    y: {
      label: chart.yLabel,
      grid: true,
      ...(chart.yFormat && { tickFormat: chart.yFormat }),
      domain: chart.yDomain ?? [0, largest(all)],
      ticks: 5,
    },
    marks: [
      ...series.flatMap((one, index) =>
        lineOf(one, colors[index % colors.length] ?? 'currentColor', shapes[index % shapes.length]),
      ),
      Plot.text(apart(ends, height, largest(all)), {
        x: 'x',
        y: 'place',
        text: 'name',
        // Beside the ends; above them where there is no room.
        ...(isNarrow ? { textAnchor: 'end', dy: -10 } : { textAnchor: 'start', dx: 10 }),
        fill: hex(theme.foreground),
        stroke: hex(theme.background),
        strokeWidth: 3,
      }),
      ...placesOf(marks, theme),
    ],
  });
  return asPicture(element, chart.words);
}

/** A line, its single measurements and its points. */
const lineOf = (
  { points, measured = [], isDashed, isSmooth }: Series,
  color: string,
  symbol: (typeof shapes)[number] = 'circle',
): Plot.Markish[] => [
  Plot.line(points, {
    x: 'x',
    y: 'y',
    stroke: color,
    strokeWidth: 1.75,
    ...(isDashed && { strokeDasharray: '4 3' }),
  }),
  ...(measured.length === 0
    ? []
    : [Plot.dot(measured, { x: 'x', y: 'y', symbol, stroke: color, r: 5 })]),
  ...(isDashed || isSmooth
    ? []
    : [Plot.dot(points, { x: 'x', y: 'y', symbol, fill: color, r: 3.5 })]),
];

/** Places that are marked, with their words. */
const placesOf = (marks: readonly Mark[], theme: Theme): Plot.Markish[] => [
  ...(marks.length === 0
    ? []
    : [Plot.dot(marks, { x: 'x', y: 'y', stroke: hex(theme.foreground), r: 6, strokeWidth: 2 })]),
  ...marks
    .filter(({ words }) => words !== '')
    .map(mark =>
      Plot.text([mark], {
        x: 'x',
        y: 'y',
        text: 'words',
        dy: -14,
        textAnchor: anchors[mark.side ?? 'above'],
        fill: hex(theme.foreground),
        stroke: hex(theme.background),
        strokeWidth: 3,
      }),
    ),
];

const largest = (points: readonly { readonly y: number }[]) =>
  points.reduce((max, { y }) => Math.max(max, y), 1e-9);

/** Names at the ends of lines, so far apart that they can be read. */
function apart<T extends { readonly y: number }>(
  ends: readonly T[],
  height: number,
  top: number,
): (T & { readonly place: number })[] {
  const gap = (14 / Math.max(60, height - 50)) * top;
  let last = Infinity;
  return [...ends]
    .sort((a, b) => b.y - a.y)
    .map(end => {
      last = Math.min(end.y, last - gap);
      return { ...end, place: last };
    });
}

/** In CSS pixels. */
const height = 148;

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
    marginTop: 20,
    marginBottom: 32,
    style: { background: 'transparent', color: hex(theme.quiet), fontFamily: theme.uiFont },
    x: {
      domain: [0, Math.max(1, last)],
      label: 'Layer',
      labelAnchor: 'center',
      ticks: layerTicks(last),
      tickFormat: String,
    },
    y: {
      type: 'log',
      domain: [vocabSize, 1],
      label: 'Rank',
      ticks: powersOfTen(vocabSize),
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

/** The ticks of a logarithmic scale of ranks, from 1 on. */
export const powersOfTen = (most: number): readonly number[] =>
  Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, power) => 10 ** power);

/** Whole layers, as many as have room. */
export function layerTicks(last: number): readonly number[] {
  const step = last <= 8 ? 1 : last <= 16 ? 2 : 5;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
}

/** The class of what Plot draws; its rules stand in `webview/common/page.css`. */
export const plotClass = 'plot';

/**
 * Makes one picture of what Observable Plot has drawn.
 *
 * @param words what there is to see, for a user who cannot see it; Plot's names of its marks add nothing.
 */
export function asPicture<T extends Element>(plot: T, words: string): T {
  // Plot puts a stylesheet into each drawing: with one that comes or goes the browser styles the whole page anew.
  plot.querySelectorAll('style').forEach(style => style.remove());
  plot.querySelectorAll('[aria-label]').forEach(mark => mark.removeAttribute('aria-label'));
  plot.setAttribute('role', 'img');
  plot.setAttribute('aria-label', words);
  return plot;
}
