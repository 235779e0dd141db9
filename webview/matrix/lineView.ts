/** Draws attention as lines between two columns of tokens. */
import { boundary, type MatrixView, rowOf } from './matrixView';
import type { Unit } from './units';
import { createSurface, fitText, type Surface } from '../charts/canvas';
import { hex, withAlpha } from '../charts/colorScale';
import type { Rgb } from '../common/theme';
import {
  type Cell,
  labelFont,
  labelSize,
  labelStep,
  type Lit,
  type Picture,
  type PictureOptions,
} from './matrixLayout';

/** Weights below this share of a row are not drawn. */
export const minShare = 0.02;
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
 * A matrix as two columns of tokens, queries left and keys right, and a line for each weight of at least 2 %:
 * the stronger, the more opaque and the thicker.
 *
 * @see Vig, "A Multiscale Visualization of Attention in the Transformer Model", 2019, arXiv:1906.05714 (head view)
 */
export function lineView(view: MatrixView, options: PictureOptions): Picture {
  const { theme } = options;
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
  const labelWidth = Math.min(longest, width * 0.3);
  const layout: Layout = {
    pitch,
    top: labelSize / 2,
    left: labelWidth + labelGap,
    right: width - labelWidth - labelGap,
    labelWidth,
    step: labelStep(pitch, labelSize * 1.25),
  };
  const element = document.createElement('div');
  element.className = 'canvases';
  element.append(base.canvas, labels.canvas, overlay.canvas);

  paintBoundaries(labels, view, layout, options);
  paintLinks(base, layout, allLinks(view), theme.foreground, 0.5);
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
      paintLit(overlay, view, layout, lit, options);
    },
  };
}

interface Line {
  readonly query: number;
  readonly key: number;
  readonly weight: number;
}

function allLinks(view: MatrixView): Line[] {
  return view.queries.flatMap((_, query) => linksOfRow(view, query));
}

function linksOfRow(view: MatrixView, query: number): Line[] {
  return Array.from(rowOf(view, [query]), (weight, key) => ({ query, key, weight })).filter(
    ({ weight }) => weight >= minShare,
  );
}

function linksOfColumn(view: MatrixView, key: number): Line[] {
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
): void {
  const paths = Array.from({ length: shades }, () => new Path2D());
  const middle = (left + right) / 2;
  const y = (index: number) => top + (index + 0.5) * pitch;
  for (const { query, key, weight } of lines) {
    const path = paths[Math.min(shades - 1, Math.floor(weight * shades))];
    path?.moveTo(left, y(query));
    path?.bezierCurveTo(middle, y(query), middle, y(key), right, y(key));
  }
  paths.forEach((path, shade) => {
    const share = (shade + 0.5) / shades;
    context.strokeStyle = withAlpha(color, Math.min(1, strength * (0.12 + share)));
    context.lineWidth = 0.75 + 2.25 * share;
    context.stroke(path);
  });
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
  options: PictureOptions,
): void {
  const { context } = overlay;
  const { theme } = options;
  context.clearRect(0, 0, overlay.width, overlay.height);
  const lines =
    queries.length === 0 && key !== undefined
      ? linksOfColumn(view, key)
      : queries.flatMap(query => linksOfRow(view, query));
  paintLinks(overlay, layout, lines, theme.accent, 1.2);

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
