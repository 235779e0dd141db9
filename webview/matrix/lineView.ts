/** Draws attention as lines between two columns of tokens. */
import { boundary, type MatrixView } from './matrixView';
import type { HeadLines } from './headLines';
import { paintStrips, stripsWidth } from './headStrips';
import type { Unit } from './units';
import { createSurface, fitText, type Surface } from '../charts/canvas';
import { hex, withAlpha } from '../charts/colorScale';
import { type KindStyle, kindStyles, maxKinds } from '../charts/palette';
import type { Rgb, Theme } from '../common/theme';
import {
  type Cell,
  labelFont,
  labelSize,
  labelStep,
  type Lit,
  type Picture,
  type PictureOptions,
} from './matrixLayout';

/** Weights below this share of a row are not drawn where nobody chose another limit, and never of lit tokens. */
const usualMinShare = 0.02;

/** The limit that leaves the lines of so many tokens apart: 2 % up to 60 tokens, 17 % of 512. */
export const minShareFor = (tokens: number): number =>
  Math.max(usualMinShare, Math.round(tokens / 30) / 100);

/** Among so many tokens, the lines to what most of them look at would cover all others. */
export const isCrowded = (tokens: number): boolean => tokens > 60;

export interface LineOptions extends PictureOptions {
  /** Weights below this are not drawn; undefined: what the number of tokens asks for. */
  readonly minShare?: number | undefined;
  /** Several heads, each in its own colour where there are few, and as strips beside the lit token's keys. */
  readonly heads?: readonly HeadLines[] | undefined;
}
const maxPitch = 24;
const minPitch = 7;
const labelGap = 8;
/** Lines of about the same weight are drawn as one path. */
const shades = 16;

interface Layout {
  readonly pitch: number;
  readonly top: number;
  readonly left: number;
  readonly right: number;
  readonly labelWidth: number;
  readonly step: number;
}

/**
 * A matrix as two columns of tokens, queries left and keys right, and a line for each weight that is large enough: the
 * stronger, the more opaque and the thicker. Of a few heads each has lines of its own, in its colour and dash.
 *
 * @see Vig, "A Multiscale Visualization of Attention in the Transformer Model", 2019, arXiv:1906.05714 (head view)
 */
export function lineView(view: MatrixView, options: LineOptions): Picture {
  const { theme, heads = [] } = options;
  const most = Math.max(view.queries.length, view.keys.length, 1);
  const free = (options.height - 2 * labelSize) / most;
  const pitch = Math.min(maxPitch, Math.max(minPitch, free));
  const width = Math.min(options.width, 640);
  const height = Math.ceil(pitch * most + labelSize);
  const base = createSurface(width, height);
  const labels = createSurface(width, height);
  const overlay = createSurface(width, height);
  base.context.font = labelFont(theme, 'bold');
  const longest = [...view.queries, ...view.keys].reduce(
    (widest, { label }) => Math.max(widest, base.context.measureText(label.slice(0, 40)).width),
    0,
  );
  const strips = stripsWidth(heads.length);
  const labelWidth = Math.min(longest, (width - strips) * 0.3);
  const layout: Layout = {
    pitch,
    top: labelSize / 2,
    left: labelWidth + labelGap,
    right: width - labelWidth - labelGap - (strips > 0 ? strips + labelGap : 0),
    labelWidth,
    step: labelStep(pitch, labelSize * 1.25),
  };
  const element = document.createElement('div');
  element.className = 'canvases';
  element.append(base.canvas, labels.canvas, overlay.canvas);

  paintBoundaries(labels, view, layout, options);
  const minShare = options.minShare ?? minShareFor(most);
  const series = seriesOf(view, heads, theme);
  series.forEach(one =>
    paintLinks(
      base,
      layout,
      allLinks(one, minShare, isCrowded(most)),
      one.isAlone ? theme.foreground : one.color,
      0.5,
      one,
    ),
  );
  paintLabels(labels, layout, view.queries, 'left', options);
  paintLabels(labels, layout, view.keys, 'right', options);

  return {
    element,
    width,
    inset: layout.left,
    locate: (x, y) => locate(view, layout, x, y),
    light: lit => {
      const isLit = lit.queries.length > 0 || lit.key !== undefined;
      base.canvas.classList.toggle('behind', isLit);
      paintLit(overlay, view, layout, lit, options, series);
    },
  };
}

interface Line {
  readonly query: number;
  readonly key: number;
  readonly weight: number;
}

/** Lines of one colour: those of a head, or of the whole picture. */
interface Series extends MatrixView, KindStyle {
  readonly isAlone: boolean;
  /** From the token's middle, in shares of its height: lines of two heads do not lie on each other. */
  readonly shift: number;
}

function seriesOf(view: MatrixView, heads: readonly HeadLines[], theme: Theme): readonly Series[] {
  return heads.length === 0 || heads.length > maxKinds
    ? [{ ...view, color: theme.accent, dash: [], isAlone: true, shift: 0 }]
    : heads.map(({ weights }, index) => ({
        ...{ ...view, weights, isAlone: false },
        ...(kindStyles(theme)[index] ?? { color: theme.accent, dash: [] }),
        shift: ((index + 0.5) / heads.length - 0.5) * 0.5,
      }));
}

/** All lines; of a crowded picture without those to columns that are off the scale, which are drawn of lit tokens. */
function allLinks(view: MatrixView, minShare: number, crowded: boolean): Line[] {
  const { columns } = view.offScale;
  const lines = view.queries.flatMap((_, query) => linksOfRow(view, query, minShare));
  return crowded ? lines.filter(({ key }) => !columns[key]) : lines;
}

function linksOfRow(view: MatrixView, query: number, minShare: number): Line[] {
  const columns = view.keys.length;
  const row = view.weights.subarray(query * columns, (query + 1) * columns);
  const lines: Line[] = [];
  row.forEach((weight, key) => {
    if (weight >= minShare) {
      lines.push({ query, key, weight });
    }
  });
  return lines;
}

function linksOfColumn(view: MatrixView, key: number, minShare: number): Line[] {
  return view.queries.flatMap((_, query) => {
    const weight = view.weights[query * view.keys.length + key] ?? 0;
    return weight >= minShare ? [{ query, key, weight }] : [];
  });
}

function paintLinks(
  { context }: Surface,
  { left, right, top, pitch }: Layout,
  lines: readonly Line[],
  color: Rgb,
  strength: number,
  { dash, shift }: Pick<Series, 'dash' | 'shift'>,
): void {
  const paths = Array.from({ length: shades }, () => new Path2D());
  const middle = (left + right) / 2;
  const y = (index: number) => top + (index + 0.5 + shift) * pitch;
  for (const { query, key, weight } of lines) {
    const path = paths[Math.min(shades - 1, Math.floor(weight * shades))];
    path?.moveTo(left, y(query));
    path?.bezierCurveTo(middle, y(query), middle, y(key), right, y(key));
  }
  context.setLineDash([...dash]);
  paths.forEach((path, shade) => {
    const share = (shade + 0.5) / shades;
    context.strokeStyle = withAlpha(color, Math.min(1, strength * (0.12 + share)));
    context.lineWidth = 0.75 + 2.25 * share;
    context.stroke(path);
  });
  context.setLineDash([]);
}

function paintLabels(
  surface: Surface,
  layout: Layout,
  units: readonly Unit[],
  side: 'left' | 'right',
  options: PictureOptions,
): void {
  units.forEach((unit, index) => {
    if (index % layout.step === 0) {
      paintLabel(surface, layout, unit, index, side, options, 'quiet');
    }
  });
}

function paintLabel(
  { context }: Surface,
  layout: Layout,
  unit: Unit,
  index: number,
  side: 'left' | 'right',
  { theme }: PictureOptions,
  voice: 'quiet' | 'lit',
): void {
  context.font = labelFont(theme, voice === 'lit' ? 'bold' : 'normal');
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.direction = 'ltr';
  const text = fitText(context, unit.label, layout.labelWidth);
  const width = context.measureText(text).width;
  const x = side === 'left' ? layout.left - labelGap - width : layout.right + labelGap;
  const y = layout.top + (index + 0.5) * layout.pitch;
  if (voice === 'lit') {
    context.fillStyle = hex(theme.background);
    context.fillRect(x - 3, y - labelSize * 0.75, width + 6, labelSize * 1.5);
  }
  context.fillStyle = hex(voice === 'lit' ? theme.foreground : theme.quiet);
  context.fillText(text, x, y);
}

/** A thin line across where sentence B begins, on each side. */
function paintBoundaries(
  { context, width }: Surface,
  view: MatrixView,
  { top, pitch, left, right }: Layout,
  { theme }: PictureOptions,
): void {
  context.fillStyle = hex(theme.quiet);
  const [row, column] = [boundary(view.queries), boundary(view.keys)];
  if (row !== undefined) {
    context.fillRect(0, Math.round(top + row * pitch), left - 2, 1);
  }
  if (column !== undefined) {
    context.fillRect(right + 2, Math.round(top + column * pitch), width - right - 2, 1);
  }
}

function paintLit(
  overlay: Surface,
  view: MatrixView,
  layout: Layout,
  { queries, key, locked }: Lit,
  options: LineOptions,
  series: readonly Series[],
): void {
  const { context } = overlay;
  const { theme, heads = [] } = options;
  const minShare = options.minShare ?? usualMinShare;
  context.clearRect(0, 0, overlay.width, overlay.height);
  for (const one of series) {
    const lines =
      queries.length === 0 && key !== undefined
        ? linksOfColumn(one, key, minShare)
        : queries.flatMap(query => linksOfRow(one, query, minShare));
    paintLinks(overlay, layout, lines, one.color, 1.2, one);
  }
  if (queries.length > 0 && heads.length > 0) {
    const styles = kindStyles(theme);
    const isColored = heads.length <= maxKinds;
    paintStrips(
      overlay,
      heads,
      queries,
      view.keys.length,
      {
        left: overlay.width - stripsWidth(heads.length) + 2,
        pitch: layout.pitch,
        middleOf: index => layout.top + (index + 0.5) * layout.pitch,
      },
      index => (isColored ? styles[index]?.color : undefined) ?? theme.accent,
      theme,
    );
  }

  context.fillStyle = hex(theme.accent);
  for (const row of locked) {
    const y = layout.top + row * layout.pitch + 1;
    context.fillRect(layout.left - 4, y, 3, Math.max(2, layout.pitch - 2));
  }
  for (const row of new Set([...locked, ...queries])) {
    const unit = view.queries[row];
    if (unit) {
      paintLabel(overlay, layout, unit, row, 'left', options, 'lit');
    }
  }
  const unit = key === undefined ? undefined : view.keys[key];
  if (unit && key !== undefined) {
    paintLabel(overlay, layout, unit, key, 'right', options, 'lit');
  }
}

/** Left of the middle a token looks, right of it a token is looked at. */
function locate(view: MatrixView, layout: Layout, x: number, y: number): Cell | undefined {
  const index = Math.floor((y - layout.top) / layout.pitch);
  const isLeft = x < (layout.left + layout.right) / 2;
  const units = isLeft ? view.queries : view.keys;
  if (index < 0 || index >= units.length) {
    return undefined;
  }
  return isLeft ? { query: index } : { key: index };
}
